"""Users at work: six reads for each create, arriving at a constant rate whatever the answers take.

A thousand users who think for five seconds between two calls are 200 calls a second.
"""

from typing import Any

from tests.bench import load
from tests.bench.load import Call
from tests.bench.platform import Platform
from tests.bench.processes import window

RATES = (50, 100, 200, 400)


def mixed(platform: Platform, seconds: float) -> dict[str, Any]:
    """Percentiles, errors by code, processor per call and what waits afterwards, at each rate."""
    calls, found = _calls(platform), {}
    load.constant(calls, RATES[0], 3)
    for rate in RATES:
        platform.settle(600)
        with window(platform.roots) as cost:
            answers = load.constant(calls, rate, seconds)
        waiting = sum(platform.waiting().values())
        found[f"{rate}"] = {
            **answers.figures(), "waiting_after": waiting, "us_per_call": cost.micros_per(answers.good),
            "others_cores": cost.others(answers.generator_seconds),
        }  # fmt: skip
    platform.settle(600)
    return found


def _calls(platform: Platform) -> list[Call]:
    """For each customer: six reads of what a customer looks at, and a create."""
    base, found = f"{platform.edge.base_url}/api/v1", list[Call]()
    for create, customer in zip(platform.creates(), platform.customers, strict=True):
        made = customer.session.post("/api/v1/applications", dict(create.body or {}))["application"]["applicationId"]
        for path in ("", "/timeline"):
            found.append(Call("read", "GET", f"{base}/applications/{made}{path}", create.token))
        for path in ("applications", "applications/status", "facilities", "notifications/inbox"):
            found.append(Call("read", "GET", f"{base}/{path}", create.token))
        found.append(create)
    return found
