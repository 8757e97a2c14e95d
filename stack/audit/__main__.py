"""`python -m stack.audit`: audits a platform that runs; prints a table and each violation; exits with 1 at any.

What is found is looked for again: a violation counts when it is there in two looks, a few seconds apart. The figures
are written for a collector that reads files; `--every` has it go on as a job, whose figures are at a port.
"""

import argparse
import resource
import sys
import time
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, start_http_server, write_to_textfile

from stack import folders
from stack.audit.look import Found, look
from stack.layout import Layout

WHAT = {
    "E": "every committed event is in its topic, and nothing else is",
    "X": "an event has one effect at each listener",
    "O": "events of an aggregate stand in its order",
    "S": "legal moves, distinct people",
    "M": "money is the same wherever it is kept",
    "A": "every change has its audit row, every chain is whole",
}
_AGAIN_SECONDS = 5.0
_SHOWN = 20


def audit(layout: Layout) -> Found:
    """The violations that last."""
    found = look(layout)
    if not any(found.values()):
        return found
    time.sleep(_AGAIN_SECONDS)
    again = look(layout)
    return {letter: [each for each in texts if each in again[letter]] for letter, texts in found.items()}


class Figures:
    """What the last audit found, for a collector."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        given: dict[str, Any] = {"registry": self.registry}
        self._violations = Gauge("loanflow_audit_violations", "What the last audit found.", ["letter"], **given)
        self._seconds = Gauge("loanflow_audit_seconds", "How long the last audit took.", **given)
        self._end = Gauge("loanflow_audit_end_time_seconds", "When the last audit ended.", **given)
        self._failures = Counter("loanflow_audit_failures", "Audits that could not be ended.", **given)
        self._failures.inc(0)

    def took(self, found: Found, seconds: float) -> None:
        """An audit has ended."""
        for letter, texts in found.items():
            self._violations.labels(letter).set(len(texts))
        self._seconds.set(seconds)
        self._end.set_to_current_time()

    def failed(self) -> None:
        """One could not be ended, such as when a part is away: what the last one found stays, and its age says so."""
        self._failures.inc()


def _once(layout: Layout, figures: Figures) -> bool:
    """Whether everything holds; prints what does not."""
    began = time.monotonic()
    found = audit(layout)
    for letter, texts in found.items():
        print(f"{letter}  {WHAT[letter]:<62} {len(texts) or 'holds':>6}")
    for letter, texts in found.items():
        for text in texts[:_SHOWN]:
            print(f"{letter}: {text}")
        if len(texts) > _SHOWN:
            print(f"{letter}: and {len(texts) - _SHOWN} more")
    seconds = time.monotonic() - began
    most = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) // 1024
    print(f"audited in {seconds:.1f} s; the largest process took {most} MB", flush=True)
    figures.took(found, seconds)
    return not any(found.values())


def _again_and_again(layout: Layout, figures: Figures, every: float, port: int) -> None:
    """Until the process is ended; the figures are at 127.0.0.1."""
    start_http_server(port, "127.0.0.1", figures.registry)
    while True:
        try:
            _once(layout, figures)
        except Exception as error:
            # Whatever is away now, the next audit asks again.
            figures.failed()
            print(f"error: the audit could not be ended: {error!r}", file=sys.stderr, flush=True)
        time.sleep(every)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m stack.audit", description="Audits a platform that runs.")
    parser.add_argument("--base", type=int, default=folders.base(), help="base port of the stack (%(default)s)")
    parser.add_argument("--metrics", type=Path, help="a file for the figures (figures/audit.prom of the stack)")
    parser.add_argument("--every", type=float, metavar="SECONDS", help="as a job: again and again, with this pause")
    parser.add_argument("--port", type=int, default=0, help="of the job's figures, at /metrics")
    given = parser.parse_args()
    layout, figures = Layout.of(given.base), Figures()
    if given.every:
        _again_and_again(layout, figures, given.every, given.port)
    holds = _once(layout, figures)
    write_to_textfile(str(given.metrics or layout.figures / "audit.prom"), figures.registry)
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
