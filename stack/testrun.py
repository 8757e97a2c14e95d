"""Runs the tests on stacks of their own, which begin empty and end with them; measures coverage over processes.

usage: python -m stack.testrun [arguments of pytest]

The whole is run in three lanes at a time, as each waits part of its time: what needs the platform on a stack with base
port 18000 ($LOANFLOW_TEST_BASE), then the unit tests, which need none; integration tests of the services on the parts
alone, a thousand below; and the contract's tests, which need no stack either, then integration tests of the runtime on
parts of their own. With arguments pytest runs once, on the first. Tests find their stack by $LOANFLOW_BASE; those that
need none run without: `python -m pytest tests/unit`.

Coverage is that of the services which run, and of what unit and integration tests call of them in their own process.
The other tests talk to processes or read files; to count their lines takes three quarters of their time again. With
$LOANFLOW_UNCOUNTED=1 no lines are counted at all: the same tests by half the processor time.

A few that failed while the lanes shared the machine are run once more by themselves, are named, and are counted as
`rerun`: three lanes on two cores reach deadlines that one does not. What fails again, or is more than a few, has
failed; but a stack of which something ended by itself, as on a machine without memory, is started again for what failed
then, after what its supervisor wrote of it.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from pathlib import Path

from services.runtime.serving.interceptors.reasons import GENERAL
from stack import environment, folders, programs
from stack.layout import Layout
from stack.parts import stand_ins, table
from stack.ports import SPAN
from stack.supervisor import Supervisor

TEST_BASE = "18000"
# What asks no service that runs; the parts that it needs are up sooner, and take a fraction of the memory.
ON_PARTS, OF_RUNTIME = "tests/integration", "tests/integration/runtime"
# What asks nothing that runs, but starts by itself what it needs.
CONTRACT, UNIT = "tests/contract", "tests/unit"
# What needs more than the stack does: a target of `make`, and a job of CI, of its own.
APART = ("tests/alerting", "tests/telemetry", "tests/cluster")
# They wait for nobody: those who do have deadlines.
_YIELDING = 5
# Refused before a handler is asked: by the access rule, by keys, by paging tokens of the wrong kind.
BEFORE_HANDLERS = {
    "UNAUTHENTICATED", "ACCESS_DENIED", "NOT_OWNER", "NOT_FOUND", "IDEMPOTENCY_KEY_REQUIRED", "IDEMPOTENCY_KEY_REUSED",
}  # fmt: skip
SUMMARY = re.compile(r"=* ?\d+ (passed|failed|error|skipped).* in [\d.]+s")
# So many may be chance; more have a cause.
FEW = 5
_LINES = 40
OUTCOME = re.compile(r"(\d+) ([a-z]+)")
FAILED = re.compile(r"(\d+) (failed|errors?)\b,? ?")


@dataclass(frozen=True)
class Lane:
    """A run of pytest on a stack: what it is given, where its stack is, and which parts of one it needs: all, or none.

    `counted` is whether the lines of services that pytest's own process runs are counted; `nice` as of processes.
    """

    tests: Sequence[str]
    layout: Layout
    parts: Sequence[str] | None = ()
    counted: bool = True
    nice: int = 0

    @property
    def environment(self) -> dict[str, str]:
        """Of pytest, of its stack and of the services, whose coverage and errors are kept in one place for all.

        Traces go to where a test may listen; the services do without it.
        """
        base, traces = str(self.layout.base), f"https://127.0.0.1:{self.layout.ports.of('collector')}"
        own = {"LOANFLOW_BASE": base, "LOANFLOW_TEST_BASE": base, "LOANFLOW_OTLP_ENDPOINT": traces}
        return programs.environment() | own

    def stack(self, *command: str) -> int:
        """The exit status of a command of the stack."""
        run = [programs.python(), "-m", "stack", *command]
        return subprocess.run(run, env=self.environment, check=False).returncode

    def start(self, show: Callable[[str], None]) -> tuple[int, str]:
        """Starts what the tests need, gives pytest's exit status and summary; 2 when the stack did not start.

        A stack on which all passed is taken down; where something failed, it is still asked why.
        """
        if self.up():
            return 2, "1 error: the stack did not start"
        status, summary = self.pytest(show)
        if status == 0:
            self.stack("down")
        return status, summary

    def up(self) -> int:
        """Starts what the tests need: the exit status."""
        if self.parts is None:
            return 0
        return self.stack("up", *(["--only", *self.parts] if self.parts else []))

    def ended(self) -> list[str]:
        """What of its stack ended by itself, by name."""
        if self.parts is None:
            return []
        supervisor = Supervisor(self.layout, (*table(), *stand_ins()))
        if supervisor.pid() is None:
            return ["supervisor"]
        return [each.name for each in supervisor.processes() if each.failed]

    def pytest(self, show: Callable[[str], None], *options: str) -> tuple[int, str]:
        """On the stack that runs: pytest's exit status and summary. What failed is kept beside the stack's state."""
        summary = ""
        kept = ["-o", f"cache_dir={self.layout.state / 'pytest'}"]
        counting = ["-m", "coverage", "run"] if self.counted else []
        run = ["nice", f"-n{self.nice}", programs.python(), *counting, "-m", "pytest", *kept, *options, *self.tests]
        with subprocess.Popen(run, stdout=subprocess.PIPE, text=True, env=self.environment) as process:
            assert process.stdout is not None
            for line in process.stdout:
                show(line)
                summary = line.strip() if SUMMARY.search(line) else summary
        return process.returncode, summary


def main(arguments: list[str]) -> int:
    """Gives pytest's exit status, or 1 when a stack did not start or coverage is too low."""
    base = int(os.environ.get("LOANFLOW_TEST_BASE", TEST_BASE))
    layout = Layout.of(base)
    beside = [[Lane(arguments, layout)]] if arguments else whole(base)
    counting = os.environ.get("LOANFLOW_UNCOUNTED") != "1"
    beside = [[replace(lane, counted=lane.counted and counting) for lane in queue] for queue in beside]
    lanes = [lane for queue in beside for lane in queue]
    for lane in lanes:
        lane.stack("down")
        shutil.rmtree(lane.layout.state, ignore_errors=True)
    if counting:
        os.environ |= {"LOANFLOW_COVERAGE": "1", "COVERAGE_FILE": str(environment.coverage_file(layout))}
    os.environ["LOANFLOW_RAISED"] = str(environment.raised(layout))
    shutil.copy(folders.CHECKOUT / "gen" / "access.json", environment.listed_reasons(layout))
    began = time.monotonic()
    try:
        status, summaries = _run(beside)
        # Those on which all passed are down already.
        wrong = [lane for lane, summary in zip(lanes, summaries, strict=True) if failures([summary])]
        revived = [lane for lane in wrong if status == 1 and revive(lane)]
        if status == 1 and len(lanes) > 1 and (revived or failures(summaries) <= FEW):
            status, summaries = again(lanes, summaries)
    finally:
        # The services write their coverage when they end.
        for lane in lanes:
            lane.stack("down")
    coverage = _report(whole=not arguments) if counting else 0
    if not arguments:
        _tell_unraised(environment.raised(layout))
    # The last line shows the tests' outcome.
    print(total(summaries, time.monotonic() - began))
    return status or coverage


def whole(base: int) -> list[list[Lane]]:
    """The lanes of all tests: those of a list one after another, the lists beside each other."""
    below = (Layout.of(base - at * SPAN) for at in count())
    rest = [f"--ignore={each}" for each in (ON_PARTS, CONTRACT, UNIT, *APART)]
    parts = "parts", "migrations", "schemas"
    platform = Lane(rest, next(below), counted=False)
    services = Lane([ON_PARTS, f"--ignore={OF_RUNTIME}"], next(below), parts)
    contract = Lane([CONTRACT], next(below), None, counted=False, nice=_YIELDING)
    unit = Lane([UNIT], next(below), None, nice=_YIELDING)
    runtime = Lane([OF_RUNTIME], next(below), parts)
    return [[platform, unit], [services], [contract, runtime]]


def _run(beside: Sequence[Sequence[Lane]]) -> tuple[int, list[str]]:
    """The lines of the first lanes are shown as they come, those of the others after them."""
    first, *others = beside
    with ThreadPoolExecutor() as threads:
        kept: list[list[str]] = [[] for _ in others]
        waiting = [threads.submit(_queue, lanes, lines.append) for lanes, lines in zip(others, kept, strict=True)]
        runs = _queue(first, _show)
        for each, lines in zip(waiting, kept, strict=True):
            runs += each.result()
            print("".join(lines), end="", flush=True)
    return max(status for status, _ in runs), [summary for _, summary in runs]


def _queue(lanes: Sequence[Lane], show: Callable[[str], None]) -> list[tuple[int, str]]:
    return [lane.start(show) for lane in lanes]


def again(lanes: Sequence[Lane], summaries: Sequence[str]) -> tuple[int, list[str]]:
    """What failed once more, one lane after the other: the status of that, and the summaries of both runs."""
    statuses, after = [0], []
    for lane, summary in zip(lanes, summaries, strict=True):
        if failed := failures([summary]):
            print(f"\n{failed} of {lane.tests} failed beside another lane; once more, alone:", flush=True)
            status, second = lane.pytest(_show, "-v", "--last-failed", "--last-failed-no-failures=none")
            statuses.append(status)
            after += [f"{failed} rerun", second]
        after.append(FAILED.sub("", summary))
    return max(statuses), after


def revive(lane: Lane) -> bool:
    """Starts a stack of which something ended by itself, and says what its supervisor knows; whether it runs again."""
    ended = lane.ended()
    if ended:
        said = (lane.layout.logs / "supervisord.log").read_text(errors="replace").splitlines()[-_LINES:]
        print(f"\nof the stack with base {lane.layout.base} {', '.join(ended)} ended:", *said, sep="\n", flush=True)
    return bool(ended) and lane.up() == 0


def failures(summaries: Sequence[str]) -> int:
    """How many tests failed or ended in an error."""
    return sum(int(number) for summary in summaries for number, _ in FAILED.findall(summary))


def _show(line: str) -> None:
    print(line, end="", flush=True)


def total(summaries: Sequence[str], seconds: float) -> str:
    """Pytest's summary of all runs together; that of the only one as it is."""
    if len(summaries) == 1:
        return summaries[0]
    counts: Counter[str] = Counter()
    for summary in summaries:
        for number, what in OUTCOME.findall(summary.partition(" in ")[0]):
            counts[what.rstrip("s") if what == "errors" else what] += int(number)
    # A second run leaves out what had passed.
    del counts["deselected"]
    said = ", ".join(f"{counts[each]} {each}" for each in sorted(counts, key=lambda each: (each == "passed", each)))
    return f" {said} in {seconds:.2f}s ({timedelta(seconds=int(seconds))}) ".center(80, "=")


def _tell_unraised(raised: Path) -> None:
    """Names the reasons that an RPC lists and that nothing raised in the whole run."""
    table = json.loads((folders.CHECKOUT / "gen" / "access.json").read_text())
    seen = {path.name for path in raised.iterdir()}
    for rpc, entry in sorted(table.items()):
        never = [each for each in entry["reasons"] if f"{rpc.strip('/').replace('/', '.')}:{each}" not in seen]
        if never := [each for each in never if each not in GENERAL | BEFORE_HANDLERS]:
            print(f"listed, and raised by no test: {rpc.strip('/')} {', '.join(never)}")


def _report(*, whole: bool) -> int:
    coverage = [programs.python(), "-m", "coverage"]
    subprocess.run([*coverage, "combine", "--quiet"], env=programs.environment(), check=False)
    # A part of the tests cannot be asked for the coverage of the whole.
    limit = [] if whole else ["--fail-under=0"]
    return subprocess.run([*coverage, "report", *limit], env=programs.environment(), check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
