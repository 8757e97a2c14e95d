"""Rates a customer can compare: US actuarial APR, EU APR, effective annual rate.

A rate is a measurement, not money: the roots are found in binary floating point, to more digits than anyone publishes.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from enum import Enum

from services.lending.calendar import add_months, is_month_end, month_end, whole_months_between
from services.lending.errors import LendingError
from services.lending.rounding import PRECISION

_TWO_DECIMALS = Decimal("0.01")
_MAX_RATE = 1e9  # per period; a loan above it is no loan
_MAX_EVERY = 1000
_MAX_AMOUNT = Decimal(10) ** 15


class UnitPeriod(Enum):
    """Unit periods of Regulation Z, Appendix J (b)(4)."""

    DAY = "DAY"
    WEEK = "WEEK"
    SEMIMONTH = "SEMIMONTH"
    MONTH = "MONTH"
    YEAR = "YEAR"


class PaymentInterval(Enum):
    """What the intervals of Directive 2008/48/EC are counted in: the frequency of the payments."""

    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"
    YEAR = "YEAR"


@dataclass(frozen=True, slots=True)
class Flow:
    """An amount on a date; whether it goes to the customer or comes from there, its list says."""

    date: date
    amount: Decimal


_PERIODS_PER_YEAR = {
    UnitPeriod.DAY: 365,
    UnitPeriod.WEEK: 52,
    UnitPeriod.SEMIMONTH: 24,
    UnitPeriod.MONTH: 12,
    UnitPeriod.YEAR: 1,
}


def us_apr_percent(advances: Sequence[Flow], payments: Sequence[Flow], unit: UnitPeriod, every: int = 1) -> Decimal:
    """The annual percentage rate by the actuarial method of 12 CFR 1026 Appendix J, in percent, to two decimals."""
    if not 1 <= every <= _MAX_EVERY:
        raise LendingError("every", "is out of range", f"1..{_MAX_EVERY}")
    origin = _origin(advances, payments)

    def terms(flows: Sequence[Flow]) -> list[tuple[float, int, float]]:
        return [(float(flow.amount), *unit_periods(origin, flow.date, unit, every)) for flow in flows]

    lent, repaid = terms(advances), terms(payments)

    def excess(rate: float) -> float:
        def worth(flows: list[tuple[float, int, float]]) -> float:
            return math.fsum(a / (1 + part * rate) * (1 + rate) ** -whole for a, whole, part in flows)

        return worth(repaid) - worth(lent)

    return _percent(_root(excess) * _PERIODS_PER_YEAR[unit] / every, _TWO_DECIMALS)


def unit_periods(start: date, end: date, unit: UnitPeriod, every: int = 1) -> tuple[int, float]:
    """Full unit periods and the fraction of one between two dates, counted back from the later: Appendix J (b)(5)."""
    if unit in (UnitPeriod.DAY, UnitPeriod.WEEK):
        length = every * (7 if unit is UnitPeriod.WEEK else 1)
        full, days = divmod((end - start).days, length)
        return full, days / length
    # A payment on a short month's last day stands for the day that month does not have.
    day = max(end.day, start.day) if is_month_end(end) else end.day
    months = (end.year - start.year) * 12 + end.month - start.month
    if min(day, month_end(start.year, start.month)) < start.day:
        months -= 1
    days = (add_months(end, -months, day) - start).days
    if unit is UnitPeriod.YEAR:
        years, rest = divmod(months, 12)
        if not days:
            return years, rest / 12
        return years, (add_months(end, -12 * years, day) - start).days / 365
    length = 15 if unit is UnitPeriod.SEMIMONTH else 30 * every
    full, days = divmod(30 * months + days, length)
    return full, days / length


def eu_apr_percent(advances: Sequence[Flow], payments: Sequence[Flow], interval: PaymentInterval) -> Decimal:
    """The annual percentage rate of charge of Directive 2008/48/EC, Annex I, in percent, unrounded (12 decimals)."""
    origin = _origin(advances, payments)
    lent = [(float(flow.amount), float(eu_interval(origin, flow.date, interval))) for flow in advances]
    repaid = [(float(flow.amount), float(eu_interval(origin, flow.date, interval))) for flow in payments]

    def excess(rate: float) -> float:
        def worth(flows: list[tuple[float, float]]) -> float:
            return math.fsum(amount * (1 + rate) ** -years for amount, years in flows)

        return worth(repaid) - worth(lent)

    return _percent(_root(excess), Decimal("1e-12"))


def eu_interval(start: date, end: date, interval: PaymentInterval) -> Decimal:
    """Years between two dates as the directive's Annex I, remark (c), measures them.

    Whole periods are counted back from the later date, a month's last day matching another's; the days that are left
    are divided by the length of the year that ends where the periods begin. Payments without a period: days / 365.
    """
    with localcontext(PRECISION):
        days = (end - start).days
        if interval is PaymentInterval.DAY:
            return Decimal(days) / 365
        if interval is PaymentInterval.WEEK:
            whole, days = divmod(days, 7)
            rest_end, years = date.fromordinal(start.toordinal() + days), Decimal(whole) / 52
        else:
            size = 12 if interval is PaymentInterval.YEAR else 1
            whole = whole_months_between(start, end) // size
            rest_end = add_months(end, -whole * size)
            if rest_end > start and _same_month_end(start, end, interval):
                whole, rest_end = whole + 1, start
            years = Decimal(whole * size) / 12
        if rest_end > start:
            # The calendar repeats after 400 years, and begins with one that has none before it.
            same = rest_end if rest_end.year > 1 else rest_end.replace(year=rest_end.year + 400)
            years += Decimal((rest_end - start).days) / (same - add_months(same, -12)).days
        return years


def effective_rate_percent(annual_rate_percent: Decimal, periods_per_year: int) -> Decimal:
    """The yearly rate that compounding the nominal rate so many times a year comes to, in percent with two decimals."""
    with localcontext(PRECISION):
        growth = (1 + annual_rate_percent / 100 / periods_per_year) ** periods_per_year
        return ((growth - 1) * 100).quantize(_TWO_DECIMALS)


def _same_month_end(start: date, end: date, interval: PaymentInterval) -> bool:
    same_month = interval is PaymentInterval.MONTH or start.month == end.month
    return same_month and is_month_end(start) and is_month_end(end)


def _origin(advances: Sequence[Flow], payments: Sequence[Flow]) -> date:
    for field, flows in (("advances", advances), ("payments", payments)):
        if not flows or not all(flow.amount.is_finite() and flow.amount >= 0 for flow in flows):
            raise LendingError(field, "must be amounts that are not negative, at least one", "0")
        if any(flow.amount >= _MAX_AMOUNT for flow in flows):
            raise LendingError(field, "must be amounts below the limit", str(_MAX_AMOUNT))
        if not any(flow.amount for flow in flows):
            raise LendingError(field, "must not all be zero", "0")
    origin = min(flow.date for flow in advances)
    if min(flow.date for flow in payments) < origin:
        raise LendingError("payments", "must not come before the first advance", origin.isoformat())
    return origin


def _percent(rate: float, unit: Decimal) -> Decimal:
    return Decimal(rate * 100).quantize(unit)


def _root(excess: Callable[[float], float]) -> float:
    """The rate at which what is repaid is worth what was lent; LendingError when there is none."""
    try:
        return _bracketed_root(excess)
    except (OverflowError, ZeroDivisionError) as error:
        raise LendingError("payments", "have no annual percentage rate that converges") from error


def _bracketed_root(excess: Callable[[float], float]) -> float:
    """Bracketed first, then bisected by secants (Illinois)."""
    low, high = 0.0, 0.01
    at_low, at_high = excess(low), excess(high)
    if at_low == 0:
        return low
    step = 1e-4
    while at_low < 0:  # less comes back than was lent: the rate is negative
        low, at_low, high, at_high, step = -step, excess(-step), low, at_low, step * 2
        if step > 1:
            raise LendingError("payments", "have no annual percentage rate that converges", "-100")
    while at_high > 0:
        low, at_low, high = high, at_high, high * 2
        if high > _MAX_RATE:
            raise LendingError("payments", "have no annual percentage rate that converges", str(_MAX_RATE))
        at_high = excess(high)
    for _ in range(200):
        middle = (low * at_high - high * at_low) / (at_high - at_low)
        at_middle = excess(middle)
        if abs(at_middle) < 1e-12 * max(1.0, abs(at_low)) or high - low < 1e-15 * max(1.0, high):
            return middle
        if at_middle > 0:
            low, at_low, at_high = middle, at_middle, at_high / 2
        else:
            high, at_high, at_low = middle, at_middle, at_low / 2
    raise LendingError("payments", "have no annual percentage rate that converges", "200 steps")
