"""Replays entries over a schedule: what was paid of which instalment. The engine inside the ledger."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from services.lending import restructure
from services.lending.errors import LendingError
from services.lending.lines import Line, accrued_in, lines_of, rows_of
from services.lending.restitution import Restitution
from services.lending.rules import Allocation, Component, Overpayment, Rules
from services.lending.schedule import Schedule
from services.lending.totals import Totals, Version
from services.lending.transactions import Effect, Kind, Parts, Transaction, effective


class Replay:
    """The state after some entries; amounts of a line are [penalty, fee, interest, principal].

    Interest accrues by the lines, whatever was paid of them in advance. A payment that reaches the pay-off amount
    closes the loan: principal, accrued interest and fees are settled, interest that would have accrued later is no
    longer owed, and what was taken of it in advance pays principal. After a withdrawal from the agreement all follows
    from what was received: `restitution`. `problem` is why the entries are impossible, if they are.
    """

    def __init__(self, schedule: Schedule, rules: Rules) -> None:
        self.schedule, self.rules = schedule, rules
        self.lines = lines_of(schedule)
        zero = self._zero = Decimal(0).quantize(schedule.plan.smallest)
        self._add_up()
        self.credit = self.penalties = self.recovered = zero
        self.written_off = Parts(zero, zero, zero, zero)
        self.write_off_date: date | None = None
        self.closed = False
        self.restitution = Restitution(schedule)
        self.terms = restructure.Terms(schedule.plan, schedule.plan.annual_rate_percent, schedule.level)
        self.versions = [Version(1, schedule.start, "", schedule.rows)]
        self.problem: LendingError | None = None
        self._first_open = 0
        self._index()

    def apply(self, entry: Transaction) -> None:
        """Any entry but a reversal. What later entries made pointless, such as a waiver of nothing, does nothing."""
        self.restitution.note(entry)
        if self.write_off_date and entry.kind in (Kind.PAYMENT, Kind.PENALTY, Kind.WRITE_OFF):
            self._refuse("value_date", "is after the loan was written off", self.write_off_date.isoformat())
            self.credit += entry.amount if entry.kind is Kind.PAYMENT else self._zero
        elif entry.kind is Kind.WRITE_OFF:
            self._write_off(entry.value_date)
        elif entry.kind is Kind.RECOVERY:
            self._recover(entry)
        elif entry.kind is Kind.WITHDRAWAL or self.restitution.declared:
            self._restore(entry)
        elif entry.kind is Kind.PAYMENT:
            self._pay(entry)
        elif entry.kind in (Kind.PENALTY, Kind.LATE_FEE):
            self._charge(entry)
        elif entry.kind is Kind.WAIVER:
            self._waive(entry)
        elif entry.kind is Kind.REFUND:
            self._refund(entry)
        else:
            self._restructure(entry)

    def totals(self) -> Totals:
        """The sums as they are now."""
        paid = Parts(*self.paid_in_all)
        return Totals(paid, self.unpaid(), self.credit, self.penalties, self.written_off, self.recovered)

    def unpaid(self) -> Parts:
        """All that is still owed over the loan's term, interest not yet accrued included."""
        return Parts(*(owed - paid for owed, paid in zip(self.owed_in_all, self.paid_in_all, strict=True)))

    def payoff(self, day: date) -> Parts:
        """What settles the loan on a day: principal, fees, penalties, and interest accrued to it less interest paid.

        The interest is below zero when more was taken in advance than has accrued: so much is given back.
        """
        unpaid, interest = self.unpaid(), self.accrued(day) - self.paid_in_all[Component.INTEREST]
        return Parts(unpaid.penalty, unpaid.fee, interest, unpaid.principal)

    def accrued(self, day: date) -> Decimal:
        """Interest accrued since the start: whole for periods that have ended, by days within the current one."""
        if self.restitution.declared and not self.write_off_date:
            return self.restitution.interest(day)
        ended = bisect_right(self._due_dates, day)
        accrued = self._interest_before[ended]
        if ended < len(self.lines):
            accrued += accrued_in(self.lines[ended], day, self._zero)
        return accrued

    def line(self, number: int) -> Line | None:
        """The instalment of that number, while the schedule has it; never a down payment or a broken period."""
        return next((line for line in self.lines if line.number == number), None)

    def _index(self) -> None:
        self._due_dates = [line.due for line in self.lines]
        self._interest_before = [self._zero]
        for line in self.lines:
            self._interest_before.append(self._interest_before[-1] + line.owed[Component.INTEREST])
        self.owed_in_all[Component.INTEREST] = self._interest_before[-1]

    def _refuse(self, field: str, message: str, limit: str = "", *, reason: str = "IMPOSSIBLE_TERMS") -> None:
        self.problem = self.problem or LendingError(field, message, limit, reason=reason)

    def _charge(self, entry: Transaction) -> None:
        line, amount = self.line(entry.instalment), entry.amount
        if entry.kind is Kind.LATE_FEE:
            overdue = sum(line.unpaid[Component.FEE :], self._zero) if line and line.due < entry.value_date else None
            if not overdue or self.closed or self.write_off_date:
                return  # paid in time after all
            if self.rules.late_fee:
                amount = min(amount, self.rules.late_fee.amount(overdue, self.schedule.currency))
        # The instalment may have fallen away since: what it was charged is then asked for with the last.
        line = line or self.lines[-1]
        line.owed[Component.PENALTY] += amount
        self.owed_in_all[Component.PENALTY] += amount
        self.penalties += amount
        self._first_open = min(self._first_open, self.lines.index(line))
        used = min(amount, self.credit)
        self.credit -= used + self._settle(line, used) if used else self._zero

    def _restore(self, entry: Transaction) -> None:
        """Takes an entry from a withdrawal on: it counts as money, or not at all."""
        if self.write_off_date:
            return
        if not self.restitution.declared:
            self.restitution.declare(entry.value_date, entry.count)
        self.restitution.settle(entry.value_date)
        self._owe_back()
        if entry.kind is Kind.REFUND:
            self._refund(entry)
        elif entry.kind is Kind.PAYMENT:
            self._keep(self.restitution.excess - self.credit, entry.amount)
        elif entry.kind is Kind.WITHDRAWAL:
            self.credit = self.restitution.excess
            self._renew(entry)

    def _owe_back(self) -> None:
        self.lines, self.closed, self.penalties = self.restitution.lines(), bool(self.restitution.until), self._zero
        self._add_up()
        self._index()

    def _add_up(self) -> None:
        self.owed_in_all = [sum((line.owed[each] for line in self.lines), self._zero) for each in Component]
        self.paid_in_all = [sum((line.paid[each] for line in self.lines), self._zero) for each in Component]

    def _waive(self, entry: Transaction) -> None:
        line = self.line(entry.instalment) or self.lines[-1]
        amount = min(entry.amount, line.unpaid[Component.PENALTY])
        line.owed[Component.PENALTY] -= amount
        self.owed_in_all[Component.PENALTY] -= amount
        self.penalties -= amount
        if self.payoff(entry.value_date).total <= 0:  # what was paid in advance covers the rest
            self.credit += self._close(self._zero, entry.value_date)

    def _pay(self, entry: Transaction) -> None:
        amount, day = entry.amount, entry.value_date
        if amount >= self.payoff(day).total:
            self._keep(self._close(amount, day), amount)
            return
        if self.rules.allocation is Allocation.BY_COMPONENT or entry.effect is not Effect.NEXT_INSTALMENTS:
            amount = self._settle_due(amount, day)
        if amount and entry.effect is not Effect.NEXT_INSTALMENTS:
            amount = self._prepay(entry, amount)
        self._settle_in_order(amount)

    def _settle_in_order(self, amount: Decimal) -> Decimal:
        """Pays the instalments one by one, the oldest first; what is left of the amount."""
        for index in range(self._first_open, len(self.lines)):
            if not amount:
                break
            amount = self._settle(self.lines[index], amount)
            if amount:
                self._first_open = index + 1
        return amount

    def _settle_due(self, amount: Decimal, day: date) -> Decimal:
        due = self.lines[self._first_open : bisect_right(self._due_dates, day)]
        if self.rules.allocation is Allocation.OLDEST_DUE_FIRST:
            for line in due:
                amount = self._settle(line, amount)
            return amount
        for component in self.rules.order:
            for line in due:
                amount = self._settle_component(line, component, amount)
        return amount

    def _prepay(self, entry: Transaction, amount: Decimal) -> Decimal:
        """Fees and accrued interest first, then principal; what had been paid in advance is left."""
        for component in (Component.PENALTY, Component.FEE):
            for line in self.lines:
                amount = self._settle_component(line, component, amount)
        if not amount:
            return amount
        aside, line = self._set_aside(entry.value_date), self.lines[restructure.coming(self.lines, entry.value_date)]
        accrued = accrued_in(line, entry.value_date, self._zero) - line.paid[Component.INTEREST]
        part = max(min(accrued, amount), self._zero)
        amount += self._settle_component(line, Component.INTEREST, part) - part
        repaid = restructure.prepay(self.lines, self.terms, entry, amount, self._zero)
        if repaid:
            self.paid_in_all[Component.PRINCIPAL] += repaid
            self._renew(entry)
        return amount - repaid + aside

    def _restructure(self, entry: Transaction) -> None:
        if not self.closed and not self.write_off_date:
            aside = self._set_aside(entry.value_date)
            if restructure.change(self.lines, self.terms, entry, self._zero):
                self._renew(entry)
            self._settle_in_order(aside)

    def _set_aside(self, day: date) -> Decimal:
        """Takes back what instalments after the day got in advance, principal and interest that has not accrued.

        It pays for them again as soon as they are computed anew, or for what is owed when there will be none.
        """
        first, aside = restructure.coming(self.lines, day), self._zero
        for line in self.lines[first:]:
            earned = accrued_in(line, day, self._zero)
            for component, kept in ((Component.INTEREST, earned), (Component.PRINCIPAL, self._zero)):
                unearned = max(line.paid[component] - kept, self._zero)
                line.paid[component] -= unearned
                self.paid_in_all[component] -= unearned
                aside += unearned
        self._first_open = min(self._first_open, first)
        return aside

    def _renew(self, entry: Transaction) -> None:
        self._index()
        rows = rows_of(self.lines, self._zero)
        self.versions.append(Version(len(self.versions) + 1, entry.value_date, entry.id, rows))

    def _close(self, amount: Decimal, day: date) -> Decimal:
        """Settles all that is owed on the day; what is left of the amount."""
        left = self._end_interest(amount, day)
        self.closed = True
        self._first_open = len(self.lines)
        return left

    def _end_interest(self, amount: Decimal, day: date) -> Decimal:
        """Interest of later days is owed no more, and the amount pays with what was taken of it; what is left."""
        if self.restitution.declared:
            self.restitution.end(day)
            self._owe_back()
        elif not self.closed:
            amount += self._set_aside(day)
            for line in self.lines[restructure.coming(self.lines, day) :]:
                line.owed[Component.INTEREST] = line.accrued = accrued_in(line, day, self._zero)
            self._index()
        return self._settle_in_order(amount)

    def _keep(self, excess: Decimal, amount: Decimal) -> None:
        # Money is never lost, also where it is refused: an entry of a later day may take the excess back.
        self.credit += excess
        if excess and self.rules.overpayment is Overpayment.REFUSE:
            self._refuse("amount", "is more than is owed", str(amount - excess), reason="OVERPAYMENT")

    def _refund(self, entry: Transaction) -> None:
        if entry.amount > self.credit:
            self._refuse("amount", "is more than the credit balance", str(self.credit), reason="OVERPAYMENT")
        self.credit -= entry.amount

    def _write_off(self, day: date) -> None:
        self._end_interest(self._zero, day)
        self.written_off = self.unpaid()
        for line in self.lines:
            line.owed = list(line.paid)
            line.accrued = line.owed[Component.INTEREST]
        self.owed_in_all = list(self.paid_in_all)
        self._index()
        self.write_off_date = day

    def _recover(self, entry: Transaction) -> None:
        left = self.written_off.total - self.recovered
        if entry.amount > left:
            self._refuse("amount", "is more than what is written off", str(left), reason="OVERPAYMENT")
        self.recovered += entry.amount

    def _settle(self, line: Line, amount: Decimal) -> Decimal:
        for component in self.rules.order:
            amount = self._settle_component(line, component, amount)
        return amount

    def _settle_component(self, line: Line, component: Component, amount: Decimal) -> Decimal:
        part = min(amount, line.owed[component] - line.paid[component])
        if part:
            line.paid[component] += part
            self.paid_in_all[component] += part
            amount -= part
        return amount


def replay(schedule: Schedule, rules: Rules, entries: Sequence[Transaction]) -> Replay:
    """The state after entries in value order; one that a later one reverses never was."""
    state = Replay(schedule, rules)
    for entry in effective(entries):
        state.apply(entry)
    return state
