"""The repayment service: the ledger of a loan from its schedule to its closure.

A loan is PENDING until its money is sent, then OPEN, then CLOSED when nothing is owed any more; a payment that bounces
opens it again, also for a customer who is erased by then: the claim stays. A payment is RECEIVED, then VERIFIED by an
officer who saw its proof (only then does it count) or REJECTED; WITHDRAWN by its payer, or SUPERSEDED when the loan is
closed without it. A verified one can be REVERSED. One transfer counts once (`transfers.py`).
Within the days that the law of its facility type gives, a borrower can withdraw from the agreement of a loan that is
paid out: the instalments give way to one amount, and with its payment the loan is closed (`withdrawal.py`).
Its rules for payments and late fees are those that its facility type had when the ledger was opened. Listens to
activation (schedule, payout). The daily run finds overdue instalments, charges late fees and makes reminders as of a
business date. Restructuring, refund and write-off are in the ledger's arithmetic only; no call reaches them.
"""
