"""What part of a year a period is: between two dates by a market convention, or by the period's own name."""

from calendar import isleap
from datetime import date
from decimal import Decimal
from enum import Enum

from services.lending.calendar import Unit


class DayCount(Enum):
    """Day-count conventions. The first two know no dates: a period is what it is called."""

    PERIOD = "PERIOD"  # a month 1/12, a week 1/52, a day 1/365
    THIRTY_360 = "30/360"  # a month 30/360, a week 7/360, a day 1/360
    THIRTY_360_ISDA = "30/360 ISDA"
    THIRTY_E_360 = "30E/360"
    ACT_360 = "ACT/360"
    ACT_364 = "ACT/364"
    ACT_365F = "ACT/365F"
    ACT_ACT_ISDA = "ACT/ACT ISDA"

    @property
    def by_period(self) -> bool:
        """Whether a regular period's fraction is independent of its dates."""
        return self in (DayCount.PERIOD, DayCount.THIRTY_360)


_PER_YEAR = {
    DayCount.PERIOD: {Unit.DAY: Decimal(365), Unit.WEEK: Decimal(52), Unit.MONTH: Decimal(12)},
    DayCount.THIRTY_360: {Unit.DAY: Decimal(360), Unit.WEEK: Decimal(360) / 7, Unit.MONTH: Decimal(12)},
}
_FIXED_YEAR = {DayCount.ACT_360: 360, DayCount.ACT_364: 364, DayCount.ACT_365F: 365, DayCount.PERIOD: 365}


def period_fraction(day_count: DayCount, every: int, unit: Unit) -> Decimal:
    """The year fraction of one regular period under a convention that goes by period."""
    if day_count is DayCount.THIRTY_360 and unit is Unit.WEEK:
        return Decimal(7 * every) / 360
    return every / _PER_YEAR[day_count][unit]


def year_fraction(day_count: DayCount, start: date, end: date) -> Decimal:
    """The year fraction from `start` to `end` by their dates.

    The conventions that go by period are here what they are for a broken period: 30/360 as ISDA's, PERIOD as days/365.
    """
    if day_count in _FIXED_YEAR:
        return Decimal((end - start).days) / _FIXED_YEAR[day_count]
    if day_count is DayCount.ACT_ACT_ISDA:
        return _actual_actual(start, end)
    first, last = min(start.day, 30), end.day
    if day_count is DayCount.THIRTY_E_360 or first == 30:
        last = min(last, 30)
    return Decimal(360 * (end.year - start.year) + 30 * (end.month - start.month) + last - first) / 360


def days_in_year(year: int) -> int:
    """365, or 366 in a leap year."""
    return 366 if isleap(year) else 365


def _actual_actual(start: date, end: date) -> Decimal:
    if start.year == end.year:
        return Decimal((end - start).days) / days_in_year(start.year)
    head = Decimal((date(start.year + 1, 1, 1) - start).days) / days_in_year(start.year)
    tail = Decimal((end - date(end.year, 1, 1)).days) / days_in_year(end.year)
    return head + (end.year - start.year - 1) + tail
