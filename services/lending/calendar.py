"""Dates of a loan: periods with the month's end clamped, business days under a convention and a holiday calendar."""

import datetime
from calendar import monthrange
from collections.abc import Container
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from functools import cache

from services.lending.errors import LendingError

ONE_DAY = timedelta(days=1)


class Unit(Enum):
    """What a period is counted in."""

    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"


class Convention(Enum):
    """Where a date goes that is no business day."""

    NO_ADJUST = "NO_ADJUST"
    FOLLOWING = "FOLLOWING"
    MODIFIED_FOLLOWING = "MODIFIED_FOLLOWING"  # following, unless that is another month: then preceding
    MODIFIED_FOLLOWING_BI_MONTHLY = "MODIFIED_FOLLOWING_BI_MONTHLY"  # the 15th is a border as the month's end is
    PRECEDING = "PRECEDING"
    MODIFIED_PRECEDING = "MODIFIED_PRECEDING"  # preceding, unless that is another month: then following
    NEAREST = "NEAREST"  # Sunday and Monday go forward, every other day back


def month_end(year: int, month: int) -> int:
    """The number of the month's last day."""
    return monthrange(year, month)[1]


def is_month_end(day: date) -> bool:
    """Whether the date is the last of its month."""
    return day.day == month_end(day.year, day.month)


def add_months(start: date, months: int, day: int = 0) -> date:
    """The date so many months on (or back), on the wanted `day` (0: the start's) or the month's last before it."""
    year, month0 = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not datetime.MINYEAR <= year <= datetime.MAXYEAR:
        raise LendingError("start_date", "leads out of the calendar", str(date.max))
    return date(year, month0 + 1, min(day or start.day, month_end(year, month0 + 1)))


def add_periods(start: date, every: int, unit: Unit, count: int) -> date:
    """`count` periods of `every` units after `start`; a month's end is clamped from the original day each time."""
    if unit is Unit.MONTH:
        return add_months(start, every * count)
    try:
        return start + timedelta(days=every * count * (7 if unit is Unit.WEEK else 1))
    except OverflowError:
        raise LendingError("start_date", "leads out of the calendar", str(date.max)) from None


def whole_months_between(start: date, end: date) -> int:
    """How many whole months fit in when counted back from `end`, each on its day or the month's last."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if add_months(end, -months) >= start else months - 1


@cache
def holiday_calendar(place: str) -> Container[date]:
    """Public holidays of a country or a part of it (ISO 3166, such as DE or DE-BY), from the `holidays` package."""
    # Most services count no business days: what the calendars of all countries take is for those that do.
    import holidays

    country, _, subdivision = place.partition("-")
    try:
        return holidays.country_holidays(country, subdiv=subdivision or None)
    except NotImplementedError:
        raise LendingError("holiday_calendar", f"is unknown: {place}") from None


@dataclass(frozen=True)
class Closed:
    """The public holidays of some places together, each as `holiday_calendar` has it; an empty one has none."""

    places: tuple[str, ...]

    def __contains__(self, day: object) -> bool:
        return any(day in holiday_calendar(place) for place in self.places if place)


def is_business_day(day: date, closed: Container[date] = ()) -> bool:
    """Neither Saturday nor Sunday nor in `closed`."""
    return day.weekday() < 5 and day not in closed


def adjust(day: date, convention: Convention, closed: Container[date] = ()) -> date:
    """The business day that stands for `day` under the convention; `closed` are the holidays."""
    if convention is Convention.NO_ADJUST or is_business_day(day, closed):
        return day
    following, preceding = _next(day, ONE_DAY, closed), _next(day, -ONE_DAY, closed)
    if convention is Convention.FOLLOWING:
        return following
    if convention is Convention.PRECEDING:
        return preceding
    if convention is Convention.NEAREST:
        return following if day.weekday() in (6, 0) else preceding
    if convention is Convention.MODIFIED_PRECEDING:
        return preceding if preceding.month == day.month else following
    crosses_mid_month = convention is Convention.MODIFIED_FOLLOWING_BI_MONTHLY and day.day <= 15 < following.day
    return preceding if following.month != day.month or crosses_mid_month else following


def _next(day: date, step: timedelta, closed: Container[date]) -> date:
    try:
        day += step
        while not is_business_day(day, closed):
            day += step
    except OverflowError:
        raise LendingError("date", "leads out of the calendar", day.isoformat()) from None
    return day
