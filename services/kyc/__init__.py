"""The kyc service: the review of customer and project, from submission to the manager's decision.

Owns one review for each submitted application: PENDING → ASSIGNED → VERIFIED → APPROVED | REJECTED, with
INFORMATION_REQUESTED and back to ASSIGNED whenever the officer needs something of the customer; or CLOSED when the
application ends elsewhere. Owns screening cases, too: OPEN → PROPOSED → CLEARED, or CONFIRMED, which of a politically
exposed person takes due diligence, every year again; who is screened again, which is everyone with something open; and
which identity papers are asked for anew while a loan runs. Listens to application and customer. Asks auth who the
officers are, customer for what is screened against the sanctions lists, document for the evidence, which an approval
pins, and application whether it goes on.
"""
