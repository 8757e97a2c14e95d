"""One, two and four replicas of a service: whether they share what there is to do, and what each of them took.

The customer service is measured, by the events of applications that it uses. Its consumers share the partitions, its
relays the shards of the outbox. The other services rest, so that the cores are free; two cores carry no more than two.
"""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from services.runtime.stores.ports import SHARDS
from stack import environment, folders, probes, programs
from tests.bench.flood import flood
from tests.bench.platform import Platform
from tests.bench.processes import window

SERVICE = "customer"
COUNTS = (1, 2, 4)
# Ports that a stack leaves free.
_FIRST_OFFSET, _METRICS = 500, 40
_READY_SECONDS = 40


def replicas(platform: Platform, events: int, most_seconds: float) -> dict[str, Any]:
    """For each number of replicas: events a second, the share of each, and the shards that each holds."""
    platform.settle(600)
    _ = platform.customers
    found = dict[str, Any]()
    with platform.alone("auth"):
        for count in COUNTS:
            flood(platform, events)
            found[f"{count}"] = _measured(platform, count, events, most_seconds)
            _finish(platform, most_seconds)
    for count in COUNTS[1:]:
        found[f"{count}"]["ratio_to_one"] = round(
            found[f"{count}"]["events_per_second"] / max(found["1"]["events_per_second"], 0.1), 2
        )
    return found


def _measured(platform: Platform, count: int, events: int, most_seconds: float) -> dict[str, Any]:
    with _running(platform, count) as processes:
        roots = {f"replica {number}": pid for number, pid in enumerate(processes)}
        before, begun = _behind(platform), time.monotonic()
        with window(lambda: {**roots, "postgres": platform.roots()["postgres"]}) as cost:
            while _behind(platform) and time.monotonic() - begun < most_seconds:
                time.sleep(0.1)
        seconds, taken = time.monotonic() - begun, before - _behind(platform)
        shards = _shards(platform)
        # The relays agree on their shares within a lease or two.
        deadline = time.monotonic() + 10
        while len(shards) != count and time.monotonic() < deadline:
            time.sleep(0.5)
            shards = _shards(platform)
        busy = [cost.busy.get(name, 0.0) for name in roots]
    return {
        "events": taken, "events_per_second": round(taken / seconds, 1),
        "share_of_processor": [round(each / max(sum(busy), 0.001), 2) for each in busy],
        "shards": shards, "of_shards": SHARDS,
    }  # fmt: skip


def _finish(platform: Platform, most_seconds: float) -> None:
    """Has what is left taken before the next number, by one replica."""
    if _behind(platform):
        with _running(platform, 1):
            begun = time.monotonic()
            while _behind(platform) and time.monotonic() - begun < most_seconds:
                time.sleep(0.3)


def _shards(platform: Platform) -> list[int]:
    """How many shards each relay holds at this moment, the most first."""
    query = "SELECT count(*) FROM outbox_shard WHERE lease_end_time > now() AND owner <> '' GROUP BY owner"
    return sorted((int(count) for (count,) in platform.sql(SERVICE, query)), reverse=True)


def _behind(platform: Platform) -> int:
    return platform.waiting().get(f"{SERVICE} in", 0)


@contextmanager
def _running(platform: Platform, count: int) -> Iterator[list[int]]:
    """So many replicas, each on ports of its own, with a name of its own in the consumer group."""
    started, log = [], (platform.layout.logs / "replicas.log").open("a")
    try:
        for number in range(count):
            settings = environment.of_service(platform.layout, SERVICE)
            port = platform.layout.base + _FIRST_OFFSET + number
            settings |= {
                "LOANFLOW_SERVER_PORT": f"{port}",
                "LOANFLOW_SERVER_METRICS_PORT": f"{port + _METRICS}",
                "LOANFLOW_KAFKA_INSTANCE": f"replica-{number}",
            }
            started.append(
                subprocess.Popen(
                    [programs.python(), "-m", f"services.{SERVICE}"], cwd=folders.CHECKOUT, stdout=log, stderr=log,
                    env={**os.environ, **programs.environment(), **settings},
                )
            )  # fmt: skip
        for number in range(count):
            _wait(platform.layout.base + _FIRST_OFFSET + number + _METRICS)
        yield [process.pid for process in started]
    finally:
        for process in started:
            process.terminate()
        for process in started:
            try:
                process.wait(25)
            except subprocess.TimeoutExpired:
                process.kill()
        log.close()


def _wait(port: int) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while True:
        try:
            probes.http_ok(port, f"/health/{SERVICE}")
            return
        except Exception:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
