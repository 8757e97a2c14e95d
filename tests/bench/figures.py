"""The table of a run: what is to be reached, what was measured, and what the committed run before it had."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

Run = Mapping[str, Any]
NOT_MEASURED = None
# Milliseconds of `facts.yardstick` on the machine that the goals were set for.
GOALS_YARDSTICK = 28.6
# What is the time of a processor, and nothing else, is compared across machines by what the yardstick takes on each.
_MS, _PERCENT = "ms of a processor", "% of a processor"
_PROCESSOR = ("µs", _MS, _PERCENT)


@dataclass(frozen=True)
class Figure:
    """One line: the path of a figure in the JSON of a run, and its goal, at least or at most."""

    what: str
    path: tuple[str, ...]
    goal: float | None = None
    at_least: bool = False
    unit: str = ""

    def of(self, run: Run) -> float | None:
        """The figure in that run; None when the run does not have it."""
        found: Any = run.get("parts", {})
        for step in self.path:
            if not isinstance(found, Mapping) or step not in found:
                return NOT_MEASURED
            found = found[step]
        if isinstance(found, Mapping):
            return float(sum(found.values()))
        return float(found) if isinstance(found, int | float) else NOT_MEASURED

    def held(self, run: Run) -> float | None:
        """What is held against the goal: processor time as it would be on the machine that the goals were set for."""
        value, here = self.of(run), _yardstick(run)
        return value if value is None or here is None or self.unit not in _PROCESSOR else value * GOALS_YARDSTICK / here

    def reached(self, value: float) -> bool:
        """Whether the goal is reached; without one, it is."""
        return self.goal is None or (value >= self.goal if self.at_least else value <= self.goal)

    def ratio(self, value: float) -> str:
        """What part of its limit a figure takes, or of its goal it gives."""
        return f"{value / self.goal:.2f}" if self.goal else ""


_PAUSED, _WHOLE, _PEER = ("create", "consumers paused"), ("create", "whole platform"), ("create", "peer")
_US = "us_per_request"
_BATCHED = "notification: own event, of a batch of 50"
FIGURES = (
    Figure("create, consumers paused / peer, 16 connections", ("create", "ratio", "consumers paused, 16"), 1.2, True),
    Figure("create, consumers paused / peer, 64 connections", ("create", "ratio", "consumers paused, 64"), 1.2, True),
    Figure("create, backlog flat / peer, 16 connections", ("create", "ratio", "backlog flat, 16"), 0.6, True),
    Figure("create, backlog flat / peer, 64 connections", ("create", "ratio", "backlog flat, 64"), 0.6, True),
    Figure("peer, 16 connections", (*_PEER, "16", "per_second"), unit="/s"),
    Figure("platform, consumers paused, 16 connections", (*_PAUSED, "16", "per_second"), unit="/s"),
    Figure("platform, backlog flat, 16 connections", (*_WHOLE, "16", "sustained_per_second"), unit="/s"),
    Figure("processor of the peer for a create", (*_PEER, "16", _US, "peer"), unit="µs"),
    Figure("processor of the service for a create", (*_PAUSED, "16", _US, "application"), 2000, unit="µs"),
    Figure("processor of PostgreSQL for a create", (*_PAUSED, "16", _US, "postgres/application"), 1200, unit="µs"),
    Figure("processor of the whole platform for a create", (*_WHOLE, "16", _US, "all"), 6000, unit="µs"),
    Figure("processor of the service for a read", ("steady", "read", "application"), 800, unit="µs"),
    Figure("processor of a create's use case, without gRPC", ("writes", "create", "service_us"), unit="µs"),
    Figure("processor of a read's use case, without gRPC", ("writes", "read", "service_us"), unit="µs"),
    Figure("mixed 50/s, P95", ("mixed", "50", "p95_ms"), unit="ms"),
    Figure("mixed 100/s, P95", ("mixed", "100", "p95_ms"), unit="ms"),
    Figure("mixed 200/s, P95", ("mixed", "200", "p95_ms"), 50, unit="ms"),
    Figure("mixed 200/s, P99", ("mixed", "200", "p99_ms"), 150, unit="ms"),
    Figure("mixed 200/s, errors", ("mixed", "200", "errors"), 0),
    Figure("mixed 400/s, P95", ("mixed", "400", "p95_ms"), unit="ms"),
    Figure("event to handled at 200/s, p99 of the slowest", ("handled", "slowest", "p99_ms"), 25, unit="ms"),
    Figure("whole journeys", ("journeys", "per_second"), 5, True, "/s"),
    Figure("processor of a whole journey", ("journeys", "us_per_journey", "all"), unit="µs"),
    Figure("growth of the slowest read", ("growth", "worst_ratio"), 1.3),
    Figure("foreign event, PostgreSQL consumer", ("consumers", "postgres", "foreign_us"), 30, unit="µs"),
    Figure("own event, PostgreSQL consumer", ("consumers", "postgres", "own_us"), 400, unit="µs"),
    Figure("own event, MongoDB-API consumer", ("consumers", "mongo", "own_us"), 1000, unit="µs"),
    Figure("own event of a batch, notification", ("mongo_operations", _BATCHED, "client_us"), 1000, unit="µs"),
    Figure("the same, MongoDB API's server", ("mongo_operations", _BATCHED, "server_us"), unit="µs"),
    Figure("live message, made to seen, p95 of 1,000 followers", ("followers", "steady", "p95_ms"), unit="ms"),
    Figure("live messages lost over restarts", ("followers", "gaps"), 0),
    Figure("live messages sent twice over restarts", ("followers", "doubles"), 0),
    Figure("backlog, PostgreSQL consumer", ("backlog", "services", "customer", "per_second"), unit="events/s"),
    Figure("backlog, MongoDB-API consumer", ("backlog", "services", "notification", "per_second"), unit="events/s"),
    Figure("two replicas / one", ("replicas", "2", "ratio_to_one"), unit="x"),
    Figure("p95 of signing in / of the bare hash, 8 at once", ("logins", "ratio"), 1.3),
    Figure("overload at five times what there is: goodput / peak", ("overload", "ratio"), 0.7, True),
    Figure("the same, P99 of what was let through", ("overload", "p99_ms"), 800, unit="ms"),
    Figure("the same, until all is well again", ("overload", "back"), 10, unit="s"),
    Figure("start to ready, slowest service", ("starting", "ready_seconds_slowest"), 1.5, unit="s"),
    Figure("memory of the largest service", ("starting", "memory_mb_largest_service"), 80, unit="MB"),
    Figure("idle platform, of a core", ("starting", "idle_percent_of_a_core"), 15, unit=_PERCENT),
    Figure("schedule of 360 instalments", ("arithmetic", "schedule of 360 instalments"), 3, unit=_MS),
    Figure("ledger replay of 360 payments", ("arithmetic", "ledger replay of 360 payments"), 15, unit=_MS),
    Figure("screening, recall over labelled pairs", ("screening", "recall"), 0.98, True),
    Figure("screening, false positives over labelled pairs", ("screening", "false_positives"), 0.02),
    Figure("screening of a name on 15,000 entries", ("screening", "mean_ms"), 20, unit=_MS),
    Figure("screening, alerts for 1000 persons not listed", ("screening", "alerts_per_1000_strangers")),
    Figure("daily run", ("daily", "worked_on_per_second"), unit="loans/s"),
)


def show(run: Run, before: Run) -> None:
    """Prints the table; a figure that was not measured has no line."""
    columns = ("figure", "before", "measured", "held against", "goal", "of the goal", "")
    table = Table(*columns, title=_title(run), title_justify="left")
    for each in FIGURES:
        value, held, earlier = each.of(run), each.held(run), each.of(before)
        if value is None or held is None:
            continue
        goal = "" if each.goal is None else f"{'≥' if each.at_least else '≤'} {each.goal:g}"
        mark = "" if each.goal is None else ("reached" if each.reached(held) else "missed")
        was = "" if earlier is None else f"{earlier:g}"
        shown = (f"{value:g} {each.unit}".strip(), f"{held:,.5g}", goal)
        table.add_row(each.what, was, *shown, each.ratio(held), mark)
    Console(width=140).print(table)
    for name, cost in _costs(run):
        shares = ", ".join(f"{process} {us}" for process, us in cost.items() if "/" not in process)
        Console(width=140, highlight=False).print(f"  µs {name}: {shares}")


def _yardstick(run: Run) -> float | None:
    found: float | None = run.get("facts", {}).get("yardstick_ms") or run["parts"].get("steady", {}).get("yardstick_ms")
    return found


def _title(run: Run) -> str:
    facts = run["facts"]
    return (
        f"{facts['commit']} · {facts['processor']}, {facts['cores']} cores · load before {facts['load_before'][0]}"
        f" · {facts['time']}"
    )


def _costs(run: Run) -> list[tuple[str, Mapping[str, int]]]:
    """Every table of microseconds by process in a run, by its place."""
    found: list[tuple[str, Mapping[str, int]]] = []

    def walk(place: str, node: Any) -> None:
        if isinstance(node, Mapping):
            for name, below in node.items():
                if name.startswith("us_per_") and isinstance(below, Mapping):
                    found.append((f"{place} {name.removeprefix('us_').replace('_', ' ')}".strip(), below))
                else:
                    walk(f"{place} {name}".strip(), below)

    walk("", run.get("parts", {}))
    return found
