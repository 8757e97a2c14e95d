"""The application service, the customer service and the bank as a payout sees them, in memory."""

from services.activation.ports import BankAnswer, Payee
from services.runtime.errors import FailedPrecondition, Unavailable
from services.runtime.money import Money

IBAN = "DE02120300000000202051"


class FakeApplications:
    """services.activation.ports.Applications: gives leave unless the application is among the `ended`."""

    def __init__(self) -> None:
        self.ended: set[str] = set()
        self.away = False

    def authorize_activation(self, application_id: str) -> str:
        if self.away:
            raise Unavailable("the application service is out of reach")
        if application_id in self.ended:
            raise FailedPrecondition.wrong_status("application", "WITHDRAWN", ["AGREEMENT_SIGNED"])
        return "PERSONAL"


class FakePayees:
    """services.activation.ports.Customers: one IBAN for everybody; `change` is what a customer does to it."""

    def __init__(self) -> None:
        self.iban, self.kyc_version = IBAN, 1

    def change(self, iban: str) -> None:
        self.iban, self.kyc_version = iban, self.kyc_version + 1

    def payee(self, customer_id: str) -> Payee:
        return Payee(self.iban, self.kyc_version)


class FakeBank:
    """services.activation.ports.Bank: takes every order, once for a key, unless told to refuse or to be away."""

    def __init__(self) -> None:
        self.orders: list[tuple[str, str, Money]] = []
        self.answer = BankAnswer(reference="bank-1")
        self.away = False
        self.fail_next: Exception | None = None

    def order(self, key: str, iban: str, amount: Money, reference: str) -> BankAnswer:
        self.orders.append((key, iban, amount))
        if self.away:
            raise Unavailable("the bank is out of reach")
        if self.fail_next:
            failure, self.fail_next = self.fail_next, None
            raise failure
        return self.answer
