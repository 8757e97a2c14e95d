"""The loan with its payments and its ledger: one aggregate, so that two payments at once are posted one by one."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, auto
from functools import cached_property
from uuid import NAMESPACE_OID, uuid5

from services.lending.errors import LendingError
from services.lending.ledger import Account, InstalmentState
from services.lending.rules import Rules
from services.lending.schedule import Instalment, Schedule, loan_schedule
from services.lending.terms import LoanTerms
from services.lending.transactions import Kind, Transaction
from services.repayment import duties
from services.repayment.daily_run import Findings
from services.repayment.duties import Reminder, Told
from services.repayment.events import (
    LoanFullyRepaid,
    PaymentOverdue,
    PaymentReceived,
    PaymentRejected,
    PaymentReversed,
    PaymentVerified,
)
from services.repayment.payment import Allocation, Payment, PaymentStatus, Proof, RejectionReason, ReversalReason
from services.runtime.aggregate import Aggregate
from services.runtime.errors import FailedPrecondition, InvalidArgument, NotFound, PermissionDenied
from services.runtime.money import Money

# Whatever was posted counts, whenever it was.
_EVER = date.max
_NOTHING = Decimal(0)


class LoanStatus(Enum):
    """Whether something is owed."""

    PENDING = auto()
    OPEN = auto()
    CLOSED = auto()
    CANCELLED = auto()


@dataclass
class Loan(Aggregate):
    """A loan; its schedule follows from terms and start date. `rules` are the facility's when the ledger was opened.

    `overdue` are the instalments that were told of; whatever falls due up to `reminded_until` was reminded of.
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
    overdue: tuple[int, ...] = ()
    reminded_until: date | None = None
    payments: dict[str, Payment] = field(default_factory=dict)
    transactions: list[Transaction] = field(default_factory=list)
    reminders: list[Reminder] = field(default_factory=list, compare=False)
    """Reminders that are new, not stored yet."""
    _replayed: tuple[int, list[InstalmentState]] | None = field(default=None, compare=False, repr=False)
    """What is unpaid after so many entries: they are only ever added to."""

    def check_schedule(self, instalments: tuple[Instalment, ...], terms_hash: str) -> None:
        """InvalidArgument IMPOSSIBLE_TERMS when a schedule or a hash that others computed is not that of the terms."""
        if self.schedule.rows != instalments or self.terms.hash() != terms_hash:
            raise InvalidArgument("the schedule is not the one of its terms", reason="IMPOSSIBLE_TERMS")

    def disburse(self, day: date | None) -> None:
        """The money was sent: it can be paid back, and interest runs from that day (None: from the start) on."""
        if self.status is LoanStatus.PENDING:
            self.status, self.start_date = LoanStatus.OPEN, day or self.start_date
            self.__dict__.pop("schedule", None)

    def cancel(self, at: datetime) -> None:
        """It was cancelled before its money was sent, so nothing is or will be owed; a loan with its money stays."""
        if self.status is LoanStatus.PENDING:
            self.status, self.close_time = LoanStatus.CANCELLED, at

    @cached_property
    def schedule(self) -> Schedule:
        """The instalments."""
        return loan_schedule(self.terms, self.start_date)

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
        return self.money(self.account.outstanding_principal(_EVER))

    @property
    def total_paid(self) -> Money:
        """All that was paid and verified."""
        return self.money(self.account.paid(_EVER).total)

    @property
    def unverified(self) -> Money:
        """All recorded payments that wait to be verified."""
        return sum((payment.amount for payment in self._waiting()), Money.zero(self.terms.currency))

    def money(self, amount: Decimal) -> Money:
        """An amount in the loan's currency."""
        return Money(amount, self.terms.currency)

    def payment(self, payment_id: str) -> Payment:
        """One payment; errors.NotFound."""
        if payment_id not in self.payments:
            raise NotFound(f"payment {payment_id} does not exist")
        return self.payments[payment_id]

    def record(self, made: Payment) -> None:
        """Takes a payment that the customer says to have made; see RecordPayment for what is refused."""
        self._require_open()
        if made.amount.currency != self.terms.currency:
            raise InvalidArgument.field("amount.currency", f"must be {self.terms.currency}", reason="WRONG_CURRENCY")
        today = made.receive_time.date()
        if not self.start_date <= made.value_date <= today:
            days = f"from {self.start_date} to {today}"
            raise InvalidArgument.field("value_date", f"must be {days}", reason="IMPOSSIBLE_DATE")
        waiting = [_posting(payment) for payment in self._waiting()]
        self._post(_posting(made), replace(self.account, transactions=(*self.transactions, *waiting)))
        self.payments[made.payment_id] = made
        self._emit(PaymentReceived(*self._ids(made)))

    def check_waiting(self, payment_id: str) -> None:
        """Refuses a payment that is decided."""
        self._in_status(payment_id, PaymentStatus.RECEIVED)

    def prove(self, payment_id: str, proof: Proof) -> None:
        """Attaches the receipt of a payment that waits, in place of an earlier one."""
        payment = self._in_status(payment_id, PaymentStatus.RECEIVED)
        self.payments[payment_id] = replace(payment, proof=proof)

    def accept(self, payment_id: str, decided_by: str, at: datetime) -> None:
        """Accepts a payment's proof and posts it as of its value date; with the last one the loan is closed."""
        payment = self._in_status(payment_id, PaymentStatus.RECEIVED)
        self._require_open()
        self._require_another(decided_by, self.customer_id)
        if payment.proof is None:
            raise FailedPrecondition("the payment has no proof to accept", reason="PROOF_MISSING")
        after = self._post(_posting(payment), self.account)
        parts = after.paid(_EVER) - self.account.paid(_EVER)
        self.transactions.append(after.transactions[-1])
        allocation = Allocation.of(parts, self.terms.currency)
        self.payments[payment_id] = replace(
            payment, status=PaymentStatus.VERIFIED, allocation=allocation, decided_by=decided_by, decide_time=at
        )
        balance = self.principal_balance, self.total_paid
        self._emit(PaymentVerified(*self._ids(payment), decided_by, allocation, *balance))
        if after.is_settled(_EVER):
            self._close(at)

    def reject(
        self, payment_id: str, reason: str, decided_by: str, at: datetime, told: RejectionReason = RejectionReason.OTHER
    ) -> None:
        """Does not accept a payment's proof; it never counted. `reason` is for the file, `told` for the customer."""
        payment = self._in_status(payment_id, PaymentStatus.RECEIVED)
        if not reason.strip():
            raise InvalidArgument.field("reason", "is required for a rejection")
        self.payments[payment_id] = payment.rejected(reason, told, decided_by, at)
        self._emit(PaymentRejected(*self._ids(payment), decided_by, told))

    def reverse(
        self, payment_id: str, reason: str, reversed_by: str, at: datetime, told: ReversalReason = ReversalReason.OTHER
    ) -> None:
        """Takes a verified payment back; everything after it is computed again. `told` is for the customer."""
        payment = self._in_status(payment_id, PaymentStatus.VERIFIED)
        self._require_open()
        self._require_another(reversed_by, payment.decided_by, self.customer_id)
        entry = Transaction.reversal(f"{payment_id}/reversal", at.date(), _posting(payment), reason)
        self.transactions.append(self._post(entry, self.account).transactions[-1])
        self.payments[payment_id] = payment.reversed(reason, told, reversed_by, at)
        balance = self.principal_balance, self.total_paid
        self._emit(PaymentReversed(*self._ids(payment), reversed_by, told, *balance))

    def waive(self, instalment: int, reason: str, waived_by: str, at: datetime) -> Money:
        """Gives up what is unpaid of an instalment's late fee; how much that is."""
        self._require_open()
        self._require_another(waived_by, self.customer_id)
        charged = next((state for state in self._unpaid() if state.number == instalment), None)
        amount = charged.unpaid.penalty if charged else _NOTHING
        if not amount:
            text = f"instalment {instalment} has no unpaid late fee"
            raise FailedPrecondition(text, reason="WRONG_STATUS", metadata={"instalment": str(instalment)})
        # Not before the fee, whose date is a business date and may be ahead of the clock.
        day = max([at.date(), *(entry.value_date for entry in self.transactions if entry.instalment == instalment)])
        entry = Transaction.waiver(f"waiver/{len(self.transactions) + 1}", day, amount, instalment, reason)
        self.transactions.append(self._post(entry, self.account).transactions[-1])
        if self.account.is_settled(_EVER):
            self._close(at)
        return self.money(amount)

    def close(self, at: datetime) -> None:
        """Closes a loan on which nothing is owed, unless it is closed."""
        owed = self.money(self.account.unpaid_total(_EVER))
        if owed:
            text = f"{owed} is still owed"
            raise FailedPrecondition(text, reason="BALANCE_OUTSTANDING", metadata={"balance": str(owed.amount)})
        if self.status is not LoanStatus.CLOSED:
            self._close(at)

    @property
    def next_run_date(self) -> date | None:
        """The first business date on which the daily run has something to do here; None when there is none."""
        return duties.next_date(self._unpaid(), self._told, self.rules.late_fee, self.terms.currency)

    def run(self, business_date: date) -> Findings:
        """Does the work of a business date: overdue instalments, late fees and reminders, each once for an instalment.

        Whatever was posted counts, also with a later value date: a run that comes late chases nobody who has paid.
        """
        found = Findings()
        # A late fee takes its share of a payment dated later, and what that had settled may be owed again: so, until.
        while (due := self.next_run_date) is not None and due <= business_date:
            if (more := self._work(business_date)) == Findings():
                raise RuntimeError(f"the run of {business_date} left something to do for {due}")
            found += more
        return found

    def _work(self, business_date: date) -> Findings:
        unpaid, told = self._unpaid(), self._told
        owing = {state.number for state in unpaid}
        fees = [fee for fee in self.account.late_fees(business_date) if fee.instalment in owing]
        overdue, soon = duties.overdue(unpaid, told, business_date), duties.due_soon(unpaid, told, business_date)
        for state in overdue:
            days, amount = (business_date - state.due_date).days, self.money(state.unpaid.total)
            ids = self.application_id, self.loan_id, self.customer_id
            self._emit(PaymentOverdue(*ids, state.number, state.due_date, amount, days, business_date))
        self.reminders += [self._reminder(state) for state in soon]
        self.overdue = (*self.overdue, *(state.number for state in overdue))
        self.reminded_until = max(told.reminded_until, business_date + duties.REMINDED_AHEAD)
        for fee in fees:
            self.transactions.append(self._post(fee, self.account).transactions[-1])
        return Findings(len(overdue), len(fees), len(soon))

    @property
    def _told(self) -> Told:
        fees = frozenset(entry.instalment for entry in self.transactions if entry.kind is Kind.LATE_FEE)
        return Told(frozenset(self.overdue), self.reminded_until or self.start_date, fees)

    def _unpaid(self) -> list[InstalmentState]:
        if self.status is not LoanStatus.OPEN:
            return []
        if self._replayed is None or self._replayed[0] != len(self.transactions):
            unpaid = [state for state in self.account.instalments(_EVER) if not state.settled]
            self._replayed = len(self.transactions), unpaid
        return self._replayed[1]

    def _reminder(self, state: InstalmentState) -> Reminder:
        name = str(uuid5(NAMESPACE_OID, f"{self.loan_id}/{state.due_date}"))
        ids = self.application_id, self.loan_id, self.customer_id
        return Reminder(name, *ids, state.number, state.due_date, self.money(state.unpaid.total))

    def _waiting(self) -> list[Payment]:
        return [payment for payment in self.payments.values() if payment.status is PaymentStatus.RECEIVED]

    def _post(self, entry: Transaction, account: Account) -> Account:
        try:
            return account.post(entry)
        except LendingError as refused:
            if refused.reason != "OVERPAYMENT":
                raise
            payoff = str(account.payoff(entry.value_date).total)
            text = f"more is paid than is owed; {payoff} would close the loan"
            raise FailedPrecondition(text, reason="OVERPAYMENT", metadata={"payoff": payoff}) from refused

    def _close(self, at: datetime) -> None:
        self.status, self.close_time = LoanStatus.CLOSED, at
        last = max(entry.value_date for entry in self.transactions)
        self._emit(LoanFullyRepaid(self.application_id, self.loan_id, self.customer_id, self.total_paid, last))

    def _require_open(self) -> None:
        if self.status is not LoanStatus.OPEN:
            raise FailedPrecondition.wrong_status("loan", self.status, [LoanStatus.OPEN])

    @staticmethod
    def _require_another(person: str, *earlier: str) -> None:
        if person in earlier:
            text = "another person must do this than who recorded or verified the payment"
            raise PermissionDenied(text, reason="MAKER_CHECKER")

    def _in_status(self, payment_id: str, status: PaymentStatus) -> Payment:
        payment = self.payment(payment_id)
        if payment.status is not status:
            raise FailedPrecondition.wrong_status("payment", payment.status, [status])
        return payment

    def _ids(self, payment: Payment) -> tuple[str, str, str, str, Money, date]:
        loan = self.application_id, self.loan_id, self.customer_id
        return *loan, payment.payment_id, payment.amount, payment.value_date


def _posting(payment: Payment) -> Transaction:
    return Transaction.payment(payment.payment_id, payment.value_date, payment.amount.amount, payment.effect)
