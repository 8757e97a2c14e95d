"""Dunning of one loan as of a business date: overdue notices, reminders and late fees. Pure.

Each finding is made once: the loan keeps what was done on it, whatever happens to the instalment afterwards.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from uuid import NAMESPACE_OID, uuid5

from services.lending.ledger import InstalmentState
from services.lending.rules import LateFee, Rules
from services.lending.transactions import Kind
from services.repayment.events import LoanWithdrawalOverdue, PaymentOverdue
from services.repayment.loan_account import EVER, LoanAccount, LoanStatus
from services.runtime.money import Money

# A loan keeps the day so long after its last run: once customers were reminded so early, and only then.
REMINDED_AHEAD = timedelta(days=3)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Reminder:
    """That an instalment falls due soon, or is overdue for long; `reminder_id` is the same however often it is made."""

    reminder_id: str
    application_id: str
    loan_id: str
    customer_id: str
    instalment_number: int
    due_date: date
    amount_due: Money
    days_past_due: int = 0


@dataclass(frozen=True)
class Findings:
    """What a run found, on one loan or on many."""

    overdue: int = 0
    late_fees: int = 0
    reminders: int = 0

    def __add__(self, other: "Findings") -> "Findings":
        return Findings(
            self.overdue + other.overdue, self.late_fees + other.late_fees, self.reminders + other.reminders
        )


@dataclass(frozen=True)
class DunningState:
    """What was done on a loan: overdue notices and late fees by instalment, reminders up to a business date."""

    overdue: Collection[int]
    reminded_until: date
    fees: Collection[int]

    @property
    def last_date(self) -> date:
        """The business date up to which reminders went out."""
        return self.reminded_until - REMINDED_AHEAD


@dataclass
class DunnedLoan(LoanAccount):
    """A loan that the daily run works on while it is open.

    `overdue` are the instalments of which notice was given; `reminded_until` is REMINDED_AHEAD after the business date
    up to which reminders went out.
    """

    overdue: tuple[int, ...] = ()
    reminded_until: date | None = None
    reminders: list[Reminder] = field(default_factory=list, compare=False)
    """Reminders that are new, not stored yet."""
    _replayed: tuple[int, list[InstalmentState]] | None = field(default=None, compare=False, repr=False)
    """What is unpaid after so many entries: they are only ever added to."""

    @property
    def next_run_date(self) -> date | None:
        """The first business date on which the daily run has something to do here; None when there is none."""
        # After a withdrawal there are no instalments to be reminded of, and nothing is charged.
        rules = self.rules if self.withdrawal is None else replace(self.rules, late_fee=None, reminder_days=())
        return next_date(self._to_dun(), self._dunned, rules, self.terms.currency)

    def run(self, business_date: date) -> Findings:
        """Does the work of a business date: overdue instalments, late fees and reminders, each once for an instalment.

        Whatever was posted counts, also with a later value date: a run that comes late duns no customer who has paid.
        """
        found = Findings()
        # A late fee takes its share of a payment dated later, and what that had settled may be owed again: so, until.
        while (due := self.next_run_date) is not None and due <= business_date:
            work = self._work if self.withdrawal is None else self._chase
            if (more := work(business_date)) == Findings():
                raise RuntimeError(f"the run of {business_date} left something to do for {due}")
            found += more
        return found

    def _work(self, business_date: date) -> Findings:
        unpaid, dunned = self._to_dun(), self._dunned
        owing = {state.number for state in unpaid}
        fees = [fee for fee in self.account.late_fees(business_date) if fee.instalment in owing]
        overdue = newly_overdue(unpaid, dunned, business_date)
        reminded = to_remind(unpaid, dunned, business_date, self.rules.reminder_days)
        for state in overdue:
            days, amount = (business_date - state.due_date).days, self.money(state.unpaid.total)
            ids = self.application_id, self.loan_id, self.customer_id
            self._emit(PaymentOverdue(*ids, state.number, state.due_date, amount, days, business_date))
        # Of what is overdue since today one notice is enough.
        told = {state.number for state in overdue}
        reminders = [self._reminder(each, day, business_date) for each, day in reminded if each.number not in told]
        self.reminders += reminders
        self.overdue = (*self.overdue, *(state.number for state in overdue))
        self.reminded_until = max(dunned.reminded_until, business_date + REMINDED_AHEAD)
        for fee in fees:
            self.transactions.append(self._post(fee).transactions[-1])
        return Findings(len(overdue), len(fees), len(reminders))

    def _chase(self, business_date: date) -> Findings:
        """Gives notice, once, of what was to be paid after a withdrawal and was not."""
        overdue = newly_overdue(self._to_dun(), self._dunned, business_date)
        self.reminded_until = max(self._dunned.reminded_until, business_date + REMINDED_AHEAD)
        if not overdue:
            return Findings()
        quote, due = self.account.quote(business_date), overdue[0].due_date
        ids, days = (self.application_id, self.loan_id, self.customer_id), (business_date - due).days
        amounts = self.money(quote.total), self.money(quote.per_diem)
        self._emit(LoanWithdrawalOverdue(*ids, due, *amounts, days, business_date))
        self.overdue = (*self.overdue, overdue[0].number)
        return Findings(overdue=1)

    def _dun_again(self, settled_before: Collection[int]) -> None:
        """Gives notice once more of instalments that a payment had settled which counts no more."""
        again = {state.number for state in self._unpaid()}.intersection(settled_before)
        self.overdue = tuple(number for number in self.overdue if number not in again)

    def _settled(self) -> set[int]:
        return {state.number for state in self.account.instalments(EVER) if state.settled}

    @property
    def _dunned(self) -> DunningState:
        fees = frozenset(entry.instalment for entry in self.transactions if entry.kind is Kind.LATE_FEE)
        return DunningState(frozenset(self.overdue), self.reminded_until or self.start_date, fees)

    def _to_dun(self) -> list[InstalmentState]:
        return self._unpaid() if self.status is LoanStatus.OPEN else []

    def _unpaid(self) -> list[InstalmentState]:
        if self._replayed is None or self._replayed[0] != len(self.transactions):
            unpaid = [state for state in self.account.instalments(EVER) if not state.settled]
            self._replayed = len(self.transactions), unpaid
        return self._replayed[1]

    def _reminder(self, state: InstalmentState, day: int, business_date: date) -> Reminder:
        # The id that it had when it was the only one: what was handed over before an upgrade does not go out again.
        which = "" if day == REMINDED_AHEAD.days else f"/{day}"
        name = str(uuid5(NAMESPACE_OID, f"{self.loan_id}/{state.due_date}{which}"))
        ids, late = (self.application_id, self.loan_id, self.customer_id), (business_date - state.due_date).days
        return Reminder(name, *ids, state.number, state.due_date, self.money(state.unpaid.total), max(0, late))


def next_date(unpaid: Sequence[InstalmentState], dunned: DunningState, rules: Rules, currency: str) -> date | None:
    """The first business date on which the run has something to do for the loan; None when there is none."""
    dates = [each.due_date + _DAY for each in unpaid if each.number not in dunned.overdue]
    reminded = (each.due_date - day * _DAY for each in unpaid for day in rules.reminder_days)
    dates += [each for each in reminded if each > dunned.last_date]
    if (late_fee := rules.late_fee) is not None:
        wait = (late_fee.grace_days + 1) * _DAY
        dates += [each.due_date + wait for each in unpaid if _costs(each, dunned, late_fee, currency)]
    return min(dates, default=None)


def newly_overdue(
    unpaid: Sequence[InstalmentState], dunned: DunningState, business_date: date
) -> list[InstalmentState]:
    """The instalments that fell due before the day and no notice was given of yet."""
    return [each for each in unpaid if each.due_date < business_date and each.number not in dunned.overdue]


def to_remind(
    unpaid: Sequence[InstalmentState], dunned: DunningState, business_date: date, days: Collection[int]
) -> list[tuple[InstalmentState, int]]:
    """The instalments of which customers are to be reminded, each with the day for which; the last one that has come.

    The days of a run that comes late are made up for once, and what is overdue by then does not fall due soon.
    """
    found = []
    for each in unpaid:
        come = [day for day in days if dunned.last_date < each.due_date - day * _DAY <= business_date]
        if come and (min(come) < 0 or business_date <= each.due_date):
            found.append((each, min(come)))
    return found


def _costs(state: InstalmentState, dunned: DunningState, late_fee: LateFee, currency: str) -> bool:
    """Whether an instalment will be charged a late fee, if it stays as it is."""
    if state.number < 1 or state.number in dunned.fees:
        return False
    return bool(late_fee.amount(state.unpaid.total - state.unpaid.penalty, currency))
