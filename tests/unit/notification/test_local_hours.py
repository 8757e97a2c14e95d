"""When it is an hour of the clock next: in every zone, at any moment, and most of all where clocks are changed."""

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notification.local_hours import next_time

ZONES = sorted(available_timezones())
HOURS = st.integers(0, 23)
_FIRST, _LAST, _SECOND = datetime(1972, 2, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC), timedelta(seconds=1)
# Every offset since then is one of quarters of an hour.
_STEP = timedelta(minutes=15)
# At Casey in the Antarctic clocks went back by three hours.
LONGEST_DAY = timedelta(hours=27)
MOMENTS = st.integers(0, int((_LAST - _FIRST).total_seconds())).map(lambda each: _FIRST + timedelta(seconds=each))


@cache
def changes(zone: str, year: int) -> list[datetime]:
    """The days of a year, in UTC, on which the clocks of a zone are changed."""
    days = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=each) for each in range(366)]
    offsets = [each.astimezone(ZoneInfo(zone)).utcoffset() for each in days]
    return [day for day, one, two in zip(days, offsets, offsets[1:], strict=False) if one != two]


@st.composite
def anywhere(draw: st.DrawFn) -> tuple[datetime, str]:
    """A moment and a zone, often within two days of a change of its clocks."""
    zone, now = draw(st.sampled_from(ZONES)), draw(MOMENTS)
    if found := changes(zone, now.year):
        near = draw(st.sampled_from(found)) + timedelta(seconds=draw(st.integers(-86_400, 2 * 86_400)))
        return draw(st.sampled_from([near, near.replace(minute=0, second=0), now])), zone
    return now, zone


def local(moment: datetime, zone: str) -> datetime:
    """What the clocks show."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def is_full(hour: int, shown: datetime) -> bool:
    return shown == shown.replace(hour=hour, minute=0, second=0, microsecond=0)


def is_skipped(hour: int, at: datetime, zone: str) -> bool:
    """Whether clocks go forward at a moment, over a full hour."""
    before, after = local(at - _SECOND, zone), local(at, zone)
    skipped = before + _SECOND
    while skipped < after and not is_full(hour, skipped):
        skipped += _SECOND if skipped.second else timedelta(minutes=1)
    return skipped < after


@given(anywhere(), HOURS, st.booleans())
def test_it_is_later_and_that_hour_or_the_first_moment_after_the_gap_that_it_is_in(
    when: tuple[datetime, str], hour: int, once: bool
) -> None:
    now, zone = when
    found = next_time(hour, now, ZoneInfo(zone), once_a_day=once)
    assert found > now and found.tzinfo is UTC
    assert is_full(hour, local(found, zone)) or is_skipped(hour, found, zone)


@given(anywhere(), HOURS)
def test_it_is_the_first_such_moment(when: tuple[datetime, str], hour: int) -> None:
    now, zone = when
    found = next_time(hour, now, ZoneInfo(zone))
    each = now.replace(minute=now.minute // 15 * 15, second=0) + _STEP
    while each < found:
        assert not is_full(hour, local(each, zone)) and not is_skipped(hour, each, zone)
        each += _STEP
    assert found - now <= LONGEST_DAY


@given(anywhere(), HOURS)
def test_once_a_day_it_is_no_hour_that_was_there_on_that_day(when: tuple[datetime, str], hour: int) -> None:
    now, zone = when
    one = next_time(hour, now, ZoneInfo(zone), once_a_day=True)
    two = next_time(hour, one, ZoneInfo(zone), once_a_day=True)
    assert local(one, zone).date() < local(two, zone).date() or is_skipped(hour, two, zone)
    assert two - one <= LONGEST_DAY


@pytest.mark.parametrize(("now", "zone", "hour", "found"), [
    # Clocks go back by two hours: 02:00 is there twice.
    ("2026-10-25T01:30", "Antarctica/Troll", 2, "2026-10-25T02:00"),
    ("2026-10-24T23:30", "Antarctica/Troll", 2, "2026-10-25T00:00"),
    # They go forward from 01:00 to 03:00.
    ("2026-03-29T00:30", "Antarctica/Troll", 2, "2026-03-29T01:00"),
    ("2026-10-03T10:00", "Australia/Lord_Howe", 2, "2026-10-03T15:30"),
    # A day that there was not: from the 29th of December to the 31st.
    ("2011-12-30T09:00", "Pacific/Apia", 8, "2011-12-30T10:00"),
    ("2026-10-24T22:30", "Europe/Dublin", 1, "2026-10-25T00:00"),
    ("2026-10-25T00:30", "Europe/Dublin", 1, "2026-10-25T01:00"),
    # Back over midnight, into the day of before.
    ("2022-11-06T05:30", "America/Havana", 0, "2022-11-07T05:00"),
])  # fmt: skip
def test_where_clocks_are_changed(now: str, zone: str, hour: int, found: str) -> None:
    at = next_time(hour, datetime.fromisoformat(f"{now}+00:00"), ZoneInfo(zone))
    assert at == datetime.fromisoformat(f"{found}+00:00")


def test_an_hour_that_is_there_twice_is_once_a_day_the_first() -> None:
    troll, now = ZoneInfo("Antarctica/Troll"), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert next_time(2, now, troll, once_a_day=True) == datetime(2026, 10, 26, 2, tzinfo=UTC)
