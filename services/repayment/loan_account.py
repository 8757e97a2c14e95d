"""A loan's ledger as it is stored, and the figures that follow from it; `model.py` says what may be done with it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, auto
from functools import cached_property

from services.lending.errors import LendingError
from services.lending.ledger import Account
from services.lending.rules import Rules
from services.lending.schedule import Instalment, Schedule, loan_schedule
from services.lending.terms import LoanTerms
from services.lending.transactions import Kind, Transaction, effective
from services.repayment.payment import Allocation, Payment, PaymentStatus
from services.repayment.withdrawal import Withdrawal, WithdrawalRight
from services.runtime.aggregate import Aggregate
from services.runtime.errors import FailedPrecondition, InvalidArgument, NotFound
from services.runtime.money import Money

# Whatever was posted counts, whenever it was.
EVER = date.max


class LoanStatus(Enum):
    """Whether something is owed."""

    PENDING = auto()
    OPEN = auto()
    CLOSED = auto()
    CANCELLED = auto()


@dataclass
class LoanAccount(Aggregate):
    """A loan; its schedule follows from terms and start date. `rules` are the facility's when the ledger was opened.

    `closures` counts how often it was closed: a payment that bounces afterwards opens it again. `withdrawal_right` is
    what the law of the facility gave then, None in ledgers from before it was kept; `withdrawal` what became of it.
    """

    loan_id: str
    application_id: str
    customer_id: str
    status: LoanStatus
    terms: LoanTerms
    start_date: date
    create_time: datetime
    rules: Rules = field(default_factory=Rules)
    close_time: datetime | None = None
    closures: int = 0
    payments: dict[str, Payment] = field(default_factory=dict)
    transactions: list[Transaction] = field(default_factory=list)
    withdrawal_right: WithdrawalRight | None = None
    withdrawal: Withdrawal | None = None

    def check_schedule(self, instalments: tuple[Instalment, ...], terms_hash: str) -> None:
        """InvalidArgument IMPOSSIBLE_TERMS when a schedule or a hash that others computed is not that of the terms."""
        if self.schedule.rows != instalments or self.terms.hash() != terms_hash:
            raise InvalidArgument("the schedule is not the one of its terms", reason="IMPOSSIBLE_TERMS")

    @cached_property
    def schedule(self) -> Schedule:
        """The instalments."""
        return loan_schedule(self.terms, self.start_date)

    @property
    def required_language(self) -> str:
        """The language that the law of the loan wants its papers in; empty where it leaves that open."""
        return "" if self.withdrawal_right is None else self.withdrawal_right.language

    @property
    def has_money(self) -> bool:
        """Whether its money was ever sent."""
        return self.status in (LoanStatus.OPEN, LoanStatus.CLOSED)

    @property
    def account(self) -> Account:
        """The ledger with everything posted so far."""
        return Account(self.schedule, tuple(self.transactions), self.rules)

    @property
    def principal_balance(self) -> Money:
        """Principal still owed; of a cancelled loan none, for it was never paid out."""
        if self.status is LoanStatus.CANCELLED:
            return Money.zero(self.terms.currency)
        return self.money(self.account.outstanding_principal(EVER))

    @property
    def total_paid(self) -> Money:
        """All that was paid and verified, also what is given back of it."""
        posted = (entry.amount for entry in effective(self.transactions) if entry.kind is Kind.PAYMENT)
        return sum(map(self.money, posted), Money.zero(self.terms.currency))

    @property
    def unverified(self) -> Money:
        """All recorded payments that wait to be verified."""
        return sum((payment.amount for payment in self.waiting()), Money.zero(self.terms.currency))

    @property
    def allocations(self) -> dict[str, Allocation]:
        """What each posted payment is used for as things stand, by its id: another entry may shift it."""
        used = self.account.allocations(EVER).items()
        return {payment_id: Allocation.of(parts, self.terms.currency) for payment_id, parts in used}

    def money(self, amount: Decimal) -> Money:
        """An amount in the loan's currency."""
        return Money(amount, self.terms.currency)

    def payment(self, payment_id: str) -> Payment:
        """One payment; errors.NotFound."""
        if payment_id not in self.payments:
            raise NotFound(f"payment {payment_id} does not exist")
        return self.payments[payment_id]

    def waiting(self) -> list[Payment]:
        """The payments that are not verified yet: claims of the customer, which count for nothing."""
        return [payment for payment in self.payments.values() if payment.status is PaymentStatus.RECEIVED]

    def _post(self, entry: Transaction) -> Account:
        try:
            return self.account.post(entry)
        except LendingError as refused:
            if refused.reason != "OVERPAYMENT":
                raise
            payoff = str(self.account.payoff(entry.value_date).total)
            text = f"more is paid than is owed; {payoff} would close the loan"
            raise FailedPrecondition(text, reason="OVERPAYMENT", metadata={"payoff": payoff}) from refused

    def _require(self, *allowed: LoanStatus) -> None:
        if self.status not in allowed:
            raise FailedPrecondition.wrong_status("loan", self.status, allowed)
