"""Every list, read and report over REST with ten thousand applications, and with a million.

Each GET of the contract that a customer or the staff can call, with the ids of loans that were walked through. One call
at a time, the two sizes in one run: the ratio is of the same machine.
"""

import json
import statistics
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stack import folders
from stack.demo.api import Refused, Session
from stack.demo.journey import LoanJourney
from tests.bench.grown import Sample, grow
from tests.bench.platform import Platform

SMALL = 10_000
_SAMPLED = 10
# Streams do not end, and files are of one loan whatever else there is.
_LEFT = ("/stream", "/content", "/pdf", "/file", "/statement")
_ROLES = {"ADMIN": "admin", "OFFICER": "officer", "MANAGER": "manager", "RISK_MGR": "risk_manager"}
Call = tuple[Session, str]


def growth(platform: Platform, large: int, calls: int) -> dict[str, Any]:
    """Milliseconds (median) of each read at both sizes and their ratio, the slowest growth first."""
    platform.settle(600)
    journeys = [_walked(platform, number) for number in range(_SAMPLED)]
    sample = Sample(
        [
            each
            for journey in journeys
            for each in (journey.application_id, journey.loan_id, journey.customer.account_id)
            if each
        ],
        len(journeys),
    )
    reads, found, rows = _reads(platform, journeys), dict[str, dict[str, float]](), dict[str, int]()
    for size, first, last in (
        ("small", 1, SMALL // _SAMPLED), ("large", SMALL // _SAMPLED + 1, large // _SAMPLED),
    ):  # fmt: skip
        begun = time.monotonic()
        rows = {name: count + rows.get(name, 0) for name, count in grow(platform.layout, sample, first, last).items()}
        found[size] = {name: _median(call, calls) for name, call in reads.items()}
        found[size]["seconds to fill"] = round(time.monotonic() - begun, 1)
    ratios = {
        name: {"small_ms": found["small"][name], "large_ms": found["large"][name],
               "ratio": round(found["large"][name] / found["small"][name], 2)}
        for name in reads
    }  # fmt: skip
    ratios = dict(sorted(ratios.items(), key=lambda pair: -pair[1]["ratio"]))
    worst = max((each["ratio"] for each in ratios.values()), default=0)
    return {"small": SMALL, "large": large, "rows_added": rows, "worst_ratio": worst, "reads": ratios}


def _walked(platform: Platform, number: int) -> LoanJourney:
    """One of a few journeys that stand at different stages, so that every queue has some."""
    folder = platform.layout.folder("bench")
    journey = platform.journey(folder)
    journey.register()
    journey.apply()
    if number % 5 > 0:
        journey.submit()
    if number % 5 > 1:
        journey.pass_kyc()
    if number % 5 > 2:
        journey.decide_risk(approve=True)
        journey.receive_offer()
    if number % 5 > 3:
        journey.accept()
        journey.approve(True, True, True)
        journey.sign()
    return journey


def _reads(platform: Platform, journeys: list[LoanJourney]) -> Mapping[str, Call]:
    """What answers with success now, by its path: some reads have nothing to show of a loan at some stage."""
    table = json.loads((Path(folders.CHECKOUT) / "gen" / "access.json").read_text())
    found = dict[str, Call]()
    for rpc in table.values():
        for http in rpc["http"]:
            if http["verb"] != "GET" or http["path"].endswith(_LEFT):
                continue
            for journey in reversed(journeys):
                call = _session(platform, journey, rpc), _path(http["path"], journey)
                if _answers(call):
                    found[http["path"]] = call
                    break
    return found


def _session(platform: Platform, journey: LoanJourney, rpc: Mapping[str, Any]) -> Session:
    names = [name for role, name in _ROLES.items() if role in rpc["roles"]]
    session: Session = getattr(platform.staff, names[0]) if names else journey.customer
    return session


def _path(path: str, journey: LoanJourney) -> str:
    ids = {"application_id": journey.application_id, "loan_id": journey.loan_id or "none",
           "customer_id": journey.customer.account_id, "year": "2026"}  # fmt: skip
    for name, value in ids.items():
        path = path.replace(f"{{{name}}}", value)
    return path


def _answers(call: Call) -> bool:
    session, path = call
    if "{" in path or "/none" in path:
        return False
    try:
        session.read(path)
    except Refused:
        return False
    return True


def _median(call: Call, calls: int) -> float:
    session, path = call
    # The first one may find caches empty, the services' and the database's.
    session.read(path)
    took = []
    for _ in range(calls):
        begun = time.perf_counter()
        session.read(path)
        took.append((time.perf_counter() - begun) * 1000)
    return round(statistics.median(took), 2)
