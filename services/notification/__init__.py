"""The notification service: what customers are notified of, over which channels.

Listens to every event of every stage and publishes none. A notice of `notices.py` becomes one notification for each
channel that the customer wants and the service has: in-app ones are there at once, and live; e-mails wait, PENDING,
until the dispatcher hands them to the mail server (SENT) or the server refuses them for good (FAILED).

A customer is notified in the loan's own order: a notice waits for the one before it, which another topic brings,
and a mail for the one before it to the same customer; neither for ever. Of each event it is kept what became of it.
"""
