"""What the use cases need: of other services, of the providers of channels, of live followers, and of partners."""

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from services.notification.model import Notification, Text
from services.notification.templates import Wording
from services.notification.webhook_model import WebhookAttemptResult
from services.runtime.errors import Unavailable


@dataclass(frozen=True)
class Party:
    """What a message needs of a person; never kept. What is not known is empty; the telephone is in E.164.

    The address is as it stands on a letter, line by line, and `language` the one of the profile, empty for the
    lender's.
    """

    full_name: str
    email: str
    phone: str = ""
    address: tuple[str, ...] = ()
    language: str = ""


class Customers(Protocol):
    """The customer service, as far as a notice needs it."""

    def party(self, customer_id: str) -> Party:
        """The customer's name and addresses; errors.NotFound when unknown or erased, errors.Unavailable."""
        ...

    def language(self, customer_id: str) -> str:
        """The language of the profile as it is now; empty for the lender's, or once erased. errors.Unavailable."""
        ...


class Worded(Protocol):
    """Something that happened, as it can be put into words."""

    def __call__(self, language: str, chosen: Wording | None = None) -> Text:
        """Its text in a language, in the words of `chosen`, or the delivered ones."""
        ...


class Wordings(Protocol):
    """The lender's own wordings."""

    def __call__(self, event_type: str, language: str) -> Wording | None:
        """The one in force, in a language by ISO 639-1 or in English without one; None for the delivered one."""
        ...


def as_delivered(event_type: str, language: str) -> Wording | None:
    """`Wordings` of a lender who has none."""
    return None


class Refused(Unavailable):
    """The provider answered, and does not take this message: for now, or for good when `permanent`.

    `dead` when nothing will ever arrive at the address, `declined` when the person wants nothing more of this sender.
    `gone` are the tokens of devices that are no more.
    """

    def __init__(
        self, *, permanent: bool, dead: bool = False, declined: bool = False, gone: tuple[str, ...] = ()
    ) -> None:
        super().__init__("the provider does not take the message")
        self.permanent, self.dead, self.declined, self.gone = permanent, dead, declined, gone


@dataclass(frozen=True)
class Action:
    """What the receiver of a mail does next: what it is called, and where."""

    label: str
    url: str


@dataclass(frozen=True)
class Enclosure:
    """A file that goes out with a mail, under a name that is one in every language."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Message:
    """What goes to one person over one channel; `tokens` are those of their devices, for a push message.

    The provider gets `message_id` with it, and says it again in what it reports later. A `mandatory` one goes also to a
    person who declined others. By `unsubscribe_url` a mail program leaves one that is not with one click, and at
    `preferences_url` the person chooses. A mail says what comes next, and the `reference` of the application that it is
    about, and names what is enclosed. What there is not, is empty.
    """

    message_id: str
    to: Party
    text: Text
    mandatory: bool = False
    tokens: tuple[str, ...] = ()
    unsubscribe_url: str = ""
    action: Action | None = None
    reference: str = ""
    preferences_url: str = ""
    enclosures: tuple[Enclosure, ...] = ()

    @property
    def headers(self) -> dict[str, str]:
        """What a mail says to mail programs (RFC 8058)."""
        if not self.unsubscribe_url:
            return {}
        return {"List-Unsubscribe": f"<{self.unsubscribe_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


class Channel(Protocol):
    """The provider of one channel: a mail server, or a company that is reached over HTTP."""

    def batch(self) -> AbstractContextManager[None]:
        """What this thread hands over in the block may share a connection."""
        ...

    def send(self, message: Message) -> tuple[str, ...]:
        """Hands a message over, and gives the tokens of devices that are no more; Refused, or errors.Unavailable."""
        ...


@dataclass(frozen=True)
class AccountMail:
    """A mail to the holder of an account, in the words of a template; `text` gives them in a language.

    `customer_id` is empty for staff, and for who is no customer yet.
    """

    mail_id: str
    to: Party
    text: Callable[[str], Text]
    template: str = ""
    customer_id: str = ""


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
