"""The auth service as a registration sees it, in memory."""

from services.customer.ports import Registration
from services.runtime.errors import AlreadyExists, Error, Unauthenticated, Unavailable

_TOKEN = "token of "


class FakeAccounts:
    """services.customer.ports.Accounts: customer ids by address; `staff` holds addresses.

    `away` plays an outage, `no_account` one that begins after the registration was proved, `refusal` is raised by
    whatever asks for a password.
    """

    def __init__(self) -> None:
        self.by_email: dict[str, str] = {}
        self.staff: set[str] = set()
        self.away = self.no_account = False
        self.refusal: Error | None = None
        # By address, the newest first: id of the customer to be, password, and what was registered with.
        self._waiting: dict[str, list[tuple[str, str, Registration]]] = {}

    def start(self, customer_id: str, registration: Registration, password: str) -> None:
        self._check(self.away)
        self._waiting.setdefault(registration.email.lower(), []).insert(0, (customer_id, password, registration))

    def token(self, email: str) -> str:
        """The token that is mailed; empty where the address has an account, or no one registered with it."""
        email = email.lower()
        mailed = email in self._waiting and email not in self.by_email and email not in self.staff
        return f"{_TOKEN}{email}" if mailed else ""

    def prove(self, token: str, password: str) -> tuple[str, Registration]:
        self._check(self.away)
        email = token.removeprefix(_TOKEN)
        if email == token or email not in self._waiting:
            raise Unauthenticated("the token is not valid; ask for another one", reason="LINK_INVALID")
        found = next((each for each in self._waiting[email] if each[1] == password), None)
        if found is None:
            raise Unauthenticated("no one registered with this password", reason="BAD_CREDENTIALS")
        self._check_free(email, found[0])
        self._waiting[email] = [found]
        return found[0], found[2]

    def open_account(self, customer_id: str, email: str, password: str) -> None:
        self._check(self.away or self.no_account)
        self._check_free(email.lower(), customer_id)
        self.by_email[email.lower()] = customer_id

    def forget(self, email: str) -> None:
        """The customer with the address was erased, or time has passed: no account has it, and nothing waits for it."""
        self.by_email.pop(email.lower(), None)
        self._waiting.pop(email.lower(), None)

    def _check(self, away: bool) -> None:
        if self.refusal is not None:
            raise self.refusal
        if away:
            raise Unavailable("the auth service is out of reach")

    def _check_free(self, email: str, customer_id: str) -> None:
        if email in self.staff or self.by_email.get(email, customer_id) != customer_id:
            raise AlreadyExists("an account with this e-mail address exists", reason="EMAIL_TAKEN")
