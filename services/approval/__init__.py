"""The approval service: the way of an accepted offer through three levels, each decided by another person.

READY → PENDING_INTERNAL → PENDING_MANAGEMENT → PENDING_FINAL → APPROVED; REJECTED at any level, CLOSED when the
application ends elsewhere. Listens to discussion (what was accepted), kyc and risk (who decided before) and application
(what has ended). Asks application, before every step, whether it goes on, and discussion which terms are accepted.
"""
