"""The discussion service: the negotiation over an application that risk released, as immutable versions of an offer.

READY → OPEN → OFFER_SENT → ACCEPTED, DECLINED or EXPIRED; CLOSED when the application ends elsewhere. Listens to risk
(what is released for discussion) and application (what has ended). Asks application, before every step, whether it goes
on, and has risk assess the terms of every offer. A thread of its own lets overdue offers expire.
"""
