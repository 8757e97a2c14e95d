"""A thousand apps that follow live through the edge, while messages are made and what they follow by is restarted.

First all is left as it is; then the notification service is restarted under load, then the edge. An app keeps its
socket as long as it lasts, opens another, and reads the inbox from the last id on. Held against the inboxes at the end.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from tests.bench.load import constant, percentile
from tests.bench.platform import Customer, Platform
from tests.bench.processes import Window, memory, window
from tests.followers import Followers, Person, Seen

EACH = 5
# Creates a second, each of which notifies one customer; two cores carry no more for long beside all else.
RATE = 8
_PARTS = ("notification", "edge")
_OPEN_SECONDS = 180.0


def followers(platform: Platform, count: int, seconds: float) -> dict[str, Any]:
    """Milliseconds from made to seen, what was lost or came twice, and memory and processor of service and edge."""
    people, url = platform.customers[: count // EACH], platform.edge.base_url
    platform.settle(600)
    memory_before = memory(platform.roots())
    with Followers(url, [Person(each.id, _token(each)) for each in people], EACH) as following:
        opened = _all_open(following)
        platform.rest()
        after = memory(platform.roots())
        with window(platform.roots) as idle:
            time.sleep(seconds)
        found: dict[str, Any] = {
            "followers": len(following.apps), "customers": len(people), "opened_seconds": opened,
            "kb_per_follower": {
                name: round((after[name] - memory_before[name]) * 1024 / len(following.apps), 1) for name in _PARTS
            },
            "memory_mb": {name: after[name] for name in _PARTS},
            "idle_percent_of_a_core": {name: round(100 * idle.busy.get(name, 0.0) / idle.wall, 1) for name in _PARTS},
        }  # fmt: skip
        with _phase(platform, following, people, seconds) as (steady, cost):
            pass
        found["steady"] = {**steady, "us_per_message": _micros(cost, steady["seen"])}
        for part in _PARTS:
            with _phase(platform, following, people, seconds) as (restarted, _):
                begun, before = time.monotonic(), following.sockets
                platform.command("restart", part)
                restarted["restart_seconds"] = round(time.monotonic() - begun, 1)
                restarted["all_back_seconds"] = round(_all_back(following, before) - begun, 1)
                restarted["reconnects"] = sum(following.sockets) - sum(before)
            found[f"{part} restarted"] = restarted
        found |= asdict(following.outcome())
    return found


def _token(customer: Customer) -> Callable[[], str]:
    return lambda: customer.session.token


def _all_open(following: Followers) -> float:
    """Waits until each has a socket; after how many seconds. TimeoutError names how many have one."""
    begun = time.monotonic()
    while following.open < len(following.apps):
        if time.monotonic() - begun > _OPEN_SECONDS:
            raise TimeoutError(f"{following.open} of {len(following.apps)} follow")
        time.sleep(0.1)
    return round(time.monotonic() - begun, 1)


def _all_back(following: Followers, before: Sequence[int]) -> float:
    """Waits until each has another socket than before; when the last one opened it. TimeoutError says how many do."""
    begun = time.monotonic()
    while not all(app.is_open and app.sockets > had for app, had in zip(following.apps, before, strict=True)):
        if time.monotonic() - begun > _OPEN_SECONDS:
            back = sum(now > had for now, had in zip(following.sockets, before, strict=True))
            raise TimeoutError(f"{back} of {len(following.apps)} came back, and {following.open} follow")
        time.sleep(0.1)
    return max(app.open_time for app in following.apps)


@contextmanager
def _phase(
    platform: Platform, following: Followers, people: Sequence[Customer], seconds: float
) -> Iterator[tuple[dict[str, Any], Window]]:
    """Messages are made while the block runs, and for so long at least; then all of them are waited for."""
    ids = {each.id for each in people}
    calls = [call for call in platform.creates() if call.body and call.body["customerId"] in ids]
    done, found, begun = threading.Event(), dict[str, Any](), time.time()

    def make() -> None:
        while True:
            constant(calls, RATE, seconds)
            if done.is_set():
                return

    making = threading.Thread(target=make)
    with window(platform.roots) as cost:
        making.start()
        try:
            yield found, cost
        finally:
            done.set()
            making.join()
        platform.settle(300)
        # What is made is on its way for a moment.
        time.sleep(3)
    seen = following.seen_since(begun)
    # Of nothing, nothing is lost.
    assert seen, "nothing was made while it was looked at"
    found |= _figures(seen)


def _figures(seen: Sequence[Seen]) -> dict[str, Any]:
    live = sorted(each.seconds * 1000 for each in seen if each.live)
    late = sorted(each.seconds * 1000 for each in seen if not each.live)
    shares = {f"p{part}_ms": round(percentile(live, part / 100), 1) for part in (50, 95, 99)}
    return {"seen": len(seen), **shares, "caught_up": len(late), "caught_up_p99_ms": round(percentile(late, 0.99), 1)}


def _micros(cost: Window, count: int) -> dict[str, int]:
    return {name: round(cost.busy.get(name, 0.0) * 1e6 / max(1, count)) for name in _PARTS}
