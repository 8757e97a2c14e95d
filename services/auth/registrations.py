"""Registrations that wait until the mailbox is proved. Pure Python, no I/O, no clock."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.auth.sign_ins import AttemptKind, Attempts
from services.runtime.aggregate import Aggregate

# Over a weekend's day a mail is found; a registration that no one confirms is dropped with all that was typed in.
# What holds unless the setting registration_hours says otherwise.
REGISTRATION_HOURS = 48
# For so long a confirmation gives the same answer again: it may have been lost on its way.
CONFIRMATION_GRACE = timedelta(minutes=10)
_SALT_BYTES = 16


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


def salt(address_index: str) -> bytes:
    """What the passwords of all registrations of an address are hashed with.

    It is the same for them: one hash finds the registration among however many, and none has to make room for others.
    """
    return hashlib.sha256(f"registrations of {address_index}".encode()).digest()[:_SALT_BYTES]


@dataclass(frozen=True)
class MailedToken:
    """A token that went to the mailbox of an address; it proves the mailbox, and the password says for which one."""

    address_index: str
    token_hash: str = field(repr=False)
    expire_time: datetime

    @property
    def attempts(self) -> Attempts:
        """Under which name wrong passwords are counted."""
        return Attempts(AttemptKind.CONFIRMATIONS, self.address_index)
