"""What the use cases need: of other services, of the mail server, of live followers, and of partners."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from services.notification.model import Notification, Text
from services.notification.webhook_model import WebhookAttemptResult
from services.runtime.errors import Unavailable


@dataclass(frozen=True)
class Party:
    """What a mail needs of a person; never kept. The name is empty where it is not known."""

    full_name: str
    email: str


class Customers(Protocol):
    """The customer service, as far as a notice needs it."""

    def party(self, customer_id: str) -> Party:
        """The customer's name and address; errors.NotFound when unknown or erased, errors.Unavailable."""
        ...


class Refused(Unavailable):
    """The mail server answered, and does not take this mail: for now, or for good when `permanent`."""

    def __init__(self, *, permanent: bool) -> None:
        super().__init__("the mail server does not take the mail")
        self.permanent = permanent


class Mailer(Protocol):
    """The mail server."""

    def send(self, mail_id: str, party: Party, subject: str, body: str) -> None:
        """Hands one mail over, under a Message-ID made of `mail_id`; Refused, or errors.Unavailable."""
        ...


@dataclass(frozen=True)
class AccountMail:
    """A mail to the holder of an account."""

    mail_id: str
    to: Party
    text: Text


class AccountMails(Protocol):
    """The auth service, as far as its mails go."""

    def take(self) -> AccountMail | None:
        """The mail that is due longest, for a minute; errors.Unavailable."""
        ...

    def finish(self, mail_id: str) -> None:
        """Says that the mail is gone, or never goes; errors.Unavailable."""
        ...


class DeliveryClaim(Enum):
    """What a replica that is about to send a mail finds out."""

    MINE = "mine"
    TAKEN = "taken"
    DONE = "done"


class DeliveryClaims(Protocol):
    """Which replica sends which mail, kept outside of the database, to which the news may come too late."""

    def take(self, mail_id: str) -> DeliveryClaim:
        """Claims the sending of a mail, unless another replica has it (TAKEN) or the mail is out (DONE)."""
        ...

    def finish(self, mail_id: str) -> None:
        """Notes that the mail server has the mail."""
        ...

    def give_back(self, mail_id: str) -> None:
        """Lets others try again at once."""
        ...


class Live(Protocol):
    """Those who follow live, at whichever replica."""

    def publish(self, notification: Notification) -> None:
        """Passes a new in-app notification on; never raises: the inbox has it anyway."""
        ...


class Consents(Protocol):
    """What customers agreed to, as the auth service knows it."""

    def of(self, customer_ids: Collection[str]) -> Mapping[str, Mapping[str, frozenset[str]]]:
        """By customer, the names of the scopes that each client may use for them now; errors.Unavailable.

        A client that is revoked is not among them.
        """
        ...


@dataclass(frozen=True)
class Signed:
    """A message as it goes out: the event's id, the moment and the body that are signed, each with these secrets."""

    message_id: str
    time: datetime
    body: str
    secrets: tuple[str, ...]


@dataclass(frozen=True)
class Reply:
    """What came of a message: its HTTP status is 0 without an answer."""

    result: WebhookAttemptResult
    http_status: int
    duration_ms: int


class Sender(Protocol):
    """Partners' addresses."""

    def send(self, url: str, message: Signed) -> Reply:
        """Hands a message over, within a bounded time; never raises for what the other side does."""
        ...
