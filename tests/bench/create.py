"""`POST /applications` against the FastAPI peer: throughput, latency, processor by process, and the ratio of the two.

Both stand behind an Envoy, on the same PostgreSQL server, under the same generator. The platform twice: with the
consumers paused (only the application service and auth run), as the peer notifies no other service either; and whole,
until nothing is behind: what the other services do for the events of the window counts, also after its end.
"""

import json
import urllib.request
from typing import Any

from stack.servers.edge import JWKS_PATH
from tests.bench import load
from tests.bench.load import Call
from tests.bench.peers import peer
from tests.bench.platform import Platform
from tests.bench.processes import Window, window

CONNECTIONS = (16, 64)
_WARM_SECONDS = 3.0
# What is divided by the peer's throughput.
_RATIOS = (
    ("consumers paused", "consumers paused", "per_second"),
    ("backlog growing", "whole platform", "per_second"),
    ("backlog flat", "whole platform", "sustained_per_second"),
)


def create(platform: Platform, seconds: float) -> dict[str, Any]:
    """The figures at each number of connections, and the ratios platform/peer of their throughput."""
    found: dict[str, Any] = {"peer": _peer(platform, seconds), "processes": platform.processes("application")}
    platform.settle()
    with platform.alone("application", "auth"):
        found["consumers paused"] = {f"{width}": _paused(platform, width, seconds) for width in CONNECTIONS}
    platform.settle(600)
    found["whole platform"] = {f"{width}": _whole(platform, width, seconds) for width in CONNECTIONS}
    found["ratio"] = {
        f"{mode}, {width}": round(
            found[place][f"{width}"][figure] / max(found["peer"][f"{width}"]["per_second"], 0.1), 2
        )
        for mode, place, figure in _RATIOS
        for width in CONNECTIONS
    }
    return found


def _peer(platform: Platform, seconds: float) -> dict[str, Any]:
    with urllib.request.urlopen(platform.edge.base_url + JWKS_PATH) as answer:
        keys = json.load(answer)
    with peer(platform.layout, keys) as beside:

        def roots() -> dict[str, int]:
            return {**platform.roots(), **beside.processes}

        calls = [
            Call(each.kind, each.method, each.url.replace(platform.edge.base_url, beside.url), each.token, each.body)
            for each in platform.creates()
        ]
        load.closed(calls, CONNECTIONS[0], _WARM_SECONDS)
        found = {}
        for width in CONNECTIONS:
            with window(roots) as cost:
                answers = load.closed(calls, width, seconds)
            found[f"{width}"] = {**answers.figures(), "us_per_request": cost.micros_per(answers.good)}
        return found


def _paused(platform: Platform, width: int, seconds: float) -> dict[str, Any]:
    calls = platform.creates()
    load.closed(calls, width, _WARM_SECONDS)
    with window(platform.roots) as cost:
        answers = load.closed(calls, width, seconds)
    return {
        **answers.figures(),
        "us_per_request": cost.micros_per(answers.good),
        "others_cores": cost.others(answers.generator_seconds),
    }


def _whole(platform: Platform, width: int, seconds: float) -> dict[str, Any]:
    """Backlog after the window, and how long it took; the processor is that of window and backlog together."""
    calls = platform.creates()
    load.closed(calls, width, _WARM_SECONDS)
    platform.settle(600)
    with window(platform.roots) as cost:
        with window(platform.roots) as during:
            answers = load.closed(calls, width, seconds)
        waiting = platform.waiting()
        took = platform.settle(600)
    return {
        **answers.figures(),
        "waiting_after": sum(waiting.values()),
        "settled_after_seconds": took,
        # What the whole platform carries for good: the creates by the time until all that follows of them is done.
        "sustained_per_second": round(answers.good / (answers.seconds + took), 1),
        "us_per_request": cost.micros_per(answers.good),
        "us_per_request_in_the_window": during.micros_per(answers.good),
        "cores_busy": _cores(during),
    }


def _cores(cost: Window) -> float:
    return round(cost.total / max(cost.wall, 0.001), 2)
