"""What is owed back after a withdrawal from the agreement: what was paid out, with interest for the days, nothing else.

Directive 2008/48/EC, art. 14(3)(b), and (EU) 2023/2225, art. 26: the capital and the interest accrued on it from the
drawdown until it is repaid, at the agreed rate; no other compensation. So every payment, also one that an instalment
with its fee had taken, repays principal from its value date on, and the interest is paid with what comes after that.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, localcontext
from itertools import pairwise

from services.lending.daycount import year_fraction
from services.lending.lines import Line
from services.lending.rounding import PRECISION
from services.lending.schedule import Schedule
from services.lending.transactions import Kind, Parts, Transaction

# No instalment of a plan has this number: no late fee can be charged on what is owed back.
_NUMBER = 0


@dataclass(slots=True)
class Restitution:
    """What was received by day, less what was paid back, and the rates by day; until it is `declared`, no more.

    `due` is the day by which all is to be paid. `until` is when interest ended: the day on which all was there, or on
    which the loan was written off.
    """

    schedule: Schedule
    received: list[tuple[date, Decimal]] = field(default_factory=list)
    rates: list[tuple[date, Decimal]] = field(default_factory=list)
    declared: date | None = None
    due: date = date.max
    until: date | None = None
    _turns: list[date] = field(default_factory=list)
    """Days after `due` with a payment: the interest since the one before falls due with it."""

    def note(self, entry: Transaction) -> None:
        """Takes what counts of an entry; another rate after the withdrawal is none that was agreed."""
        if entry.kind is Kind.PAYMENT:
            self.received.append((entry.value_date, entry.amount))
        elif entry.kind is Kind.REFUND:
            self.received.append((entry.value_date, -entry.amount))
        elif entry.kind is Kind.RATE_CHANGE and self.declared is None:
            self.rates.append((entry.value_date, entry.rate_percent))

    def declare(self, day: date, days: int) -> None:
        """The borrower withdrew, and has so many days to pay."""
        self.declared, self.due = day, day + timedelta(days=days)

    def settle(self, day: date) -> None:
        """Takes the day of an entry: interest ends when all is there."""
        if self.until is None and self.got >= self.principal + self.interest(day):
            self.until = day
        if self.due < day <= (self.until or day) and day not in self._turns:
            self._turns.append(day)

    def end(self, day: date) -> None:
        """The loan is written off: no later interest is owed."""
        self.until = self.until or day
        self.settle(day)

    @property
    def principal(self) -> Decimal:
        """What the borrower got."""
        return self.schedule.paid_out.quantize(self.schedule.plan.smallest)

    @property
    def got(self) -> Decimal:
        """All that was received and kept."""
        return sum((amount for _, amount in self.received), self._zero)

    @property
    def excess(self) -> Decimal:
        """What was received beyond all that is owed."""
        return self.got - sum((sum(line.paid) for line in self.lines()), self._zero)

    def interest(self, day: date) -> Decimal:
        """Interest from the payout to the day, rounded once: of each day on what is not repaid by then."""
        day = day if self.until is None else min(day, self.until)
        start, found = self.schedule.start, Decimal(0)
        if day <= start:
            return self._zero
        within = {each for each, _ in (*self.received, *self.rates) if start < each < day}
        with localcontext(PRECISION):
            for first, last in pairwise(sorted({start, day, *within})):
                share = self._elapsed(last) - self._elapsed(first)
                found += self._balance(first) * self._rate(first) / 100 * share
            return found.quantize(self._zero, self.schedule.plan.rounding.value)

    def beyond(self, day: date) -> Decimal:
        """Interest by the day that is asked for by no line yet: that of the days after `due`."""
        if self.declared is None or self.until is not None or day <= self.due:
            return self._zero
        return self.interest(day) - self._asked()[-1][1]

    def lines(self) -> list[Line]:
        """The one amount that is due, and after that day what each payment found of later interest."""
        left, asked, principal = self.got, self._zero, self.principal
        lines = []
        for due, interest in self._asked():
            owed = Parts(self._zero, self._zero, interest - asked, principal)
            repaid = min(left, owed.principal)
            paid = min(left - repaid, owed.interest)
            left, asked, principal = left - repaid - paid, interest, self._zero
            # Once interest has ended it is the line's whatever the day; until then `interest` says what has accrued.
            accrued = owed.interest if self.until is not None else self._zero
            parts = [owed.penalty, owed.fee, owed.interest, owed.principal]
            lines.append(Line(_NUMBER, 0, self.schedule.start, due, parts, [*parts[:2], paid, repaid], accrued))
        return lines

    def _asked(self) -> list[tuple[date, Decimal]]:
        """The due dates, each with all interest until then."""
        return [(day, self.interest(day)) for day in (self.due, *sorted(self._turns))]

    def _balance(self, day: date) -> Decimal:
        return max(self.principal - sum(amount for each, amount in self.received if each <= day), self._zero)

    def _rate(self, day: date) -> Decimal:
        agreed = self.schedule.plan.annual_rate_percent
        return next((rate for each, rate in reversed(self.rates) if each <= day), agreed)

    def _elapsed(self, day: date) -> Decimal:
        """The part of a year from the payout to a day: whole for periods that have ended, within one evenly by days.

        So interest accrues in the plan, too, and so the information before the agreement says what a day costs.
        """
        known = self.schedule.elapsed
        place = bisect_right(known, day, key=lambda each: each[0])
        since, before = known[place - 1]
        if place == len(known):
            return before + year_fraction(self.schedule.plan.day_count, since, day)
        due, after = known[place]
        return before + (after - before) * (day - since).days / (due - since).days

    @property
    def _zero(self) -> Decimal:
        return Decimal(0).quantize(self.schedule.plan.smallest)
