"""Computes the coming instalments of an account again: after a prepayment, a new rate, an extension, a holiday.

What has fallen due stays. Interest that accrued before the day stays in the current instalment; from the day on it is
that of the new balance and rate. What was paid in advance plays no part: it pays the new instalments afterwards.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, localcontext
from itertools import pairwise

from services.lending.lines import Line, accrued_in
from services.lending.plan import Period, Plan
from services.lending.rounding import PRECISION
from services.lending.rules import Component
from services.lending.schedule import Debt
from services.lending.transactions import Effect, Kind, Transaction


@dataclass(slots=True)
class Terms:
    """What restructuring changes: the plan's length, the yearly rate, what is level, and the base of flat interest."""

    plan: Plan
    rate_percent: Decimal
    level: Decimal
    base: Decimal | None = None
    periods: Sequence[Period] = ()


def coming(lines: Sequence[Line], day: date) -> int:
    """The index of the first line that falls due after the day."""
    return bisect_right(lines, day, key=lambda line: line.due)


def prepay(lines: list[Line], terms: Terms, entry: Transaction, amount: Decimal, zero: Decimal) -> Decimal:
    """Repays principal of coming lines and computes them again by the payment's effect; how much it repaid."""
    first = coming(lines, entry.value_date)
    balance = _balance(lines[first:], zero)
    repaid = min(amount, balance)
    if not repaid:
        return zero
    with localcontext(PRECISION):
        terms.base = _base(terms) * (balance - repaid) / balance
        if repaid < balance:
            spread = _Spread(terms, lines, first, entry.value_date, zero)
            spread.fill(balance - repaid, terms.level if entry.effect is Effect.SHORTER_TERM else None)
        _drop_repaid(lines, first, balance - repaid, zero)
    return repaid


def change(lines: list[Line], terms: Terms, entry: Transaction, zero: Decimal) -> bool:
    """Applies a change of rate, an extension or a holiday to coming lines; False when there are none."""
    first = coming(lines, entry.value_date)
    balance = _balance(lines[first:], zero)
    if not balance:
        return False
    with localcontext(PRECISION):
        terms.base = _base(terms)
        spread = _Spread(terms, lines, first, entry.value_date, zero)
        if entry.kind is Kind.RATE_CHANGE:
            terms.rate_percent = entry.rate_percent
        elif entry.kind is Kind.EXTENSION:
            spread.extend(entry.count)
        else:
            spread.pause(entry.count)
        spread.fill(balance, None)
    return True


class _Spread:
    """Lines from `first` on, while they are computed again as of a day."""

    def __init__(self, terms: Terms, lines: list[Line], first: int, day: date, zero: Decimal) -> None:
        self.terms, self.lines, self.first, self.zero = terms, lines, first, zero
        if not terms.periods:
            terms.periods = terms.plan.periods()
        self.periods = terms.periods
        line = lines[first]
        if day > line.anchor:
            accrued = accrued_in(line, day, zero)
            left = Decimal((line.due - day).days) / (line.due - line.anchor).days
            line.fraction, line.accrued, line.anchor = self._fraction(line) * left, accrued, day

    def extend(self, count: int) -> None:
        """So many lines more."""
        self._lengthen(count)
        for _ in range(count):
            last = self.lines[-1]
            period = self.periods[last.position + 1]
            nothing = [self.zero] * 4
            line = Line(last.number + 1, last.position + 1, last.due, period.due, nothing, list(nothing), self.zero)
            self.lines.append(line)

    def pause(self, count: int) -> None:
        """Every line so many periods later; the first bears the interest of the periods between."""
        self._lengthen(count)
        lines = self.lines[self.first :]
        head = lines[0]
        between = self.periods[head.position + 1 : head.position + count + 1]
        head.fraction = self._fraction(head) + sum(period.fraction for period in between)
        for line in lines:
            line.position += count
            line.due = self.periods[line.position].due
        for before, line in pairwise(lines):
            line.anchor = before.due

    def fill(self, balance: Decimal, level: Decimal | None) -> None:
        """Spreads the balance over the lines at this level, or at one that repays it with the last line."""
        terms, lines = self.terms, self.lines[self.first :]
        plan, base = terms.plan, terms.base or Decimal(0)
        rates = [terms.rate_percent / 100 * self._fraction(line) for line in lines]
        started = len(self.periods) - plan.instalments + plan.interest_only
        interest_only = min(sum(line.position < started for line in lines), len(lines) - 1)
        # What has accrued already is part of the first line's interest.
        debt = Debt(plan, balance, base, interest_only, lines[0].accrued)
        if level is None:
            level, parts = debt.repay(rates)
            # After a holiday the first line's interest alone can be more than a level instalment.
            if plan.levels_total and level <= parts[0][1] and not debt.interest_only and lines[1:]:
                level, parts = replace(debt, interest_only=1).repay(rates)
            terms.level = level
        else:
            parts = debt.spread(rates, level)
        for line, (principal, interest) in zip(lines, parts, strict=True):
            line.owed[Component.INTEREST], line.owed[Component.PRINCIPAL] = (
                interest.quantize(self.zero),
                principal.quantize(self.zero),
            )

    def _lengthen(self, count: int) -> None:
        self.terms.plan = replace(self.terms.plan, instalments=self.terms.plan.instalments + count)
        self.periods = self.terms.periods = self.terms.plan.periods()

    def _fraction(self, line: Line) -> Decimal:
        return self.periods[line.position].fraction if line.fraction is None else line.fraction


def _drop_repaid(lines: list[Line], first: int, balance: Decimal, zero: Decimal) -> None:
    """Lines fall away after the one that repays the balance, unless a charge stands on them."""
    kept = []
    for line in lines[first:]:
        if not balance:
            line.owed[Component.INTEREST] = line.owed[Component.PRINCIPAL] = zero
        balance -= line.owed[Component.PRINCIPAL]
        if any(line.owed):
            kept.append(line)
    lines[first:] = kept


def _base(terms: Terms) -> Decimal:
    return terms.plan.financed if terms.base is None else terms.base


def _balance(lines: Sequence[Line], zero: Decimal) -> Decimal:
    return sum((line.owed[Component.PRINCIPAL] for line in lines), zero)
