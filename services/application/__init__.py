"""The application service: what a customer asks for, and the status of the loan's whole life.

Owns the status machine (`status.py`), the timeline, the admin list and the dashboard. Moves a loan past SUBMITTED only
on what other services report, so it listens to every stage from document to repayment. Asks the document service for
the checklist and the customer service for KYC completeness when an application is handed in.
"""
