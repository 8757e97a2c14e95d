"""Overload at the edge, measured: `python -m tests.bench.overload`. Not a test: it prints, and fails on nothing.

A real Envoy before stand-ins, of which one has a capacity: four calls at a time of 100 ms each. It is asked for as
much as it can do, then for five times that without regard to answers, then for half. It prints calls a second that
were answered in time, the P99 of those that were let through, the seconds until all is well again, and how callers who
ask little fare beside one who asks for all.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from stack import pki
from tests.contract.backend import Backend
from tests.contract.conftest import ADMIN_PROBE, GEN, RunningEdge, running_edge

PATH = f"/api/v1/discussion/{ADMIN_PROBE}/offers"
RPC = "/loanflow.discussion.v1.DiscussionService/ListOffers"
AT_ONCE, SECONDS = 4, 0.1
CAPACITY = AT_ONCE / SECONDS


@dataclass(frozen=True)
class Answer:
    """What became of a call that was due at `due`: its status, and the seconds until then."""

    who: str
    due: float
    status: int
    took: float


def main() -> None:
    """Measures, prints; with a plan on standard input it is the process that asks."""
    if sys.stdin.isatty() or not (given := sys.stdin.read()):
        print(json.dumps(run(), indent=1))
        return
    plan = json.loads(given)
    print(json.dumps([astuple(each) for each in asyncio.run(_asking(**plan))]))


def run(seconds: float = 10) -> dict[str, float]:
    """Calls a second (`peak`, `goodput`), `ratio` of both, P99 in milliseconds, seconds until `back`, shares."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pki.ensure(folder)
        edges = running_edge(folder, folder, _busy(Backend(GEN / "loanflow.binpb", threads=100)), rate_factor=100)
        edge = next(edges)
        everyone = [f"person{number}" for number in range(50)]
        _ask(edge, (everyone, CAPACITY * 0.9), seconds=3)
        peak = _good(_ask(edge, (everyone, CAPACITY * 1.1), seconds=seconds)) / seconds
        over = _ask(edge, (everyone, CAPACITY * 5), seconds=seconds)
        ended = min(each.due for each in over) + seconds
        after = _ask(edge, (everyone, CAPACITY / 2), seconds=seconds)
        edges.close()
    admitted = sorted(each.took for each in over if each.status == 200)
    bad = [each.due for each in after if each.status != 200 or each.took > 2 * SECONDS + 0.1]
    goodput = _good(over) / seconds
    return {
        "peak": round(peak, 1),
        "goodput": round(goodput, 1),
        "ratio": round(goodput / peak, 2),
        "p99_ms": round(admitted[int(len(admitted) * 0.99)] * 1000),
        "refused_p99_ms": round(sorted(e.took for e in over if e.status == 429)[-max(1, len(over) // 100)] * 1000),
        "back": round(max(bad, default=ended) - ended, 1),
        **{f"status_{status}": count for status, count in Counter(each.status for each in over).items()},
        "polite_beside_one": _polite(seconds),
    }


def _polite(seconds: float) -> float:
    """The share of answered calls of ten who ask twice a second, beside one who asks for five times what there is."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pki.ensure(folder)
        edges = running_edge(folder, folder, _busy(Backend(GEN / "loanflow.binpb", threads=100)))
        edge = next(edges)

        polite = [f"polite{number}" for number in range(10)]
        found = _ask(edge, (polite, 20), (["eager"], CAPACITY * 5), seconds=seconds)
        found = [each for each in found if each.who != "eager"]
        edges.close()
    return round(_good(found) / len(found), 3)


def _good(answers: Sequence[Answer]) -> int:
    return sum(each.status == 200 and each.took < 0.8 for each in answers)


def _ask(edge: RunningEdge, *groups: tuple[Sequence[str], float], seconds: float) -> list[Answer]:
    """Has another process ask for people, so often a second."""
    plan = [
        (who, edge.bearer("OFFICER", sub=who)["authorization"], rate / len(people))
        for people, rate in groups
        for who in people
    ]
    given = json.dumps({"at": edge.grpc_target, "plan": plan, "seconds": seconds})
    done = subprocess.run(
        [sys.executable, "-m", __spec__.name], input=given, capture_output=True, text=True, check=True
    )
    return [Answer(*each) for each in json.loads(done.stdout)]


async def _asking(at: str, plan: Sequence[tuple[str, str, float]], seconds: float) -> list[Answer]:
    """Asks for each in turn, whatever becomes of the calls before."""
    pool: list[Any] = []
    begun = time.monotonic() + 0.1
    due = sorted(
        (begun + (number + index / len(plan)) / rate, who, token)
        for index, (who, token, rate) in enumerate(plan)
        for number in range(int(rate * seconds))
    )
    calls = []
    for moment, who, token in due:
        if (wait := moment - time.monotonic()) > 0:
            await asyncio.sleep(wait)
        calls.append(asyncio.create_task(_call(at, pool, who, token, moment)))
    found = list(await asyncio.gather(*calls))
    for _, writer in pool:
        writer.close()
    return found


async def _call(at: str, pool: list[Any], who: str, token: str, due: float) -> Answer:
    host, _, port = at.partition(":")
    reader, writer = pool.pop() if pool else await asyncio.open_connection(host, int(port))
    writer.write(f"GET {PATH} HTTP/1.1\r\nhost: edge\r\nauthorization: {token}\r\n\r\n".encode())
    lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    length = next(int(line.partition(":")[2]) for line in lines if line.lower().startswith("content-length"))
    await reader.readexactly(length)
    pool.append((reader, writer))
    return Answer(who, due, int(lines[0].split()[1]), time.monotonic() - due)


def _busy(backend: Backend) -> Backend:
    """The stand-ins, of which one does four calls at a time."""
    places = threading.Semaphore(AT_ONCE)

    def answer(_: list[Any], __: Any) -> list[Any]:
        with places:
            time.sleep(SECONDS)
        return [backend.message("loanflow.discussion.v1.ListOffersResponse")]

    backend.answers[RPC] = answer
    return backend


if __name__ == "__main__":
    main()
