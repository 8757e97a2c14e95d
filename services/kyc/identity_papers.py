"""Identity papers: which of them expire, and what is asked for when one does while a loan runs; pure.

That what is known of a customer is kept up to date asks for: Directive (EU) 2015/849, art. 13(1)(d) and 14(5).
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum, auto

from services.runtime.errors import FailedPrecondition, InvalidArgument

# So long before its last day a new paper is asked for, and so long there is to hand it in at the least.
RENEWAL_ASKED_BEFORE = timedelta(days=30)
RENEWAL_ALLOWED = timedelta(days=14)
# Until when an officer is to read the last day of a paper from before it had to be said.
LAST_DAY_ALLOWED = timedelta(days=90)


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
    """That a new paper is asked for, since when and until when, in the place of one with that last day.

    None is a paper of which nobody said it: an officer reads it from the document, or has a new one handed in.
    """

    customer_id: str
    expiry_date: date | None
    ask_time: datetime
    due_time: datetime
    escalate_time: datetime | None = None

    @classmethod
    def ask(cls, customer_id: str, expiry_date: date | None, at: datetime) -> "IdentityRenewal":
        """Asks for one: until the old one's last day is over, or for some time where that is soon or was."""
        if expiry_date is None:
            return cls(customer_id, None, at, at + LAST_DAY_ALLOWED)
        last = datetime.combine(expiry_date + timedelta(days=1), time(), at.tzinfo)
        return cls(customer_id, expiry_date, at, max(last, at + RENEWAL_ALLOWED))

    def is_answered(self, expiry: date | None) -> bool:
        """Whether a paper that is good until then (None: for ever) takes the place of the one that expires."""
        return self.expiry_date is None or expiry is None or expiry > self.expiry_date

    def require_answered(self, expiry: date | None) -> None:
        """Refuses IDENTITY_NOT_RENEWED a paper that is no better than the one that expires."""
        if self.expiry_date is not None and not self.is_answered(expiry):
            text = "the identity document expires no later than the one before"
            metadata = {"expiry_date": self.expiry_date.isoformat()}
            raise FailedPrecondition(text, reason="IDENTITY_NOT_RENEWED", metadata=metadata)


def require_last_day(paper: IdentityPaper | None, expiry: date | None) -> None:
    """Refuses IDENTITY_EXPIRY_MISSING a paper of which neither its last day is said, nor that it has none."""
    if expiry is None and paper is not IdentityPaper.UNLIMITED:
        text = "is needed, unless identity_paper says that the document has none"
        raise InvalidArgument.field("identity_expiry_date", text, reason="IDENTITY_EXPIRY_MISSING")


def expires_soon(expiry: date | None, day: date) -> bool:
    """Whether a new paper is to be asked for by that day."""
    return expiry is not None and expiry <= day + RENEWAL_ASKED_BEFORE
