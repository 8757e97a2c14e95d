"""Nothing rings at night: whatever the zone, the hours and the day, also where clocks are changed."""

from datetime import UTC, datetime

import pytest
from hypothesis import example, given

from services.notification.model import Channel
from services.notification.quiet_hours import QuietSettings
from tests.unit.notification.test_local_hours import HOURS, LONGEST_DAY, anywhere, is_skipped, local

# Back by two hours, into the night that was over.
TROLL = datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "Antarctica/Troll"


@given(anywhere(), HOURS, HOURS)
@example(TROLL, 21, 2)
def test_a_text_message_waits_till_the_next_morning_and_no_longer(
    when: tuple[datetime, str], start: int, end: int
) -> None:
    now, zone = when
    quiet = QuietSettings(start, end)
    until = quiet.until(Channel.SMS, now, zone)
    hours = {(start + each) % 24 for each in range((end - start) % 24)}
    assert (until is not None) == (local(now, zone).hour in hours)
    if until is not None:
        assert now < until <= now + LONGEST_DAY
        # An hour that the day does not have, since clocks go forward over it, is the moment at which they do.
        assert local(until, zone).hour == end or is_skipped(end, until, zone)


@given(anywhere(), HOURS, HOURS)
def test_who_waits_as_often_as_asked_is_sent_to_within_two_days(
    when: tuple[datetime, str], start: int, end: int
) -> None:
    now, zone = when
    quiet, moment = QuietSettings(start, end), now
    for _ in range(4):
        until = quiet.until(Channel.SMS, moment, zone)
        if until is None:
            break
        moment = until
    assert quiet.until(Channel.SMS, moment, zone) is None and moment - now <= 2 * LONGEST_DAY


def test_a_night_in_which_clocks_go_back_into_it_ends_later_than_now() -> None:
    assert QuietSettings(21, 2).until(Channel.SMS, *TROLL) == datetime(2026, 10, 25, 2, tzinfo=UTC)


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
