"""Identity papers: which of them expire, and what is asked for when one does while a loan runs; pure.

That what is known of a customer is kept up to date asks for: Directive (EU) 2015/849, art. 13(1)(d) and 14(5).
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum, auto

from services.runtime.errors import InvalidArgument

# So long before its last day a new paper is asked for, and so long there is to hand it in at the least.
RENEWAL_ASKED_BEFORE = timedelta(days=30)
RENEWAL_ALLOWED = timedelta(days=14)


class IdentityPaper(Enum):
    """The kind of an identity document; UNLIMITED is one without a last day, whatever it is."""

    PASSPORT = auto()
    IDENTITY_CARD = auto()
    RESIDENCE_PERMIT = auto()
    DRIVING_LICENCE = auto()
    UNLIMITED = auto()


@dataclass(frozen=True)
class RenewedPaper:
    """The new paper of somebody who is bound, as an officer read it: its document, its kind and its last day."""

    customer_id: str
    document_id: str
    identity_paper: IdentityPaper | None = None
    identity_expiry_date: date | None = None


@dataclass(frozen=True)
class IdentityRenewal:
    """That a new paper is asked for, since when and until when, in the place of one with that last day."""

    customer_id: str
    expiry_date: date
    ask_time: datetime
    due_time: datetime
    escalate_time: datetime | None = None

    @classmethod
    def ask(cls, customer_id: str, expiry_date: date, at: datetime) -> "IdentityRenewal":
        """Asks for one: until the old one's last day is over, or for some time where that is soon or was."""
        last = datetime.combine(expiry_date + timedelta(days=1), time(), at.tzinfo)
        return cls(customer_id, expiry_date, at, max(last, at + RENEWAL_ALLOWED))


def require_last_day(paper: IdentityPaper | None, expiry: date | None) -> None:
    """Refuses IDENTITY_EXPIRY_MISSING a paper of which neither its last day is said, nor that it has none."""
    if expiry is None and paper is not IdentityPaper.UNLIMITED:
        text = "is needed, unless identity_paper says that the document has none"
        raise InvalidArgument.field("identity_expiry_date", text, reason="IDENTITY_EXPIRY_MISSING")


def expires_soon(expiry: date | None, day: date) -> bool:
    """Whether a new paper is to be asked for by that day."""
    return expiry is not None and expiry - RENEWAL_ASKED_BEFORE <= day
