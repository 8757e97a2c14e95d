"""What the use cases need: of the customer service, of the mail server, and of whoever follows live."""

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from services.notification.model import Notification
from services.runtime.errors import Unavailable


@dataclass(frozen=True)
class Party:
    """A customer as a mail needs him; never kept."""

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


class Turn(Enum):
    """What a replica that is about to send a mail finds out."""

    MINE = "mine"
    TAKEN = "taken"
    DONE = "done"


class Turns(Protocol):
    """Who sends which mail, remembered outside of the database that may not hear of it in time."""

    def take(self, mail_id: str) -> Turn:
        """Takes the turn to send a mail, unless another has it (TAKEN) or the mail server has the mail (DONE)."""
        ...

    def finish(self, mail_id: str) -> None:
        """Remembers that the mail server has the mail."""
        ...

    def give_back(self, mail_id: str) -> None:
        """Lets others try again at once."""
        ...


class Live(Protocol):
    """Those who follow live, at whichever replica."""

    def tell(self, notification: Notification) -> None:
        """Passes a new in-app notification on; never raises: the inbox has it anyway."""
        ...
