"""Destroys a store, or all, under a stack of its own, restores it by the operator's command, and takes the accounts.

For each: customers work, the stack is killed, the store's files are removed, the commands of docs/runbooks/restore.md
are run, and a customer is answered again. RPO is what was lost: from the moment that was restored to the one of the
destruction. RTO is from the destruction to the first answer. Nothing that was acknowledged before that moment may be
missing, who was erased stays erased, and `make audit` has to be green.
"""

import argparse
import shutil
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import psutil

from stack import folders, programs
from stack.audit.__main__ import audit
from stack.backup.restore import STORES
from stack.demo.api import Refused
from stack.layout import Layout
from tests.bench.platform import Customer, Platform
from tests.drill.erased import SIGNS, Person, remains
from tests.drill.given import Given
from tests.faults.load import Acknowledged, Load
from tests.waiting import until

BASE = 26000
CUSTOMERS = 4
GOAL_RPO_SECONDS, GOAL_RTO_SECONDS = 5 * 60.0, 30 * 60.0
# Each of them alone, and all at once, to the last moment; and all at once, to a moment before an erasure.
CASES: dict[str, tuple[str, ...]] = {
    "PostgreSQL": ("postgres",), "MongoDB": ("mongo/data",), "object store": ("s3",), "OpenBao": ("openbao/raft",),
    "Kafka": ("kafka",), "everything": STORES, "everything, to before an erasure": STORES,
}  # fmt: skip
_EARLIER = "everything, to before an erasure"
# What the runbook says to run; a test holds it against this.
LOOK = ("python -m stack.backup list", "python -m stack.backup check")
PASS, RESTORE, VERIFY = "python -m stack.backup pass", "python -m stack.backup restore --over", "make audit"


@dataclass
class Drilled:
    """What came of one case; `newer` were acknowledged after the moment that was restored, `erased` before it."""

    case: str
    rpo_seconds: float = 0.0
    rto_seconds: float = 0.0
    acknowledged: int = 0
    newer: int = 0
    erased: int = 0
    ended: bool = True
    problems: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Within the goals, and nothing wrong."""
        within = self.rpo_seconds < GOAL_RPO_SECONDS or self.case == _EARLIER
        return within and self.rto_seconds < GOAL_RTO_SECONDS and not self.problems

    def __str__(self) -> str:
        """One row of the table."""
        rpo = "chosen" if self.case == _EARLIER else f"{self.rpo_seconds:.0f} s"
        return (
            f"{self.case:<34} {rpo:>8} {self.rto_seconds:>6.0f} s {self.acknowledged:>13} "
            f"{self.newer:>6} {self.erased:>7}  {'holds' if not self.problems else f'{len(self.problems)} problems'}"
        )


class Drill:
    """One stack, backed up, and its customers."""

    def __init__(self, platform: Platform, seconds: float) -> None:
        self.platform, self._seconds = platform, seconds
        self._load, self._given, self._erased = Load(platform, CUSTOMERS), Given(), list[Person]()
        # Its customers are in a backup, however short they work.
        self._uploader = self._load.register()
        run(platform.layout, PASS)

    def play(self, case: str, seed: int) -> Drilled:
        """Works, destroys, restores, takes the accounts."""
        found, to, goner = Drilled(case), None, self._goner()
        with self._load.going_on(seed) as work:
            self._given.upload(self._uploader)
            self._watch(work, self._seconds)
            if case == _EARLIER:
                to = datetime.now(UTC)
                self._watch(work, self._seconds)
            self._erase(goner)
            self._watch(work, self._seconds)
        self._given.note(work)
        if to:
            # So that a backup has the erasure, which otherwise may be lost with the last minute.
            run(self.platform.layout, PASS)
        for command in LOOK:
            run(self.platform.layout, command)
        found.acknowledged = len(work.created)
        destroyed, began = datetime.now(UTC), time.monotonic()
        self._destroy(CASES[case])
        moment = restored(run(self.platform.layout, RESTORE, *(["--to", to.isoformat()] if to else [])))
        self._load.answered()
        found.rto_seconds = time.monotonic() - began
        found.rpo_seconds = (destroyed - moment).total_seconds()
        if not to:
            self._erased = [each for each in self._erased if each.erase_time <= moment]
        self._account(found, moment)
        for aside in self.platform.layout.state.glob("before-restore-*"):
            shutil.rmtree(aside)
        return found

    def _watch(self, work: Acknowledged, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(0.5)
            self._given.note(work)

    def _goner(self) -> tuple[Customer, str]:
        """A customer with a file and nothing that runs, and the application of it."""
        customer = self._load.register()
        application = Given().upload(customer)
        customer.session.post(f"/api/v1/applications/{application}/withdraw", {"reason": "I want to be forgotten."})
        return customer, application

    def _erase(self, goner: tuple[Customer, str]) -> None:
        customer, application = goner

        def asked() -> bool:
            try:
                customer.session.delete(f"/api/v1/customers/{customer.id}")
            except Refused as refused:
                if refused.reason != "ERASURE_BLOCKED":
                    raise
                # The customer service has not learned yet that the application ended.
                return False
            return True

        assert customer.session.login is not None
        person = Person(customer.id, application, customer.session.login)
        # Each of the looks finds what is there, or it would find nothing afterwards either.
        there = remains(self.platform.layout, self.platform.edge, person)
        blind = [sign for sign in SIGNS if not any(sign in each for each in there)]
        assert not blind, f"of a customer who is there, these are not found: {blind}"
        until(asked, what="an erasure that is not refused")
        self._erased.append(replace(person, erase_time=datetime.now(UTC)))

    def _destroy(self, stores: tuple[str, ...]) -> None:
        """Kills every process of the stack, as a machine that loses its power does, and removes the files."""
        supervisor = self.platform.supervisor.pid()
        assert supervisor is not None
        processes = [psutil.Process(supervisor), *psutil.Process(supervisor).children(recursive=True)]
        for each in processes:
            with suppress(psutil.NoSuchProcess):
                each.kill()
        psutil.wait_procs(processes, timeout=20)
        for store in stores:
            shutil.rmtree(self.platform.layout.state / store, ignore_errors=True)

    def _account(self, found: Drilled, moment: datetime) -> None:
        self.platform.settle(300)
        self.platform.rest()
        lost, found.newer = self._given.missing(self.platform, moment)
        found.problems += lost
        for each in self._erased:
            found.problems += remains(self.platform.layout, self.platform.edge, each)
        found.erased = len(self._erased)
        found.problems += [
            f"{letter}: {text}" for letter, texts in audit(self.platform.layout).items() for text in texts
        ]


def run(layout: Layout, command: str, *more: str) -> str:
    """Runs an operator's command, `python -m …`, for this stack; what it printed. RuntimeError when it failed."""
    module, *words = command.removeprefix("python -m ").split()
    line = [programs.python(), "-m", module, "--base", str(layout.base), *words, *more]
    done = subprocess.run(
        line, env=programs.environment(), cwd=folders.CHECKOUT, check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"{command}: {done.stdout[-2000:]}{done.stderr[-3000:]}")
    return done.stdout


def restored(said: str) -> datetime:
    """The moment that a restore says it restored."""
    [line] = [line for line in said.splitlines() if line.startswith("restored to ")]
    return datetime.fromisoformat(line.removeprefix("restored to ").partition(" in ")[0])


def played(drill: Drill, case: str, seed: int) -> Drilled:
    """What came of a case, also of one that could not be played to its end."""
    try:
        return drill.play(case, seed)
    except Exception as error:
        traceback.print_exc()
        return Drilled(case, ended=False, problems=[f"not ended: {type(error).__name__}: {error}"])


def drilled(base: int, cases: list[str], seconds: float, seed: int, show: Callable[[str], None]) -> list[Drilled]:
    """Each case in turn, on a stack that begins empty and ends with the run."""
    platform, found = Platform(Layout.of(base)), list[Drilled]()
    state: tuple[Path, ...] = (platform.layout.state, folders.backups(base))
    for folder in state:
        shutil.rmtree(folder, ignore_errors=True)
    try:
        platform.command("up")
        show(run(platform.layout, "python -m stack.backup take").strip())
        drill = Drill(platform, seconds)
        for case in cases:
            found.append(played(drill, case, seed))
            for text in (str(found[-1]), *(f"    {problem}" for problem in found[-1].problems[:10])):
                show(text)
            if not found[-1].ended:
                # What comes after would begin on what is left of a stack.
                break
    finally:
        platform.command("down")
        for folder in state:
            shutil.rmtree(folder, ignore_errors=True)
    return found


def main() -> int:
    """Plays and shows them; 1 when one of them is beyond the goals, or something is wrong after it."""
    parser = argparse.ArgumentParser(prog="python -m tests.drill", description=__doc__)
    parser.add_argument("--base", type=int, default=BASE, help="the first port of the stack")
    parser.add_argument("--seed", type=int, default=1, help="other chances")
    parser.add_argument("--seconds", type=float, default=90.0, help="how long customers work before each destruction")
    parser.add_argument("--only", nargs="+", choices=CASES, default=[*CASES], help="these cases alone")
    given = parser.parse_args()
    print(f"{'destroyed':<34} {'RPO':>8} {'RTO':>8} {'acknowledged':>13} {'newer':>6} {'erased':>7}")
    found = drilled(given.base, given.only, given.seconds, given.seed, lambda text: print(text, flush=True))
    good = sum(each.good for each in found)
    goals = f"within {GOAL_RPO_SECONDS:.0f} s and {GOAL_RTO_SECONDS:.0f} s"
    print(f"{good} of {len(given.only)} restores were whole, {goals}")
    return 0 if good == len(given.only) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Refused as refused:
        sys.exit(f"error: {refused}")
