"""The application service, the customer service and the bank as a payout sees them, in memory."""

from collections.abc import Callable
from dataclasses import dataclass, field

from services.activation.disbursement import DisbursementFailure
from services.activation.ports import BankAnswer, Passed, Payee, Standing
from services.outsiders import require_outsider
from services.runtime.errors import FailedPrecondition, Unavailable
from services.runtime.money import Money

IBAN = "DE02120300000000202051"


@dataclass
class FakeOwners:
    """services.activation.ports.Owners: every stage let each application through, unless set otherwise.

    `passed` has what a stage says instead of that, by its owner; `standings` whose application is on which terms.
    Who is `bound` decides on none.
    """

    status: str = "AGREEMENT_SIGNED"
    kyc_version: int = 1
    facility_type: str = "PERSONAL"
    loan_id: str = ""
    away: bool = False
    ended: set[str] = field(default_factory=set)
    bound: set[str] = field(default_factory=set)
    withdrawn: set[str] = field(default_factory=set)
    statuses: dict[str, str] = field(default_factory=dict)
    passed: dict[str, Passed] = field(default_factory=dict)
    standings: dict[str, tuple[str, str]] = field(default_factory=dict)
    party_versions: dict[str, int] = field(default_factory=dict)
    rules_against: tuple[str, ...] = ()

    def standing(self, application_id: str) -> Standing:
        if self.away:
            raise Unavailable("the application service is out of reach")
        if application_id not in self.standings:
            raise FailedPrecondition("it is not known", reason="STAGE_NOT_PASSED", metadata={"owner": ""})
        customer_id, terms_hash = self.standings[application_id]
        status = "WITHDRAWN" if application_id in self.ended else self.statuses.get(application_id, self.status)
        stages = [Passed(owner, True, customer_id) for owner in ("kyc", "risk")]
        stages += [Passed(owner, True, customer_id, terms_hash) for owner in ("discussion", "approval", "agreement")]
        said = tuple(self.passed.get(stage.owner, stage) for stage in stages)
        wanted = application_id not in self.withdrawn
        given = self.facility_type, self.loan_id, self.kyc_version, said, not wanted, self.party_versions
        return Standing(status, customer_id, *given, self.rules_against)

    def withdrawal_requested(self, application_id: str) -> bool:
        if self.away:
            raise Unavailable("the application service is out of reach")
        return application_id in self.withdrawn

    def check_decider(self, application_id: str, decider_id: str) -> None:
        if self.away:
            raise Unavailable("the application service is out of reach")
        require_outsider(decider_id, self.bound)

    def authorize_activation(self, application_id: str) -> None:
        if application_id in self.ended:
            raise FailedPrecondition.wrong_status("application", "WITHDRAWN", ["AGREEMENT_SIGNED"])
        self.statuses[application_id] = "ACTIVE"


class FakePayees:
    """services.activation.ports.Customers: one IBAN for everybody; `change` is what a customer does to it.

    `others` are the versions of the details of those who have another one than the customer.
    """

    def __init__(self) -> None:
        self.iban, self.kyc_version = IBAN, 1
        self.others: dict[str, int] = {}

    def change(self, iban: str) -> None:
        self.iban, self.kyc_version = iban, self.kyc_version + 1

    def payee(self, customer_id: str) -> Payee:
        return Payee(self.iban, self.others.get(customer_id, self.kyc_version))


class FakeBank:
    """services.activation.ports.Bank: takes every order, once for a key, unless set to refuse or to be away.

    While it is away it takes orders all the same, and only its answer is lost; not when it is `deaf`, too. `cancelled`
    are the keys of orders that it was asked not to pay, `on_order` is called while it has one in hand.
    """

    def __init__(self) -> None:
        self.orders: list[tuple[str, str, Money]] = []
        self.paid: dict[str, str] = {}
        self.cancelled: set[str] = set()
        self.deaf = False
        self.on_order: Callable[[], object] = lambda: None
        self.answer = BankAnswer(reference="bank-1")
        self.away = False
        self.fail_next: Exception | None = None

    def order(self, key: str, iban: str, amount: Money, reference: str) -> BankAnswer:
        self.orders.append((key, iban, amount))
        self.on_order()
        if not self.deaf and self.answer.reference and key not in self.cancelled:
            self.paid.setdefault(key, self.answer.reference)
        if self.away:
            raise Unavailable("the bank is out of reach")
        if self.fail_next:
            failure, self.fail_next = self.fail_next, None
            raise failure
        if key in self.cancelled:
            return BankAnswer(failure=DisbursementFailure.REFUSED)
        return BankAnswer(reference=self.paid[key]) if key in self.paid else self.answer

    def cancel(self, key: str) -> str | None:
        if self.away:
            raise Unavailable("the bank is out of reach")
        if key not in self.paid:
            self.cancelled.add(key)
        return self.paid.get(key)
