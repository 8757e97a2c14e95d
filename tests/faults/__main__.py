"""Plays the faults on a stack of its own, one after another: `make faults`; SEED=7 other chances, ONLY="Redis away".

Each has its load, its stretch of time, its end; then nothing may be behind within a minute, and the accounts are taken.
The stack begins empty and ends with the run. What was found is kept as JSON under build/faults.
"""

import argparse
import json
import random
import shutil
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from stack import folders
from stack.audit.__main__ import audit
from stack.layout import Layout
from tests.bench.platform import Platform
from tests.faults.checks import check
from tests.faults.faults import FAULTS
from tests.faults.load import Load

BASE = 27000
CUSTOMERS = 6
# What was waiting may take as long, on a machine that does nothing else.
SETTLE_SECONDS = 60.0
RESULTS = folders.CHECKOUT / "build" / "faults"
_SAMPLE_SECONDS = 3.0


@dataclass(frozen=True)
class Played:
    """What came of one fault. `settled_seconds` counts from its end, and is None when something still waits."""

    fault: str
    guarantees: str
    acknowledged: int
    longest_seconds: float
    settled_seconds: float | None
    lost: list[str]
    doubled: list[str]
    disordered: list[str]
    problems: list[str]

    @property
    def lines(self) -> list[str]:
        """Everything that should not be."""
        return [*self.lost, *self.doubled, *self.disordered, *self.problems]

    @property
    def good(self) -> bool:
        """Nothing lost, doubled, out of order or refused for good, and nothing behind."""
        return not self.lines and self.settled_seconds is not None


def play(platform: Platform, load: Load, name: str, seed: int) -> Played:
    """Load, the fault, its end, and a moment more of load; then waits, and takes the accounts."""
    fault = FAULTS[name]
    with load.going_on(seed) as found:
        time.sleep(_SAMPLE_SECONDS)
        with fault.act(platform, random.Random(f"{seed} {name}")):
            pass
        ended = time.monotonic()
        time.sleep(_SAMPLE_SECONDS)
    settled: float | None = None
    try:
        platform.settle(3 * SETTLE_SECONDS)
        settled = round(time.monotonic() - ended, 1)
    except TimeoutError as error:
        found.problems.append(str(error))
    findings = check(platform, found)
    return Played(
        name, fault.guarantees, len(found.created) + len(found.withdrawn), found.longest_seconds, settled,
        findings.lost, findings.doubled, findings.disordered, found.problems,
    )  # fmt: skip


def main() -> int:
    """Plays and shows them; 1 when one of them broke a guarantee."""
    given = _arguments()
    platform = Platform(Layout.of(given.base))
    shutil.rmtree(platform.layout.state, ignore_errors=True)
    played, violations = list[Played](), list[str]()
    try:
        platform.command("up")
        load = Load(platform, CUSTOMERS)
        for name in given.only or FAULTS:
            played.append(play(platform, load, name, given.seed))
            print(line(played[-1]), flush=True)
            for each in played[-1].lines[:10]:
                print(f"    {each}", flush=True)
        violations = audited(platform, littered=any(FAULTS[each.fault].litters for each in played))
    finally:
        platform.command("down")
        shutil.rmtree(platform.layout.state, ignore_errors=True)
    print(f"kept: {_keep(played, given.seed)}")
    for each in violations:
        print(f"audit: {each}")
    good = sum(each.good for each in played)
    print(f"{good} of {len(played)} faults left nothing lost, doubled or out of order; seed {given.seed}")
    return 0 if good == len(played) and not violations else 1


def audited(platform: Platform, *, littered: bool) -> list[str]:
    """The violations that the platform's own audit finds after all of it, but for litter that was put on topics."""
    found = audit(platform.layout)
    return [
        f"{letter}: {text}" for letter, texts in found.items() for text in texts if not (littered and letter == "E")
    ]


def line(played: Played) -> str:
    """One row of the table."""
    settled = "still waits" if played.settled_seconds is None else f"{played.settled_seconds:.0f} s"
    return (
        f"{played.fault:<42} {played.guarantees:<5} {played.acknowledged:>5} acknowledged, "
        f"lost {len(played.lost)}, doubled {len(played.doubled)}, out of order {len(played.disordered)}, "
        f"longest call {played.longest_seconds:.0f} s, settled {settled}"
    )


def _keep(played: list[Played], seed: int) -> Path:
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"seed-{seed}.json"
    path.write_text(json.dumps([asdict(each) for each in played], indent=1) + "\n")
    return path


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="other chances")
    parser.add_argument("--base", type=int, default=BASE, help="the first port of the stack")
    parser.add_argument("--only", nargs="+", choices=FAULTS, help="these faults alone")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
