"""Measures the platform on a stack of its own: `make bench`; parts alone by ONLY="create mixed", shorter by QUICK=1.

The stack begins empty and ends with the run. What a part cannot measure it says, and the others go on. All figures are
kept as JSON with the machine's facts under build/bench; the reference is committed, and docs/capacity.md is made of it.
"""

import argparse
import json
import shutil
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from stack import folders
from stack.layout import Layout
from tests.bench import compare
from tests.bench.facts import facts
from tests.bench.figures import show
from tests.bench.parts import PARTS, QUICK, WHOLE
from tests.bench.platform import Platform

BASE = 28000
REFERENCE = Path(__file__).resolve().parent / "reference.json"
RESULTS = folders.CHECKOUT / "build" / "bench"


def main() -> int:
    """Runs the parts, keeps and shows the figures; 1 when the stack did not start or a part failed."""
    given = _arguments()
    if given.show:
        show(_read(given.show), _read(REFERENCE))
        return 0
    platform = Platform(Layout.of(given.base))
    run: dict[str, Any] = {"facts": {**facts(), "form": "quick" if given.quick else "whole"}, "parts": {}, "errors": {}}
    started = not platform.supervisor.pid()
    if started:
        shutil.rmtree(platform.layout.state, ignore_errors=True)
    try:
        begun = time.monotonic()
        platform.command("up")
        run["facts"]["up_seconds"] = round(time.monotonic() - begun, 1)
        for name in given.only or PARTS:
            _measure(platform, name, run, quick=given.quick)
            # Kept part by part: what ends a run early takes nothing of it away.
            _keep(run)
    finally:
        if started:
            platform.command("down")
            shutil.rmtree(platform.layout.state, ignore_errors=True)
    show(run, _read(REFERENCE))
    for line in compare.warnings(run, _read(REFERENCE)):
        print(line, file=sys.stderr)
    print(f"kept: {_keep(run)}")
    return 1 if run["errors"] else 0


def _measure(platform: Platform, name: str, run: dict[str, Any], *, quick: bool) -> None:
    begun = time.monotonic()
    print(f"{name} …", flush=True)
    try:
        run["parts"][name] = PARTS[name](platform, QUICK if quick else WHOLE)
        print(f"{name}: {time.monotonic() - begun:.0f} s", flush=True)
    except Exception as error:
        run["errors"][name] = f"{type(error).__name__}: {error}"
        print(f"error: {name}: {''.join(traceback.format_exception(error)[-3:])}", file=sys.stderr, flush=True)
        # What the part had stopped runs again for the next one.
        platform.command("up")


def _keep(run: dict[str, Any]) -> Path:
    RESULTS.mkdir(parents=True, exist_ok=True)
    stamp = run["facts"]["time"].replace(":", "").partition("+")[0]
    path = RESULTS / f"{stamp}-{run['facts']['commit'].rstrip('+')}.json"
    for file in (path, RESULTS / "latest.json"):
        file.write_text(json.dumps(run, indent=1) + "\n")
    return path


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {"facts": {}, "parts": {}}
    return found


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--base", type=int, default=BASE, help="base port of the stack (%(default)s)")
    parser.add_argument("--only", nargs="+", choices=PARTS, metavar="PART", help=f"parts: {', '.join(PARTS)}")
    parser.add_argument("--quick", action="store_true", help="shorter windows")
    parser.add_argument("--show", type=Path, metavar="JSON", help="shows the table of a run that was kept")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
