"""Nothing rings at night: whatever the zone, the hours and the day, also where clocks are changed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notification.model import Channel
from services.notification.quiet_hours import QuietSettings

ZONES = ["Europe/Dublin", "Asia/Kolkata", "America/Los_Angeles", "Pacific/Kiritimati", "Australia/Lord_Howe", "UTC"]
_FIRST, _LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2032, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, int((_LAST - _FIRST).total_seconds())).map(lambda each: _FIRST + timedelta(seconds=each))
HOURS = st.integers(0, 23)


@given(MOMENTS, st.sampled_from(ZONES), HOURS, HOURS)
def test_a_text_message_waits_till_the_next_morning_and_no_longer(
    now: datetime, zone: str, start: int, end: int
) -> None:
    quiet, local = QuietSettings(start, end), now.astimezone(ZoneInfo(zone))
    until = quiet.until(Channel.SMS, now, zone)
    hours = {(start + each) % 24 for each in range((end - start) % 24)}
    assert (until is not None) == (local.hour in hours)
    if until is not None:
        assert now < until <= now + timedelta(hours=25)
        morning = until.astimezone(ZoneInfo(zone))
        # An hour that the day does not have, since clocks go forward over it, is the one after it.
        assert quiet.until(Channel.SMS, until, zone) is None
        assert morning.hour in (end, (end + 1) % 24)


def test_who_said_no_zone_is_where_the_lender_is_and_mail_never_waits() -> None:
    night = datetime(2030, 1, 15, 23, 30, tzinfo=UTC)
    quiet = QuietSettings(time_zone="Europe/Dublin")
    assert quiet.until(Channel.PUSH, night, "") == datetime(2030, 1, 16, 8, tzinfo=UTC)
    assert quiet.until(Channel.PUSH, night, "America/Los_Angeles") is None
    assert quiet.until(Channel.EMAIL, night, "") is quiet.until(Channel.IN_APP, night, "") is None


@pytest.mark.parametrize("wrong", [{"from_hour": 24}, {"until_hour": -1}, {"time_zone": "Mars/Base"}])
def test_hours_and_zones_that_there_are_not_are_no_settings(wrong: dict[str, int | str]) -> None:
    with pytest.raises(ValueError):
        QuietSettings(**wrong)  # type: ignore[arg-type]
