"""When it is an hour of the clock next, in a time zone whose clocks are changed now and then; pure."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_SECOND = timedelta(seconds=1)


def next_time(hour: int, now: datetime, zone: ZoneInfo, *, once_a_day: bool = False) -> datetime:
    """The next moment after `now`, in UTC, at which it is a full hour in a zone.

    Where clocks go forward over it, it is the moment at which they do. Where they go back over it, the hour is there
    twice, and `once_a_day` means the first of both.
    """
    today = now.astimezone(zone).date()
    # Clocks that go back over midnight have the day of before again; a zone that changes sides of the date line has one
    # day less.
    days = [today + timedelta(days=each) for each in range(-1, 3)]
    found = [_moment(hour, day, zone, fold) for day in days for fold in ((0,) if once_a_day else (0, 1))]
    return min(each for each in found if each > now)


def _moment(hour: int, day: date, zone: ZoneInfo, fold: int) -> datetime:
    wanted = datetime.combine(day, time(hour, fold=fold), zone)
    found = wanted.astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == wanted.replace(tzinfo=None, fold=0):
        return found
    return _change_over(wanted, zone)


def _change_over(skipped: datetime, zone: ZoneInfo) -> datetime:
    """The first moment after the gap in which a time is; PEP 495: its two folds are before the gap and after it."""
    before, after = (skipped.replace(fold=fold).astimezone(UTC) for fold in (1, 0))
    offset = after.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) // (2 * _SECOND) * _SECOND
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after
