"""Runs the tests on a stack of their own, which begins empty and ends with them; measures coverage over processes.

usage: python -m stack.testrun [arguments of pytest]

The stack has base port 18000 ($LOANFLOW_TEST_BASE), beside one at 8000; tests find it by $LOANFLOW_BASE.
Tests that need no stack run without one: `python -m pytest tests/unit`.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from services.runtime.serving.interceptors.reasons import GENERAL
from stack import environment, folders, programs
from stack.layout import Layout

TEST_BASE = "18000"
# Refused before a handler is asked: by the access rule, by keys, by paging tokens of the wrong kind.
BEFORE_HANDLERS = {
    "UNAUTHENTICATED", "ACCESS_DENIED", "NOT_OWNER", "NOT_FOUND", "IDEMPOTENCY_KEY_REQUIRED", "IDEMPOTENCY_KEY_REUSED",
}  # fmt: skip
SUMMARY = re.compile(r"=* ?\d+ (passed|failed|error|skipped).* in [\d.]+s")


def main(arguments: list[str]) -> int:
    """Gives pytest's exit status, or 1 when the stack did not start or coverage is too low."""
    os.environ["LOANFLOW_BASE"] = os.environ.get("LOANFLOW_TEST_BASE", TEST_BASE)
    os.environ["LOANFLOW_COVERAGE"] = "1"
    layout = Layout.of(folders.base())
    _stack("down")
    shutil.rmtree(layout.state, ignore_errors=True)
    os.environ["COVERAGE_FILE"] = str(environment.coverage_file(layout))
    shutil.copy(folders.CHECKOUT / "gen" / "access.json", environment.listed_reasons(layout))
    os.environ["LOANFLOW_RAISED"] = str(environment.raised(layout))
    try:
        if _stack("up"):
            return 1
        status, summary = _pytest(arguments)
    finally:
        # The services write their coverage when they end.
        _stack("down")
    coverage = _report(whole=not arguments)
    if not arguments:
        _tell_unraised(environment.raised(layout))
    # The last line shows the tests' outcome.
    print(summary)
    return status or coverage


def _stack(command: str) -> int:
    return subprocess.run(
        [programs.python(), "-m", "stack", command], env=programs.environment(), check=False
    ).returncode


def _pytest(arguments: list[str]) -> tuple[int, str]:
    summary = ""
    run = [programs.python(), "-m", "coverage", "run", "-m", "pytest", *arguments]
    with subprocess.Popen(run, stdout=subprocess.PIPE, text=True, env=programs.environment()) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            summary = line.strip() if SUMMARY.search(line) else summary
    return process.returncode, summary


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
