"""The short form: what a create and a read cost each process at a rate that the platform carries with ease.

Only processor, which other programs of the machine hardly change, and beyond what the platform takes when it idles; the
least of a few windows counts, as whatever disturbs one makes it larger. `yardstick_ms` is a fixed piece of work of this
interpreter: figures of another machine are compared after dividing by it.
"""

import time
from collections.abc import Sequence
from typing import Any

from tests.bench import load
from tests.bench.facts import yardstick
from tests.bench.load import Call
from tests.bench.platform import Platform
from tests.bench.processes import Window, window

RATE = 40
_IDLE_SECONDS = 8.0


def steady(platform: Platform, seconds: float, windows: int) -> dict[str, Any]:
    """Microseconds by process of one create, until nothing waits of it, and of one read."""
    creates = platform.creates()
    made = platform.customers[0].session.post("/api/v1/applications", dict(creates[0].body or {}))
    url = f"{creates[0].url}/{made['application']['applicationId']}"
    reads = [Call("read", "GET", url, creates[0].token)]
    load.constant([*creates, *reads], RATE, 3)
    platform.settle(600)
    time.sleep(2)
    with window(platform.roots) as idle:
        time.sleep(_IDLE_SECONDS)
    return {
        "create": _least(platform, creates, idle, seconds, windows),
        "read": _least(platform, reads, idle, seconds, windows),
        "yardstick_ms": yardstick(),
    }


def _least(platform: Platform, calls: Sequence[Call], idle: Window, seconds: float, windows: int) -> dict[str, int]:
    found: list[dict[str, int]] = []
    for _ in range(windows):
        platform.settle(600)
        with window(platform.roots) as cost:
            answers = load.constant(calls, RATE, seconds)
            platform.settle(600)
        for name, busy in cost.busy.items():
            cost.busy[name] = max(0.0, busy - idle.busy.get(name, 0.0) * cost.wall / idle.wall)
        found.append(cost.micros_per(answers.good))
    names = {name for each in found for name in each}
    least = {name: min(each.get(name, 0) for each in found) for name in names}
    return dict(sorted(least.items(), key=lambda pair: -pair[1]))
