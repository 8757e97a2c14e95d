"""Registrations that wait until the mailbox is proved. Pure Python, no I/O, no clock."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.runtime.aggregate import Aggregate

# Over a weekend's day a mail is found; a registration that no one confirms is dropped with all that was typed in.
REGISTRATION_LIFETIME = timedelta(hours=48)
# For so long a confirmation gives the same answer again: it may have been lost on its way.
CONFIRMATION_GRACE = timedelta(minutes=10)
# So many wait for one address; the oldest makes room. Each costs a hash when one is confirmed.
MOST_REGISTRATIONS = 5


@dataclass
class Registration(Aggregate):
    """What somebody registered with; neither a customer nor an account. The id becomes the customer's."""

    registration_id: str
    email: str
    full_name: str
    phone: str
    password_hash: str
    create_time: datetime
    expire_time: datetime

    @classmethod
    def begin(
        cls, registration_id: str, email: str, full_name: str, phone: str, password_hash: str, at: datetime
    ) -> "Registration":
        """One that may be confirmed from now on."""
        return cls(registration_id, email, full_name, phone, password_hash, at, at + REGISTRATION_LIFETIME)


@dataclass(frozen=True)
class MailedToken:
    """The token that went to the mailbox of an address; it proves the mailbox, and the password says for which one."""

    address_index: str
    token_hash: str = field(repr=False)
    expire_time: datetime

    @property
    def attempts(self) -> str:
        """Under which name wrong passwords are counted; no address has a blank."""
        return f"confirmations of {self.address_index}"
