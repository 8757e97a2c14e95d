"""Makes docs/faults.md: `python -m tests.faults.page [RUN.json]`; a run that is named becomes the reference."""

import argparse
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from stack import folders
from stack.audit.__main__ import WHAT
from tests import hurried
from tests.bench.capacity.table import row
from tests.faults.fault import Fault
from tests.faults.faults import FAULTS
from tests.faults.soak import figures

REFERENCE = Path(__file__).resolve().parent / "reference.json"
PAGE = folders.CHECKOUT / "docs" / "faults.md"
Run = Mapping[str, Any]
_BEYOND_AUDIT = {"D": "what was acknowledged is there", "L": "it heals by itself, and serves meanwhile where it can"}


def page(run: Run) -> str:
    """The whole page."""
    return "\n".join([*_head(run), *_table(run), *_quiet(), *_found(run), *_audit(run), *_soak(run)]).rstrip() + "\n"


def _head(run: Run) -> Iterator[str]:
    facts = run["facts"]
    yield from (
        "# Faults",
        "",
        "Made by `make faults-page` of the committed run of `make faults`, `tests/faults/reference.json`, not by hand.",
        f"Played at {facts['commit']} on {facts['cores']} cores ({facts['processor']}, {facts['memory_gb']} GB), "
        f"{facts['time'][:10]}, load before {facts['load_before'][0]}, seed {run['seed']}; "
        "what earlier runs of the seed played, and the last did not, is as it was then.",
        "",
        f"{run['customers']} customers apply and withdraw, one call after another, before, during and after each "
        "fault; a call that fails is repeated with the same idempotency key, as a partner's program does. Then nothing "
        "may wait any more, and what callers were acknowledged is compared with the databases, the topic of "
        "applications and the notices (`tests/faults/checks.py`).",
        "",
        f"Guarantees: {' · '.join(f'{letter} {text}' for letter, text in (WHAT | _BEYOND_AUDIT).items())}.",
        "",
    )  # fmt: skip


def _table(run: Run) -> Iterator[str]:
    played = {each["fault"]: each for each in run["played"]}
    columns = (
        "fault", "guarantees", "acknowledged", "calls repeated", "refused", "lost", "doubled", "out of order",
        "longest call, s", "settled, s", "alert", "told after, s", "over after, s",
    )  # fmt: skip
    yield row(*columns)
    yield row("---", "---", *("---:" for _ in columns[2:-3]), "---", "---:", "---:")
    for name, fault in FAULTS.items():
        each = played.get(name)
        if each is None:
            yield row(name, fault.guarantees, "not played in this run", *[""] * (len(columns) - 6), *_told(fault, {}))
            continue
        counts = (len(each[what]) for what in ("lost", "doubled", "disordered"))
        settled = "still waited" if each["settled_seconds"] is None else f"{each['settled_seconds']:.0f}"
        yield row(
            name, fault.guarantees, str(each["acknowledged"]), str(each["failed"]), str(each["refused"]),
            *map(str, counts), f"{each['longest_seconds']:.0f}", settled, *_told(fault, each),
        )  # fmt: skip
    yield from (
        "",
        "Settled: from the end of the fault until nothing waits in any outbox or topic, a few seconds of load among "
        "them. Refused: callers who gave up after 90 s, or were refused for good.",
        "",
        f"The alerts of a fault are told by the platform's rules, {hurried.FACTOR} times as fast "
        "(`tests/hurried.py`): from the fault's beginning until Prometheus tells it, and from its end until it does no "
        "more. None of them is told before; PagerDuty's stand-in has a page of each, and that it is over. One without "
        "seconds was played before alerts were looked for.",
        "",
    )


def _told(fault: Fault, each: Mapping[str, Any]) -> tuple[str, str, str]:
    """The alerts of a fault; of a run in which they were looked for with their seconds."""
    found = {told["alert"]: told for told in each.get("alerts", ())}

    def seconds(what: str) -> str:
        values = [found[name][what] for name in fault.alerts if name in found]
        return ", ".join("never" if value is None else f"{value:.0f}" for value in values)

    return ", ".join(f"`{name}`" for name in fault.alerts), seconds("told_seconds"), seconds("over_seconds")


def _quiet() -> Iterator[str]:
    reasons = dict[str, list[str]]()
    for name, fault in FAULTS.items():
        if fault.quiet:
            reasons.setdefault(fault.quiet, []).append(name)
    yield from ("## Of what nobody is woken", "")
    yield from ("Whatever is wrong meanwhile is so for less time than an alert waits that wakes somebody.", "")
    yield from (f"- {', '.join(names)}: {why}." for why, names in reasons.items())
    yield ""


def _found(run: Run) -> Iterator[str]:
    lines = [
        f"- {each['fault']}: {text}"
        for each in run["played"]
        for text in (*each["lost"], *each["doubled"], *each["disordered"], *each["problems"])[:3]
    ]
    yield from ("## What did not hold", "", *(lines or ["Everything held."]), "")


def _audit(run: Run) -> Iterator[str]:
    yield from ("## The audit after them", "")
    if not run["audit"]:
        yield from ("The last run ended before it.", "")
        return
    found = sum(map(len, run["audit"].values()))
    yield from (
        f"`make audit` after all but the last ones, which leave on the topics what no service published: "
        f"{found} violations in {len(WHAT)} guarantees.",
        "",
    )


def _soak(run: Run) -> Iterator[str]:
    yield from ("## Soak", "")
    if not run.get("soak"):
        yield from ("Not run: `make soak MINUTES=60`.", "")
        return
    yield from figures(run["soak"])


def main() -> None:
    """Writes the page, and the reference when a run is named."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.page", description=__doc__)
    parser.add_argument("run", nargs="?", type=Path, help="a run of make faults, such as build/faults/seed-1.json")
    parser.add_argument("--soak", type=Path, help="a run of make soak, build/faults/soak.json")
    given = parser.parse_args()
    run = json.loads((given.run or REFERENCE).read_text())
    if given.run and REFERENCE.exists():
        run["soak"] = json.loads(REFERENCE.read_text()).get("soak")
    if given.soak:
        run["soak"] = json.loads(given.soak.read_text())
        # The summary of them is there, too.
        run["soak"].pop("samples")
    REFERENCE.write_text(json.dumps(run, indent=1) + "\n")
    PAGE.write_text(page(run))


if __name__ == "__main__":
    main()
