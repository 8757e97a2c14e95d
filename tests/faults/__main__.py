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
import traceback
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from stack import folders
from stack.audit.__main__ import audit
from stack.layout import Layout
from tests.bench.facts import facts
from tests.bench.platform import Platform
from tests.faults.checks import Findings, check
from tests.faults.faults import FAULTS
from tests.faults.load import Load
from tests.faults.watch import Watch, watching
from tests.faults.watched import Told

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
    # Calls that failed, most of them repeated with success; those that were refused for good.
    failed: int
    refused: int
    longest_seconds: float
    settled_seconds: float | None
    lost: list[str]
    doubled: list[str]
    disordered: list[str]
    problems: list[str]
    # Its alerts, and what else somebody was told meanwhile, by rules ten times as fast.
    alerts: list[Told]
    also: list[str]

    @property
    def lines(self) -> list[str]:
        """Everything that should not be."""
        return [*self.lost, *self.doubled, *self.disordered, *self.problems]

    @property
    def good(self) -> bool:
        """Nothing lost, doubled, out of order or refused for good, and nothing behind."""
        return not self.lines and self.settled_seconds is not None


def play(platform: Platform, load: Load, watch: Watch, name: str, seed: int) -> Played:
    """Load, the fault until its alerts are told, its end, a moment more of load; then waits, and takes the accounts.

    The end of its alerts is waited for last.
    """
    fault, problems = FAULTS[name], list[str]()
    with load.going_on(seed) as found:
        time.sleep(_SAMPLE_SECONDS)
        watched = watch.begin(fault.alerts)
        try:
            with fault.act(platform, random.Random(f"{seed} {name}")):
                watched.told()
        except Exception as error:
            # The accounts are taken all the same, and the other faults are played.
            traceback.print_exc()
            problems.append(f"the fault itself: {type(error).__name__}: {error}")
        ended = time.monotonic()
        watched.healed()
        time.sleep(_SAMPLE_SECONDS)
    settled: float | None = None
    try:
        platform.settle(3 * SETTLE_SECONDS)
        settled = round(time.monotonic() - ended, 1)
    except Exception as error:
        problems.append(f"not settled: {type(error).__name__}: {error}")
    findings, refused = Findings([], [], []), len(found.problems)
    try:
        findings = check(platform, found)
    except Exception as error:
        # The faults that follow are played all the same.
        traceback.print_exc()
        problems.append(f"the accounts could not be taken: {type(error).__name__}: {error}")
    alerts, also = watched.over(), watched.also()
    problems += watched.problems
    if not fault.refuses:
        problems += found.problems
    if fault.unnoticed and found.failed:
        problems.append(f"{found.failed} calls failed before they succeeded, and none should have")
    if fault.most_seconds is not None and found.longest_seconds > fault.most_seconds:
        problems.append(f"a call took {found.longest_seconds:.0f} s, and {fault.most_seconds:.0f} s are the most")
    return Played(
        name, fault.guarantees, len(found.created) + len(found.withdrawn), found.failed, refused, found.longest_seconds,
        settled, findings.lost, findings.doubled, findings.disordered, problems, alerts, also,
    )  # fmt: skip


def main() -> int:
    """Plays and shows them; 1 when one of them broke a guarantee."""
    given = _arguments()
    platform, measured = Platform(Layout.of(given.base)), facts()
    played, violations = list[Played](), dict[str, list[str]]()
    names = list(given.only or FAULTS)
    with (
        _started(platform, running=given.running),
        watching(platform.layout) as watch,
        closing(Load(platform, CUSTOMERS)) as load,
    ):
        print(f"told before the first fault: {', '.join(sorted(watch.standing)) or 'nothing'}", flush=True)
        # What stays on the topics cannot be audited: it comes last.
        for litters in (False, True):
            for name in [each for each in names if FAULTS[each].litters is litters]:
                played.append(play(platform, load, watch, name, given.seed))
                print(line(played[-1]), flush=True)
                for each in played[-1].lines[:10]:
                    print(f"    {each}", flush=True)
                _keep(given.seed, measured, played, violations)
            if not litters:
                violations = audit(platform.layout)
    print(f"kept: {_keep(given.seed, measured, played, violations)}")
    found = [f"{letter}: {text}" for letter, texts in violations.items() for text in texts]
    for each in found:
        print(f"audit: {each}")
    good = sum(each.good for each in played)
    print(f"{good} of {len(played)} faults left nothing lost, doubled or out of order; seed {given.seed}")
    return 0 if good == len(played) and not found else 1


@contextmanager
def _started(platform: Platform, *, running: bool) -> Iterator[None]:
    """The platform from nothing, gone after the block; one that runs is left as it is."""
    if running:
        yield
        return
    shutil.rmtree(platform.layout.state, ignore_errors=True)
    try:
        platform.command("up")
        yield
    finally:
        platform.command("down")
        shutil.rmtree(platform.layout.state, ignore_errors=True)


def line(played: Played) -> str:
    """One row of the table."""
    told = "".join(f", {each.alert} after {each.told_seconds} s" for each in played.alerts)
    settled = "still waits" if played.settled_seconds is None else f"{played.settled_seconds:.0f} s"
    return (
        f"{'good' if played.good else 'BAD ':<5}{played.fault:<44} {played.guarantees:<5} "
        f"{played.acknowledged:>5} acknowledged, {played.failed} failed, "
        f"lost {len(played.lost)}, doubled {len(played.doubled)}, out of order {len(played.disordered)}, "
        f"longest call {played.longest_seconds:.0f} s, settled {settled}{told}"
    )


def _keep(seed: int, measured: dict[str, Any], played: list[Played], violations: dict[str, list[str]]) -> Path:
    """What was played replaces what the file of the seed had of the same faults; what it had of others stays."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"seed-{seed}.json"
    earlier = json.loads(path.read_text())["played"] if path.exists() else []
    each = {found["fault"]: found for found in (*earlier, *map(asdict, played))}
    kept = {"seed": seed, "customers": CUSTOMERS, "facts": measured, "played": list(each.values()), "audit": violations}
    path.write_text(json.dumps(kept, indent=1) + "\n")
    return path


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="other chances")
    parser.add_argument("--base", type=int, default=BASE, help="the first port of the stack")
    parser.add_argument("--running", action="store_true", help="on the stack of this base as it runs; it is left so")
    parser.add_argument("--only", nargs="+", choices=FAULTS, help="these faults alone")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
