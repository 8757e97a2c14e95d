"""Replays transactions over a schedule: what was paid of which instalment. The engine inside the ledger."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from services.lending.rounding import unit_of
from services.lending.schedule import Schedule
from services.lending.transactions import Kind, Parts, Transaction

_COMPONENTS = 4  # penalty, fee, interest, principal: the order in which an instalment is paid


class Replay:
    """The state after some transactions: per instalment what is owed and paid, as [penalty, fee, interest, principal].

    A payment that reaches the pay-off amount closes the loan: principal, accrued interest and fees are settled, and
    interest that would have accrued later is no longer owed.
    """

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule
        zero = Decimal(0).quantize(unit_of(schedule.currency))
        self._zero = zero
        self.due_dates = [row.due_date for row in schedule.rows]
        self.owed = [[zero, row.fee, row.interest, row.principal] for row in schedule.rows]
        self.paid = [[zero] * _COMPONENTS for _ in schedule.rows]
        self.owed_in_all = [sum((row[i] for row in self.owed), zero) for i in range(_COMPONENTS)]
        self.paid_in_all = [zero] * _COMPONENTS
        self.closed_on: date | None = None
        self.excess = zero
        self._first_open = 0
        self._interest_before = [zero]
        for row in schedule.rows:
            self._interest_before.append(self._interest_before[-1] + row.interest)

    def apply(self, transaction: Transaction) -> None:
        """A payment or a penalty; what a payment leaves over when nothing is owed any more adds to `excess`."""
        if transaction.kind is Kind.PENALTY:
            self._charge(transaction.instalment, transaction.amount)
        else:
            self._pay(transaction.amount, transaction.value_date)

    def paid_parts(self) -> Parts:
        """All that has been paid, by component."""
        return Parts(*self.paid_in_all)

    def unpaid(self) -> Parts:
        """All that is still owed over the life of the loan, interest not yet accrued included."""
        return Parts(*(owed - paid for owed, paid in zip(self.owed_in_all, self.paid_in_all, strict=True)))

    def payoff(self, day: date) -> Parts:
        """What settles the loan on a day: principal, interest accrued to it, fees and penalties."""
        unpaid = self.unpaid()
        interest = min(max(self.accrued(day) - self.paid_in_all[2], self._zero), unpaid.interest)
        return Parts(unpaid.penalty, unpaid.fee, interest, unpaid.principal)

    def accrued(self, day: date) -> Decimal:
        """Interest accrued since the start: whole for periods that have ended, by days within the current one."""
        ended = bisect_right(self.due_dates, day)
        accrued = self._interest_before[ended]
        start = self.due_dates[ended - 1] if ended else self.schedule.start
        if ended < len(self.due_dates) and day > start:
            share = Decimal((day - start).days) / (self.due_dates[ended] - start).days
            part = self.schedule.rows[ended].interest * share
            accrued += part.quantize(unit_of(self.schedule.currency), ROUND_HALF_EVEN)
        return accrued

    def _charge(self, number: int, amount: Decimal) -> None:
        index = next(i for i, row in enumerate(self.schedule.rows) if row.number == number)
        self.owed[index][0] += amount
        self.owed_in_all[0] += amount
        self._first_open = min(self._first_open, index)

    def _pay(self, amount: Decimal, day: date) -> None:
        payoff = self.payoff(day)
        if payoff.total and amount >= payoff.total:
            self._close(amount, payoff, day)
            return
        for index in range(self._first_open, len(self.owed)):
            amount = self._settle(index, amount)
            if not amount:
                return
            self._first_open = index + 1
        self.excess += amount

    def _close(self, amount: Decimal, payoff: Parts, day: date) -> None:
        # Who pays his instalments ahead of time to the last cent pays their interest too; beyond that it is excess.
        interest = min(self.unpaid().interest, payoff.interest + amount - payoff.total)
        waived = self.unpaid().interest - interest
        for row, paid in zip(reversed(self.owed), reversed(self.paid), strict=True):
            cut = min(waived, row[2] - paid[2])
            row[2] -= cut
            waived -= cut
            self.owed_in_all[2] -= cut
        left = amount
        for index in range(len(self.owed)):
            left = self._settle(index, left)
        self.excess += left
        self.closed_on = day
        self._first_open = len(self.owed)

    def _settle(self, index: int, amount: Decimal) -> Decimal:
        owed, paid = self.owed[index], self.paid[index]
        for component in range(_COMPONENTS):
            part = min(amount, owed[component] - paid[component])
            if part:
                paid[component] += part
                self.paid_in_all[component] += part
                amount -= part
        return amount


def in_value_order(transactions: Iterable[Transaction], as_of: date) -> list[Transaction]:
    """The transactions that count on a day, by value date, and those of one date as they were entered."""
    return sorted((entry for entry in transactions if entry.value_date <= as_of), key=lambda entry: entry.value_date)


def replay(schedule: Schedule, entries: Sequence[Transaction]) -> Replay:
    """The state after entries in value order; a payment that one of them reverses never was."""
    reversed_ids = {entry.reverses for entry in entries if entry.kind is Kind.REVERSAL}
    state = Replay(schedule)
    for entry in entries:
        if entry.kind is not Kind.REVERSAL and entry.id not in reversed_ids:
            state.apply(entry)
    return state
