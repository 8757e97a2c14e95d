"""The auth service as a registration sees it, in memory."""

from services.runtime.errors import AlreadyExists, Unavailable


class FakeAccounts:
    """services.customer.ports.Accounts: customer ids by address; `staff` holds addresses, `away` plays an outage."""

    def __init__(self) -> None:
        self.by_email: dict[str, str] = {}
        self.staff: set[str] = set()
        self.away = False

    def register(self, customer_id: str, email: str, password: str) -> None:
        if self.away:
            raise Unavailable("the auth service is out of reach")
        if email.lower() in self.staff:
            raise AlreadyExists("an account with this e-mail address exists", reason="EMAIL_TAKEN")
        self.by_email[email.lower()] = customer_id
