"""Whether a processor figure has grown by a fifth since the committed run: a warning, never a failure."""

from collections.abc import Iterator, Mapping
from typing import Any

GROWTH = 1.2
# What is less differs by more between two runs of the same code.
_LEAST_MICROS = 150
Run = Mapping[str, Any]


def warnings(run: Run, reference: Run) -> Iterator[str]:
    """A line for each process whose cost of a create or a read has grown, by what it costs on the same yardstick."""
    now, then = run.get("parts", {}).get("steady", {}), reference.get("parts", {}).get("steady", {})
    if not now or not then:
        return
    machine = now["yardstick_ms"] / then["yardstick_ms"]
    for what in ("create", "read"):
        for process, micros in now[what].items():
            allowed = then[what].get(process, 0) * machine * GROWTH
            if micros > max(allowed, _LEAST_MICROS):
                yield (
                    f"warning: a {what} costs {process} {micros} µs of processor; at {reference['facts']['commit']} it "
                    f"was {then[what].get(process, 0)} µs (this machine takes {machine:.2f} of that one's time). "
                    f"Find the cause, or say why and commit a new run: make bench, make capacity"
                )
