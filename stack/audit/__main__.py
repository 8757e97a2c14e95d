"""`python -m stack.audit`: audits a platform that runs; prints a table and each violation; exits with 1 at any.

What is found is looked for again: a violation counts when it is there in two looks, a few seconds apart. `--metrics`
writes the figures for a collector that reads files.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

from services import catalog
from stack import folders
from stack.audit import checks, trail
from stack.audit.collect import collect
from stack.audit.scratch import Scratch, scratch
from stack.layout import Layout
from stack.servers import mongo, postgres

Found = dict[str, list[str]]
WHAT = {
    "E": "every committed event is in its topic, and nothing else is",
    "X": "an event has one effect at each listener",
    "O": "events of an aggregate stand in its order",
    "S": "legal moves, distinct people",
    "M": "money is the same wherever it is kept",
    "A": "every change has its audit row, every chain is whole",
}
_CHECKS: Mapping[str, Callable[[Scratch], Iterator[str]]] = {
    "E": checks.events, "X": checks.effects, "O": checks.order, "S": checks.statuses, "M": checks.money,
    "A": checks.audited,
}  # fmt: skip
_AGAIN_SECONDS = 5.0
_SHOWN = 20


def look(layout: Layout) -> Found:
    """The violations by letter, as they are at this moment."""
    with scratch() as collected:
        anchors = collect(layout, folders.CHECKOUT, collected)
        found = {letter: list(check(collected)) for letter, check in _CHECKS.items()}
    for name in catalog.BY_NAME:
        key = trail.public_key(layout.secret(f"audit-{name}"))
        found["A"] += [f"{name}: {each}" for each in _trail(layout, name, key, anchors[name])]
    return found


def audit(layout: Layout) -> Found:
    """The violations that last."""
    found = look(layout)
    if not any(found.values()):
        return found
    time.sleep(_AGAIN_SECONDS)
    again = look(layout)
    return {letter: [each for each in texts if each in again[letter]] for letter, texts in found.items()}


def _trail(layout: Layout, name: str, key: bytes, anchors: list[bytes]) -> Iterator[str]:
    if name in postgres.SERVICES:
        with postgres.admin(layout, name) as connection:
            connection.autocommit = False
            yield from trail.faults(name, trail.of_postgres(connection), key, anchors, datetime.now(UTC))
        return
    with mongo.client(layout, username=mongo.ADMIN, password=layout.secret("mongo-admin")) as client:
        pairs = trail.of_mongo(client[f"{name}_audit"])
        yield from trail.faults(name, pairs, key, anchors, datetime.now(UTC))


def _metrics(found: Found, seconds: float, file: Path) -> None:
    registry = CollectorRegistry()
    violations = Gauge("loanflow_audit_violations", "What the last audit found.", ["letter"], registry=registry)
    for letter, texts in found.items():
        violations.labels(letter).set(len(texts))
    Gauge("loanflow_audit_seconds", "How long the last audit took.", registry=registry).set(seconds)
    Gauge("loanflow_audit_end_time_seconds", "When the last audit ended.", registry=registry).set_to_current_time()
    write_to_textfile(str(file), registry)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m stack.audit", description="Audits a platform that runs.")
    parser.add_argument("--base", type=int, default=folders.base(), help="base port of the stack (%(default)s)")
    parser.add_argument("--metrics", type=Path, help="a file for the figures, in Prometheus' text format")
    given = parser.parse_args()
    began = time.monotonic()
    found = audit(Layout.of(given.base))
    for letter, texts in found.items():
        print(f"{letter}  {WHAT[letter]:<62} {len(texts) or 'holds':>6}")
    for letter, texts in found.items():
        for text in texts[:_SHOWN]:
            print(f"{letter}: {text}")
        if len(texts) > _SHOWN:
            print(f"{letter}: and {len(texts) - _SHOWN} more")
    seconds = time.monotonic() - began
    print(f"audited in {seconds:.1f} s")
    if given.metrics:
        _metrics(found, seconds, given.metrics)
    return 1 if any(found.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
