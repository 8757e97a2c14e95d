"""Load on an HTTP port: as many calls as a number of connections carries, or constant arrivals whatever the answers.

Constant arrivals wait for no answer, so that a slow server meets as many calls as users would make (no coordinated
omission). The generator is a program beside the platform; what it costs is measured with it.
"""

import base64
import csv
import json
import math
import resource
import subprocess
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.installed import vegeta

_LIMIT_SECONDS = 15
_MOST_WORKERS = 4_000


@dataclass(frozen=True)
class Call:
    """One request; `kind` names what it is counted under."""

    kind: str
    method: str
    url: str
    token: str = ""
    body: Mapping[str, Any] | None = None

    @property
    def target(self) -> str:
        """It as the generator reads it."""
        headers: dict[str, list[str]] = {}
        if self.token:
            headers["Authorization"] = [f"Bearer {self.token}"]
        line: dict[str, Any] = {"method": self.method, "url": self.url, "header": headers}
        if self.body is not None:
            headers["Content-Type"] = ["application/json"]
            line["body"] = base64.b64encode(json.dumps(self.body).encode()).decode()
        return json.dumps(line)


@dataclass(frozen=True)
class Answers:
    """What came of a load; milliseconds, each list sorted."""

    seconds: float
    milliseconds: Mapping[str, Sequence[float]]
    codes: Mapping[str, int]
    generator_seconds: float

    @property
    def all(self) -> list[float]:
        """The milliseconds of every answer."""
        return sorted(each for found in self.milliseconds.values() for each in found)

    @property
    def good(self) -> int:
        """How many were answered with success."""
        return sum(count for code, count in self.codes.items() if code.startswith("2"))

    def figures(self) -> dict[str, Any]:
        """What is kept of it: throughput, percentiles, errors by code, cost of the generator per call."""
        every = self.all
        found: dict[str, Any] = {"per_second": round(self.good / self.seconds, 1), **_percentiles(every)}
        if len(self.milliseconds) > 1:
            found["by_kind"] = {kind: _percentiles(sorted(each)) for kind, each in self.milliseconds.items()}
        found["calls"], found["good"] = len(every), self.good
        found["errors"] = {code: count for code, count in self.codes.items() if not code.startswith("2")}
        found["generator_us_per_call"] = round(self.generator_seconds * 1e6 / max(1, len(every)))
        return found


def closed(calls: Sequence[Call], connections: int, seconds: float) -> Answers:
    """Keeps so many connections busy for so long: the highest throughput at that concurrency."""
    width = str(connections)
    return _attack(
        calls, seconds, ["-rate=0", f"-max-workers={width}", f"-workers={width}", f"-max-connections={width}"]
    )


def constant(calls: Sequence[Call], per_second: float, seconds: float) -> Answers:
    """Sends so many a second for so long, in the order of `calls`, round and round."""
    return _attack(calls, seconds, [f"-rate={round(per_second * 60)}/1m", f"-max-workers={_MOST_WORKERS}"])


def percentile(values: Sequence[float], part: float) -> float:
    """The value that this part of the sorted values does not exceed; 0 of none."""
    return values[min(len(values) - 1, max(0, math.ceil(part * len(values)) - 1))] if values else 0.0


def _percentiles(every: Sequence[float]) -> dict[str, float]:
    return {f"p{round(part * 100)}_ms": round(percentile(every, part), 1) for part in (0.5, 0.95, 0.99)}


def _attack(calls: Sequence[Call], seconds: float, options: list[str]) -> Answers:
    program, before = vegeta(), resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryDirectory() as folder:
        targets, results = Path(folder) / "targets", Path(folder) / "results"
        targets.write_text("".join(f"{call.target}\n" for call in calls))
        subprocess.run(
            [program, "attack", "-format=json", f"-targets={targets}", f"-output={results}", f"-duration={seconds}s",
             f"-timeout={_LIMIT_SECONDS}s", "-max-body=0", *options],
            check=True,
        )  # fmt: skip
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        output = subprocess.run(
            [program, "encode", "-to=csv", str(results)], check=True, capture_output=True, text=True
        )
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return _answers(output.stdout, {(call.method, call.url): call.kind for call in calls}, seconds, busy)


def _answers(output: str, kinds: Mapping[tuple[str, str], str], seconds: float, busy: float) -> Answers:
    """The rows are: time, code, nanoseconds, bytes out, bytes in, error, body, name, number, method, URL, headers."""
    found: dict[str, list[float]] = {kind: [] for kind in kinds.values()}
    codes: Counter[str] = Counter()
    first, last = 2**63, 0
    for row in csv.reader(output.splitlines()):
        begun, took = int(row[0]), int(row[2])
        first, last = min(first, begun), max(last, begun + took)
        found[kinds[row[9], row[10]]].append(took / 1e6)
        codes[row[1] if row[1] != "0" else "no answer"] += 1
    return Answers(max(seconds, (last - first) / 1e9), {k: sorted(v) for k, v in found.items()}, dict(codes), busy)
