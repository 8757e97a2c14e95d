"""From the moment of an event to its being handled in another service, at 200 creates a second.

By the histogram that each service keeps of it; the time runs from the making of the event, just before its commit.
"""

from typing import Any

from services import catalog
from tests.bench import load
from tests.bench.platform import Platform
from tests.bench.processes import window
from tests.bench.scrapes import buckets, quantile, total

RATE = 200
_METRIC = "loanflow_event_seconds"


def handled(platform: Platform, seconds: float) -> dict[str, Any]:
    """p50 and p99 by the service that handles, and its processor per event that it received."""
    platform.settle(600)
    before = {name: buckets(platform, name, _METRIC) for name in catalog.BY_NAME}
    received = {name: _received(platform, name) for name in catalog.BY_NAME}
    with window(platform.roots) as cost:
        answers = load.constant(platform.creates(), RATE, seconds)
        took = platform.settle(600)
    found: dict[str, Any] = {}
    for name in catalog.BY_NAME:
        after, events = buckets(platform, name, _METRIC), _received(platform, name) - received[name]
        handled_here = max(after.values(), default=0) - max(before[name].values(), default=0)
        if events and handled_here:
            found[name] = {
                "p50_ms": round(quantile(before[name], after, 0.5) * 1000, 1),
                "p99_ms": round(quantile(before[name], after, 0.99) * 1000, 1),
                "events": round(events),
                "us_per_event": round(cost.busy.get(name, 0.0) * 1e6 / events),
                "postgres_us_per_event": round(cost.busy.get(f"postgres/{name}", 0.0) * 1e6 / events),
            }
    every = {"p50_ms": max(each["p50_ms"] for each in found.values()) if found else 0}
    every["p99_ms"] = max(each["p99_ms"] for each in found.values()) if found else 0
    return {
        "rate": RATE, "creates": answers.good, "errors": answers.figures()["errors"], "slowest": every,
        "settled_after_seconds": took, "services": found, "us_per_create": cost.micros_per(answers.good),
    }  # fmt: skip


def _received(platform: Platform, name: str) -> float:
    return total(platform, name, "loanflow_events_received_total")
