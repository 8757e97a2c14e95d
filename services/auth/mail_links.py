"""Mails to holders of accounts, and the one-time tokens in them. Pure Python, no I/O, no clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from services.runtime.aggregate import Aggregate
from services.runtime.errors import Unauthenticated

# A mail arrives within minutes; a token that lies in a mailbox is of use no longer.
RESET_LINK_LIFETIME = timedelta(minutes=30)
# However often it is asked for: a mailbox is not flooded, and a token that is under way is not replaced.
MAILS_APART = timedelta(minutes=2)
INVITATION_LIFETIME = timedelta(days=3)


class AccountMailKind(Enum):
    """What a mail says."""

    PASSWORD_RESET = auto()
    PASSWORD_CHANGED = auto()
    ACCOUNT_DISABLED = auto()
    ACCOUNT_ENABLED = auto()
    EMAIL_CONFIRMATION = auto()
    ALREADY_REGISTERED = auto()
    INVITATION = auto()
    REVIEW_DUE = auto()
    REVIEW_OVERDUE = auto()
    NOTICE_UNDELIVERED = auto()
    DECISION_DUE = auto()
    KYC_OVERDUE = auto()


class LinkPurpose(Enum):
    """What a token is good for."""

    PASSWORD_RESET = auto()


@dataclass
class MailLink(Aggregate):
    """A token that went out by mail, of which a hash is kept."""

    link_id: str
    account_id: str
    purpose: LinkPurpose
    token_hash: str
    create_time: datetime
    expire_time: datetime

    @classmethod
    def to_reset(cls, link_id: str, account_id: str, token_hash: str, at: datetime) -> "MailLink":
        """One that resets a password."""
        return cls(link_id, account_id, LinkPurpose.PASSWORD_RESET, token_hash, at, at + RESET_LINK_LIFETIME)

    def demand(self, purpose: LinkPurpose, at: datetime) -> None:
        """Unauthenticated LINK_INVALID unless it is good for that, in its time; one that was used is not there."""
        if self.purpose is not purpose or at >= self.expire_time:
            raise link_invalid()


def link_invalid() -> Unauthenticated:
    """The refusal of a token that is not there, or not any more."""
    return Unauthenticated("the token is not valid; ask for another one", reason="LINK_INVALID")


@dataclass(frozen=True)
class WaitingMail:
    """A mail that is due: to an account, or to whichever has the address."""

    mail_id: str
    kind: AccountMailKind
    account_id: str
    address_index: str
    create_time: datetime


@dataclass(frozen=True)
class AccountMail:
    """A mail as it goes out."""

    mail_id: str
    kind: AccountMailKind
    email: str
    full_name: str
    token: str = ""
    expire_time: datetime | None = None
    customer_id: str = ""
