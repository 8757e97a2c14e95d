"""The loan account: a schedule, the product's rules and an append-only list of entries; all else follows.

Nothing is edited: an entry is taken back by one more, may be dated back, and everything after it is computed again.
The order of `transactions` is the order of posting, and within a day that of what happened (Transaction.order).

    account = Account(loan_schedule(terms, start), rules=facility("PERSONAL").rules)
    account = account.post(Transaction.payment("p1", day, Decimal("867.57"), Effect.SHORTER_TERM))  # or LendingError
    account.late_fees(as_of)                 # Transaction.late_fee entries that are to be posted; the same on each run
    account.quote(valid_to)                  # PayoffQuote(valid_to, parts, per_diem); paying .total that day closes
    account.allocations(as_of)               # what each payment was used for, by its id: Parts
    account.delinquency(as_of)               # Delinquency(days_past_due, bucket, overdue)
    account.instalments(as_of)               # InstalmentState(number, due_date, owed, paid, unpaid)
    account.versions(as_of)                  # Version(number, from_date, transaction_id, rows): the schedules it had
    account.credit(as_of), account.written_off(as_of), account.totals(as_of)
    account.statement(first, last), account.year(2026), account.postings(first, last)

Entries (transactions.py): payment(effect), reversal of any entry, penalty, late_fee, waiver, refund, rate_change,
extension, holiday, withdrawal, write_off, recovery. Rules (rules.py): Rules(order, allocation, overpayment, late_fee).
"""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from services.lending import journal
from services.lending.calendar import ONE_DAY
from services.lending.errors import LendingError
from services.lending.journal import Posting, StatementRow, Year
from services.lending.latefees import late_fees
from services.lending.possible import require_possible
from services.lending.replay import Replay, replay
from services.lending.rules import Bucket, Rules
from services.lending.schedule import Schedule
from services.lending.totals import Totals, Version
from services.lending.transactions import Parts, Transaction, in_value_order

__all__ = ["Account", "Delinquency", "InstalmentState", "PayoffQuote", "Posting", "StatementRow", "Totals", "Version"]


@dataclass(frozen=True, slots=True)
class InstalmentState:
    """One instalment on a day: what it asks for in all, what has been paid of it, and what is left."""

    number: int
    due_date: date
    owed: Parts
    paid: Parts
    unpaid: Parts

    @property
    def settled(self) -> bool:
        """Whether nothing of it is left to pay."""
        return not self.unpaid.total


@dataclass(frozen=True, slots=True)
class PayoffQuote:
    """What settles the loan when it is paid on `valid_to`, and by how much more it is on the day after it.

    `parts.interest` is below zero when more interest was taken in advance than has accrued: that much is given back.
    """

    valid_to: date
    parts: Parts
    per_diem: Decimal

    @property
    def total(self) -> Decimal:
        """The amount that closes the loan."""
        return self.parts.total


@dataclass(frozen=True, slots=True)
class Delinquency:
    """How late an account is: days since its oldest unpaid instalment fell due, and all that is overdue."""

    days_past_due: int
    bucket: Bucket
    overdue: Parts


@dataclass(frozen=True, slots=True)
class Account:
    """A loan account. `post` gives a new one with an entry more; it refuses impossible ones."""

    schedule: Schedule
    transactions: tuple[Transaction, ...] = ()
    rules: Rules = field(default_factory=Rules)

    def post(self, transaction: Transaction) -> "Account":
        """The account with the entry added; LendingError when it is impossible, also for what follows it."""
        require_possible(self.schedule, self.rules, self.transactions, transaction)
        after = replace(self, transactions=(*self.transactions, transaction))
        problem = after._state(date.max).problem
        if problem is not None:
            raise problem
        return after

    def totals(self, as_of: date) -> Totals:
        """Paid, unpaid to the end of the loan, credit balance, penalties charged, written off, recovered."""
        return self._state(as_of).totals()

    def outstanding_principal(self, as_of: date) -> Decimal:
        """Principal not yet repaid."""
        return self._state(as_of).unpaid().principal

    def paid(self, as_of: date) -> Parts:
        """All that has been paid, by component."""
        return self.totals(as_of).paid

    def credit(self, as_of: date) -> Decimal:
        """What the customer has paid too much and can be refunded."""
        return self._state(as_of).credit

    def allocations(self, as_of: date) -> dict[str, Parts]:
        """What each payment that was not reversed is used for as things stand, by its id.

        The parts sum to the payment, less what is kept as credit. Interest below zero had been taken in advance by
        earlier payments and is given back: it repays principal.
        """
        return journal.allocations(self.schedule, self.rules, in_value_order(self.transactions, as_of))

    def written_off(self, as_of: date) -> Parts:
        """What was given up, recoveries not deducted."""
        return self._state(as_of).written_off

    def due(self, as_of: date) -> Parts:
        """What has fallen due up to and including the day and is not paid."""
        state = self._state(as_of)
        parts = (each.unpaid for each in _instalments(state) if each.due_date <= as_of)
        return sum(parts, Parts(interest=state.restitution.beyond(as_of)))

    def payoff(self, day: date) -> Parts:
        """What settles the loan on a day: outstanding principal, fees, penalties, and accrued less paid interest."""
        return self._state(day).payoff(day)

    def quote(self, valid_to: date) -> PayoffQuote:
        """The pay-off quote for a day; a payment of its total on the day closes the loan exactly."""
        if valid_to < self.schedule.start:
            start = self.schedule.start.isoformat()
            raise LendingError("valid_to", "is before the loan was paid out", start, reason="IMPOSSIBLE_DATE")
        state = self._state(valid_to)
        parts = state.payoff(valid_to)
        # The calendar's last day has no next one.
        tomorrow = state.payoff(min(valid_to, date.max - ONE_DAY) + ONE_DAY)
        return PayoffQuote(valid_to, parts, tomorrow.total - parts.total)

    def instalments(self, as_of: date) -> tuple[InstalmentState, ...]:
        """Every instalment of the schedule that holds on the day, with what is owed and paid of it."""
        return _instalments(self._state(as_of))

    def next_instalment(self, as_of: date) -> InstalmentState | None:
        """The oldest instalment of which something is left to pay; None when all are settled."""
        state = self._state(as_of)
        found = next((each for each in _instalments(state) if not each.settled), None)
        later = Parts(interest=state.restitution.beyond(as_of))
        return found and replace(found, owed=found.owed + later, unpaid=found.unpaid + later)

    def days_past_due(self, as_of: date) -> int:
        """Days since the oldest unsettled instalment fell due; 0 when none is overdue."""
        oldest = self.next_instalment(as_of)
        return max((as_of - oldest.due_date).days, 0) if oldest else 0

    def delinquency(self, as_of: date) -> Delinquency:
        """Days past due, their bucket, and what is overdue: due before the day and not paid."""
        state, days = self._state(as_of), self.days_past_due(as_of)
        overdue = (each.unpaid for each in _instalments(state) if each.due_date < as_of)
        return Delinquency(days, Bucket.of(days), sum(overdue, Parts(interest=state.restitution.beyond(as_of))))

    def late_fees(self, as_of: date) -> tuple[Transaction, ...]:
        """Late fees that the rules ask for by the day and that were not posted, oldest first; none without a rule.

        Their value dates are the first late days and their ids `late-fee/<instalment>`, whenever this is asked.
        """
        return tuple(late_fees(self.schedule, self.rules, in_value_order(self.transactions, as_of), as_of))

    def unpaid_total(self, as_of: date) -> Decimal:
        """All that is owed to the end of the loan, interest not yet accrued included."""
        return self._state(as_of).unpaid().total

    def is_settled(self, as_of: date) -> bool:
        """Whether nothing is owed any more; also after a write-off."""
        return not self.unpaid_total(as_of)

    def versions(self, as_of: date) -> tuple[Version, ...]:
        """The schedules that the account has had up to the day; the last one holds."""
        return tuple(self._state(as_of).versions)

    def statement(self, first: date, last: date) -> tuple[StatementRow, ...]:
        """What happened from `first` to `last`, both included, in value order, with the running principal."""
        rows = journal.statement(self.schedule, self.rules, in_value_order(self.transactions, last))
        return tuple(row for row in rows if first <= row.value_date <= last)

    def year(self, year: int) -> Year:
        """What was paid in a calendar year, and the principal at its ends; as it is known at its end."""
        if not 1 < year < date.max.year:
            raise LendingError("year", "is out of range", f"2..{date.max.year - 1}")
        rows = self.statement(date(year, 1, 1), date(year, 12, 31))
        opening = self.outstanding_principal(date(year, 1, 1) - ONE_DAY) if self.schedule.start.year < year else None
        return Year.of(year, rows, opening, self.schedule)

    def postings(self, first: date, last: date) -> tuple[Posting, ...]:
        """The double entry of everything from `first` to `last`; debits equal credits in each."""
        postings = journal.postings(self.schedule, self.rules, in_value_order(self.transactions, last))
        return tuple(posting for posting in postings if first <= posting.value_date <= last)

    def _state(self, as_of: date) -> Replay:
        return replay(self.schedule, self.rules, in_value_order(self.transactions, as_of))


def _instalments(state: Replay) -> tuple[InstalmentState, ...]:
    return tuple(
        InstalmentState(line.number, line.due, Parts(*line.owed), Parts(*line.paid), Parts(*line.unpaid))
        for line in state.lines
    )
