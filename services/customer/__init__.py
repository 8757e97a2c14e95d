"""The customer service: who a customer is.

Owns identity, profile, KYC details and their erasure. A customer's KYC goes MISSING → SUBMITTED → APPROVED or REJECTED,
and back to SUBMITTED with every new submission. Personal data is sealed under a key per customer, which the erasure
destroys. Listens to application, activation and repayment (what runs blocks an erasure) and to kyc (decisions).
"""
