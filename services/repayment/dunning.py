"""The daily run's work on one loan: what it tells, charges and reminds of, each once for an instalment."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from uuid import NAMESPACE_OID, uuid5

from services.lending.ledger import InstalmentState
from services.lending.transactions import Kind
from services.repayment import duties
from services.repayment.daily_run import Findings
from services.repayment.duties import Reminder, Told
from services.repayment.events import PaymentOverdue
from services.repayment.loan_account import EVER, LoanAccount, LoanStatus


@dataclass
class DunnedLoan(LoanAccount):
    """A loan that the daily run works on while it is open.

    `overdue` are the instalments that were told of; whatever falls due up to `reminded_until` was reminded of.
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
        return duties.next_date(self._to_chase(), self._told, self.rules.late_fee, self.terms.currency)

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
        unpaid, told = self._to_chase(), self._told
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
            self.transactions.append(self._post(fee).transactions[-1])
        return Findings(len(overdue), len(fees), len(soon))

    def _chase_again(self, settled_before: Collection[int]) -> None:
        """Has the run tell once more of instalments that a payment had settled which counts no more."""
        again = {state.number for state in self._unpaid()}.intersection(settled_before)
        self.overdue = tuple(number for number in self.overdue if number not in again)

    def _settled(self) -> set[int]:
        return {state.number for state in self.account.instalments(EVER) if state.settled}

    @property
    def _told(self) -> Told:
        fees = frozenset(entry.instalment for entry in self.transactions if entry.kind is Kind.LATE_FEE)
        return Told(frozenset(self.overdue), self.reminded_until or self.start_date, fees)

    def _to_chase(self) -> list[InstalmentState]:
        return self._unpaid() if self.status is LoanStatus.OPEN else []

    def _unpaid(self) -> list[InstalmentState]:
        if self._replayed is None or self._replayed[0] != len(self.transactions):
            unpaid = [state for state in self.account.instalments(EVER) if not state.settled]
            self._replayed = len(self.transactions), unpaid
        return self._replayed[1]

    def _reminder(self, state: InstalmentState) -> Reminder:
        name = str(uuid5(NAMESPACE_OID, f"{self.loan_id}/{state.due_date}"))
        ids = self.application_id, self.loan_id, self.customer_id
        return Reminder(name, *ids, state.number, state.due_date, self.money(state.unpaid.total))
