"""The repayment service: the ledger of a loan from its schedule to its closure.

A loan is PENDING until its money is sent, then OPEN, then CLOSED when nothing is owed any more. A payment is RECEIVED,
then VERIFIED by an officer who saw its proof (only then does it count) or REJECTED; a verified one can be REVERSED.
Listens to activation (schedule, payout). The daily run finds overdue instalments as of a business date.
"""
