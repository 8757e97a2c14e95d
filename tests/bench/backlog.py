"""A backlog of a hundred thousand events: how fast each service takes it, and whether its memory stays flat.

The services are stopped while the events are published and then started together, as after an outage. The events are
`application.created`: the customer, document and notification services use them, the others only see them pass.
"""

import time
from typing import Any

from services import catalog
from stack import starter
from stack.parts import table
from tests.bench.flood import flood
from tests.bench.platform import Platform
from tests.bench.processes import memory, window

_EVERY_SECONDS = 1.0
USERS = ("customer", "document", "notification")


def backlog(platform: Platform, events: int, most_seconds: float) -> dict[str, Any]:
    """Events a second and megabytes of each service, until nothing waits or the time is over."""
    platform.settle(600)
    _ = platform.customers
    for name in catalog.BY_NAME:
        if name != "auth":
            platform.supervisor.stop(name)
    published = flood(platform, events)
    parts = [part for part in table() if part.name in catalog.BY_NAME and part.name != "auth"]
    waiting = platform.waiting()
    begun, first, found = time.monotonic(), dict[str, float](), dict[str, Any]()
    with window(platform.roots) as cost:
        for problem in starter.start(platform.layout, platform.supervisor, parts, lambda _name, _seconds: None):
            raise problem
        peak = dict[str, float]()
        first = memory(platform.roots())
        while sum((now := platform.waiting()).values()) > 50 and time.monotonic() - begun < most_seconds:
            seconds = time.monotonic() - begun
            for name in catalog.BY_NAME:
                _note(found, name, waiting, now, seconds)
            peak = {name: max(used, peak.get(name, 0.0)) for name, used in memory(platform.roots()).items()}
            time.sleep(_EVERY_SECONDS)
        for name in catalog.BY_NAME:
            _note(found, name, waiting, platform.waiting(), time.monotonic() - begun)
    for name, each in found.items():
        each["uses_the_event"] = name in USERS
        each["us_per_event"] = round(cost.busy.get(name, 0) * 1e6 / max(each["taken"], 1))
        each["postgres_us_per_event"] = round(cost.busy.get(f"postgres/{name}", 0) * 1e6 / max(each["taken"], 1))
        each["memory_mb"] = [first.get(name, 0.0), peak.get(name, first.get(name, 0.0))]
    return {"events": events, "published_per_second": round(events / published), "services": found}


def _note(found: dict[str, Any], name: str, before: dict[str, int], now: dict[str, int], seconds: float) -> None:
    """Notes how far a service is, unless it was done before."""
    there, left = before.get(f"{name} in", 0), now.get(f"{name} in", 0)
    if there and not found.get(name, {}).get("done"):
        taken = there - left
        found[name] = {"taken": taken, "per_second": round(taken / seconds, 1), "seconds": round(seconds, 1),
                       "done": left == 0}  # fmt: skip
