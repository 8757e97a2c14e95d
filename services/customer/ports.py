"""What the use cases need of other services."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Registration:
    """What somebody registers with, besides the password."""

    email: str
    full_name: str
    phone: str


class Accounts(Protocol):
    """The auth service, as far as a registration needs it."""

    def start(self, customer_id: str, registration: Registration, password: str) -> None:
        """Keeps what somebody registers with, and has a token mailed there; with an account or without, alike.

        Errors: InvalidArgument PASSWORD_WEAK, Unavailable when the service is out of reach.
        """
        ...

    def prove(self, token: str, password: str) -> tuple[str, Registration]:
        """The registration that both prove, with the id of the customer to be.

        Errors: Unauthenticated LINK_INVALID or BAD_CREDENTIALS, AlreadyExists EMAIL_TAKEN, Unavailable.
        """
        ...

    def open_account(self, customer_id: str, email: str, password: str) -> None:
        """Makes the account that signs in, and uses the token up; nothing happens when it is there.

        Errors: AlreadyExists EMAIL_TAKEN when another account has the address, Unavailable.
        """
        ...
