"""What an alert is: when it is told, how loud, what helps, and by which course of figures it is tried."""

from collections.abc import Mapping
from dataclasses import dataclass, field

CRITICAL, WARNING = "critical", "warning"
# Where the figures come from: the services' metrics ports, the edge, what asks the parts, the machine, the auditor,
# and those who look and tell.
SERVICES, EDGE, PARTS, MACHINE, AUDIT = "services", "edge", "parts", "machine", "audit"
PROMETHEUS, ALERTMANAGER = "prometheus", "alertmanager"


@dataclass(frozen=True)
class Course:
    """How a figure goes in a trial: as it is in health, and as it is during the fault.

    A gauge stands at these values; a counter grows by them each minute; `None` is no figure at all.
    """

    healthy: float | None
    faulty: float | None
    grows: bool = False

    def values(self, phases: tuple[int, ...], step: int) -> str:
        """Healthy, faulty, healthy again for so many minutes, in the notation of promtool, a value each `step`."""
        told, level = [], 0.0
        for each, minutes in zip((self.healthy, self.faulty, self.healthy), phases, strict=True):
            count = minutes // step
            if not count:
                continue
            if each is None:
                told.append(" ".join(["_"] * count))
            elif self.grows:
                # `a+bxn` has n + 1 values.
                told.append(f"{level + each * step:g}+{each * step:g}x{count - 1}")
                level += each * step * count
            else:
                told.append(f"{each:g}x{count - 1}")
        return " ".join(told)


def stands(healthy: float | None, faulty: float | None) -> Course:
    """A gauge."""
    return Course(healthy, faulty)


def grows(healthy: float | None, faulty: float | None) -> Course:
    """A counter; by so much a minute."""
    return Course(healthy, faulty, grows=True)


@dataclass(frozen=True)
class Alert:
    """One alert; `summary` may name labels as `{service}`.

    `minutes` is how long `expr` has to hold. `runbook` is a page of docs/runbooks. `faults` are those of the fault
    matrix that it tells of. `follows` names alerts of a cause: while one of them is told, of the same where both name
    it, nobody is paged for this one. In its trial `courses` go through `phases` (minutes of health, fault, health), and
    it is told with `labels` at the end of the fault, and at no other end.
    """

    name: str
    severity: str
    expr: str
    summary: str
    runbook: str
    courses: Mapping[str, Course]
    labels: Mapping[str, str] = field(default_factory=dict)
    minutes: int = 1
    faults: tuple[str, ...] = ()
    phases: tuple[int, int, int] = (30, 60, 60)
    step: int = 1
    follows: tuple[str, ...] = ()


def grown(metric: str, window: str, by: str = "") -> str:
    """By how much a counter grew, where it did.

    One that was never counted is not there until it is, so that Prometheus sees no growth from nothing to one.
    """
    new = f"increase({metric}[{window}]) > 0 or ({metric} > 0 unless {metric} offset {window})"
    return f"sum by ({by}) ({new}) > 0" if by else f"sum({new}) > 0"
