"""The loan account: a schedule and an append-only list of transactions; every figure follows from both and a date.

Nothing is edited: a payment is taken back by one more transaction, an entry may be dated back, and everything after it
is computed again. Payments settle the oldest instalment first, in it penalty, fee, interest, principal.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from services.lending.errors import LendingError
from services.lending.replay import Replay, in_value_order, replay
from services.lending.rounding import require_amount
from services.lending.schedule import Schedule
from services.lending.transactions import Kind, Parts, Transaction


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
class StatementRow:
    """One line of a statement: what happened, by component, and the principal still owed after it.

    `kind` is DISBURSEMENT or a transaction's kind. Payments have positive parts; a reversal's negative where it takes
    back, and it may shift what later payments had settled.
    """

    value_date: date
    kind: str
    transaction_id: str
    amount: Decimal
    parts: Parts
    balance: Decimal


@dataclass(frozen=True, slots=True)
class Account:
    """A loan account. `post` gives a new one with a transaction more; it refuses impossible ones."""

    schedule: Schedule
    transactions: tuple[Transaction, ...] = ()

    def post(self, transaction: Transaction) -> "Account":
        """The account with the transaction added; LendingError when it is impossible, also for what follows it."""
        self._require_possible(transaction)
        after = replace(self, transactions=(*self.transactions, transaction))
        excess = after._state(date.max).excess
        if excess:
            raise LendingError("amount", "is more than is owed", str(transaction.amount - excess), reason="OVERPAYMENT")
        return after

    def outstanding_principal(self, as_of: date) -> Decimal:
        """Principal not yet repaid."""
        return self._state(as_of).unpaid().principal

    def paid(self, as_of: date) -> Parts:
        """All that has been paid, by component."""
        return self._state(as_of).paid_parts()

    def due(self, as_of: date) -> Parts:
        """What has fallen due up to and including the day and is not paid."""
        parts = (state.unpaid for state in self.instalments(as_of) if state.due_date <= as_of)
        return sum(parts, Parts())

    def payoff(self, day: date) -> Parts:
        """What settles the loan on a day: outstanding principal, interest accrued to it, fees and penalties."""
        return self._state(day).payoff(day)

    def instalments(self, as_of: date) -> tuple[InstalmentState, ...]:
        """Every instalment with what is owed and paid of it."""
        state = self._state(as_of)
        return tuple(
            InstalmentState(row.number, row.due_date, Parts(*owed), Parts(*paid), Parts(*owed) - Parts(*paid))
            for row, owed, paid in zip(self.schedule.rows, state.owed, state.paid, strict=True)
        )

    def next_instalment(self, as_of: date) -> InstalmentState | None:
        """The oldest instalment of which something is left to pay; None when all are settled."""
        return next((state for state in self.instalments(as_of) if not state.settled), None)

    def days_past_due(self, as_of: date) -> int:
        """Days since the oldest unsettled instalment fell due; 0 when none is overdue."""
        oldest = self.next_instalment(as_of)
        return max((as_of - oldest.due_date).days, 0) if oldest else 0

    def unpaid_total(self, as_of: date) -> Decimal:
        """All that is owed to the end of the loan, interest not yet accrued included: no payment may exceed it."""
        return self._state(as_of).unpaid().total

    def is_settled(self, as_of: date) -> bool:
        """Whether nothing is owed any more."""
        return not self.unpaid_total(as_of)

    def statement(self, first: date, last: date) -> tuple[StatementRow, ...]:
        """What happened from `first` to `last`, both included, in value order, with the running principal."""
        schedule, nothing = self.schedule, Parts()
        rows = [StatementRow(schedule.start, "DISBURSEMENT", "", schedule.paid_out, nothing, schedule.principal)]
        entries = in_value_order(self.transactions, last)
        state = Replay(schedule)
        for position, entry in enumerate(entries):
            before = state.paid_parts()
            if entry.kind is Kind.REVERSAL:
                state = replay(schedule, entries[: position + 1])
            else:
                state.apply(entry)
            parts = state.paid_parts() - before
            balance = state.unpaid().principal
            rows.append(StatementRow(entry.value_date, entry.kind.name, entry.id, entry.amount, parts, balance))
        return tuple(row for row in rows if first <= row.value_date <= last)

    def _state(self, as_of: date) -> Replay:
        return replay(self.schedule, in_value_order(self.transactions, as_of))

    def _require_possible(self, transaction: Transaction) -> None:
        require_amount("amount", transaction.amount, self.schedule.currency, positive=True)
        if transaction.value_date < self.schedule.start:
            start = self.schedule.start.isoformat()
            raise LendingError("value_date", "is before the loan was paid out", start, reason="IMPOSSIBLE_DATE")
        if any(entry.id == transaction.id for entry in self.transactions):
            raise LendingError("id", "is that of a transaction that was posted")
        if transaction.kind is Kind.REVERSAL:
            self._require_reversible(transaction)
        if transaction.kind is Kind.PENALTY and not any(
            row.number == transaction.instalment for row in self.schedule.rows
        ):
            raise LendingError("instalment", "is not of this schedule", str(len(self.schedule.rows)))

    def _require_reversible(self, reversal: Transaction) -> None:
        payment = next((entry for entry in self.transactions if entry.id == reversal.reverses), None)
        if payment is None or payment.kind is not Kind.PAYMENT:
            raise LendingError("reverses", "names no payment of this account")
        if any(entry.reverses == payment.id for entry in self.transactions):
            raise LendingError("reverses", "names a payment that was reversed already")
        if reversal.amount != payment.amount:
            raise LendingError("amount", "must be that of the payment", str(payment.amount))
        if reversal.value_date < payment.value_date:
            earliest = payment.value_date.isoformat()
            raise LendingError("value_date", "is before the payment's", earliest, reason="IMPOSSIBLE_DATE")
