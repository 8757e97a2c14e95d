"""Registrations that wait until the mailbox is proved. Pure Python, no I/O, no clock."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.auth.sign_ins import AttemptKind, Attempts
from services.runtime.aggregate import Aggregate

# Over a weekend's day a mail is found; a registration that no one confirms is dropped with all that was typed in.
# What holds unless the setting registration_hours says otherwise.
REGISTRATION_HOURS = 48
# For so long a confirmation gives the same answer again: it may have been lost on its way.
CONFIRMATION_GRACE = timedelta(minutes=10)
# So many wait for one address. Each costs a hash when one is confirmed.
MOST_REGISTRATIONS = 5


@dataclass
class Registration(Aggregate):
    """What somebody registered with; neither a customer nor an account. The id becomes the customer's.

    `network` is that of the address from which they did, empty when that is not known.
    """

    registration_id: str
    email: str
    full_name: str
    phone: str
    password_hash: str
    create_time: datetime
    expire_time: datetime
    network: str = ""


@dataclass(frozen=True)
class Waiting:
    """A registration in the line of its address; `network` is the blind index of its network."""

    registration_id: str
    network: str


def making_room(line: Sequence[Waiting], network: str) -> list[str]:
    """Which of a line, oldest first, go for one more from a network, so that as many wait as may.

    The oldest of the network that has most of them: however often one registers with a foreign address, they push out
    their own.
    """
    left, gone = list(line), []
    while len(left) >= MOST_REGISTRATIONS:
        many = Counter([*(each.network for each in left), network])
        most = max(many[each.network] for each in left)
        first = next(each for each in left if many[each.network] == most)
        left.remove(first)
        gone.append(first.registration_id)
    return gone


@dataclass(frozen=True)
class MailedToken:
    """The token that went to the mailbox of an address; it proves the mailbox, and the password says for which one."""

    address_index: str
    token_hash: str = field(repr=False)
    expire_time: datetime

    @property
    def attempts(self) -> Attempts:
        """Under which name wrong passwords are counted."""
        return Attempts(AttemptKind.CONFIRMATIONS, self.address_index)
