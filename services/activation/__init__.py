"""The activation service: opens the account of a signed loan with its schedule, and sends the money.

An account is ACTIVE, then DISBURSED once the bank took the payout, then CLOSED when it is fully repaid; or CANCELLED
when its customer or staff do not want it any more before the money is sent. Listens to agreement (a signature is the
time to ask), application (a withdrawal) and repayment (balance and end). Asks the owners of all stages for leave before
it opens an account and before each order (leave.py), the customer service for the payout's IBAN, and the bank to move
the money (payouts.py): what the bank does not say for sure is not known yet.
"""
