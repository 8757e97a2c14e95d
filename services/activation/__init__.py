"""The activation service: opens the account of a signed loan with its schedule, and sends the money.

An account is ACTIVE, then DISBURSED once the bank took the payout, then CLOSED when it is fully repaid. Listens to
agreement (a signature opens the account) and repayment (balance and end). Asks the application service for leave before
it opens an account, the customer service for the payout's IBAN, and the bank to move the money.
"""
