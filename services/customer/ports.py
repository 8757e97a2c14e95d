"""What the use cases need of other services."""

from typing import Protocol


class Accounts(Protocol):
    """The auth service, as far as a registration needs it."""

    def register(self, customer_id: str, email: str, password: str) -> None:
        """Makes the account that signs in, in place of what an attempt that never ended left for the address.

        Errors: AlreadyExists EMAIL_TAKEN when staff has the address, Unavailable when the service is out of reach.
        """
        ...
