"""Start to ready and memory of each service, and what the platform costs at rest."""

import time
from typing import Any

from services import catalog
from stack import starter
from stack.parts import table
from tests.bench.platform import Platform
from tests.bench.processes import memory, window


def starting(platform: Platform, seconds: float) -> dict[str, Any]:
    """Seconds from start to ready (one service after another), megabytes, and the processor of `seconds` of idling."""
    platform.settle(600)
    # The Java programs go on compiling for a while after their start.
    platform.rest()
    with window(platform.roots) as idle:
        time.sleep(seconds)
    parts = {part.name: part for part in table()}
    ready = {}
    for name in catalog.BY_NAME:
        platform.supervisor.stop(name)
        begun = time.monotonic()
        for problem in starter.start(platform.layout, platform.supervisor, [parts[name]], lambda _name, _seconds: None):
            raise problem
        ready[name] = round(time.monotonic() - begun, 2)
    used = memory(platform.roots())
    share = {name: round(100 * busy / idle.wall, 2) for name, busy in idle.busy.items()}
    return {
        "ready_seconds": ready,
        "ready_seconds_slowest": max(ready.values()),
        "memory_mb": used,
        "memory_mb_largest_service": max(used[name] for name in catalog.BY_NAME if name in used),
        "idle_percent_of_a_core": round(100 * idle.total / idle.wall, 1),
        "idle_percent_by_process": dict(sorted(share.items(), key=lambda pair: -pair[1])),
    }
