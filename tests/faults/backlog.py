"""A backlog: a hundred thousand events that came while their listeners were away, handled with flat memory."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.bench.flood import flood
from tests.bench.platform import Platform
from tests.bench.processes import memory
from tests.faults.fault import Act
from tests.faults.processes import start

LISTENERS = ("customer", "document", "notification")
_EVERY_SECONDS, _MOST_SECONDS = 2.0, 1_800.0
# Of what a service held when a quarter of its backlog was handled.
_GROWTH = 1.4


def backlog(events: int) -> Act:
    """The listeners are away while so many events come, and back; AssertionError when one of them grows meanwhile."""

    @contextmanager
    def act(platform: Platform, _chance: random.Random) -> Iterator[None]:
        _ = platform.customers
        for name in LISTENERS:
            platform.supervisor.stop(name)
        try:
            flood(platform, events)
        finally:
            for name in LISTENERS:
                start(platform, name)
        _drain(platform, events)
        yield

    return act


def _drain(platform: Platform, events: int) -> None:
    early, deadline = dict[str, float](), time.monotonic() + _MOST_SECONDS
    while left := {name: count for name, count in platform.waiting().items() if name.endswith(" in") and count > 50}:
        if time.monotonic() > deadline:
            raise TimeoutError(f"there still wait {left}")
        now = memory({name: pid for name, pid in platform.roots().items() if name in LISTENERS})
        for name in now:
            if left.get(f"{name} in", 0) < 0.75 * events:
                early.setdefault(name, now[name])
        grown = {name: (early[name], now[name]) for name in early if now.get(name, 0) > _GROWTH * early[name]}
        assert not grown, f"megabytes after a quarter of the backlog, and now: {grown}"
        time.sleep(_EVERY_SECONDS)
