"""Users at work: six reads for each create, arriving at a constant rate whatever the answers take.

A thousand users who think for five seconds between two calls are 200 calls a second.
"""

import json
from typing import Any

from proto.plugins import journey
from stack import folders
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
    base, paths, found = platform.edge.base_url, reads(), list[Call]()
    for create, customer in zip(platform.creates(), platform.customers, strict=True):
        made = customer.session.post("/api/v1/applications", dict(create.body or {}))["application"]["applicationId"]
        for path in paths:
            found.append(Call("read", "GET", base + path.replace("{application_id}", made), create.token))
        found.append(create)
    return found


def reads() -> list[str]:
    """The paths of the reads of the mix, as proto/journey.yaml names them."""
    mix = journey.read(folders.CHECKOUT / "proto" / "journey.yaml")["mix"]
    access = json.loads((folders.CHECKOUT / "gen" / "access.json").read_text())
    paths = {rpc.rpartition(".")[2].replace("/", "_"): entry["http"] for rpc, entry in access.items()}
    return [str(paths[each][0]["path"]) for each in mix["reads"]]
