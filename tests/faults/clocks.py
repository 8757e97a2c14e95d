"""Faults of clocks: hours ahead, backwards while the service runs, a change of summer time in the middle of it.

The clocks of one service are faked by libfaketime (Debian's package of that name); the machine's own stays as it is.
"""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.bench.platform import Platform
from tests.faults.fault import Act
from tests.faults.replacement import replaced

_LIBRARY = "/usr/lib/*/faketime/libfaketimeMT.so.1"
_SECONDS = 12.0


def moved(service: str, *offsets: str) -> Act:
    """The service begins at the right time, and then its clock is set to these, such as `+2h`, one after another."""

    @contextmanager
    def act(platform: Platform, chance: random.Random) -> Iterator[None]:
        clock = platform.layout.state / "clock"
        clock.write_text("+0\n")
        fake = {
            "LD_PRELOAD": library(), "FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_CACHE_DURATION": "1",
            # What is waited for is measured by this one, which no one sets.
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }  # fmt: skip
        with replaced(platform, service, fake):
            for offset in offsets:
                clock.write_text(f"{offset}\n")
                time.sleep(_SECONDS * chance.uniform(0.8, 1.2))
            yield

    return act


def library() -> str:
    """libfaketime for programs with threads; FileNotFoundError says where it is to be had."""
    found = sorted(map(str, Path("/").glob(_LIBRARY.lstrip("/"))))
    if not found:
        raise FileNotFoundError("libfaketime is needed: apt-get install libfaketime")
    return found[-1]


def summer_time(service: str) -> Act:
    """In the service's time zone clocks go forward by an hour some seconds after its start, and back soon after."""

    @contextmanager
    def act(platform: Platform, chance: random.Random) -> Iterator[None]:
        now = datetime.now(UTC)
        with replaced(platform, service, {"TZ": zone(now + timedelta(seconds=20), now + timedelta(seconds=40))}):
            time.sleep(45 - (datetime.now(UTC) - now).total_seconds() + chance.uniform(1, 5))
            yield

    return act


def zone(forward: datetime, back: datetime) -> str:
    """A time zone (POSIX) that is UTC but for an hour more between these two moments, of one year."""
    return f"WIN0SUM-1,{_rule(forward)},{_rule(back + timedelta(hours=1))}"


def _rule(moment: datetime) -> str:
    # Counted from 1, the 29th of February left out.
    day = moment.replace(year=2027).timetuple().tm_yday
    return f"J{day}/{moment:%H:%M:%S}"
