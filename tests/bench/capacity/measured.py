"""The sections of docs/capacity.md that show a run as it was: every figure beside its goal, and the tables behind."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.bench.capacity.table import row
from tests.bench.figures import FIGURES, GOALS_YARDSTICK

Run = Mapping[str, Any]
NOT_MEASURED = "not measured"


def figures(run: Run) -> Iterator[str]:
    """Every figure that `make bench` has, also one that this run does not: a goal is never left out."""
    yield from (
        "## The figures and their goals",
        "",
        f"The goals were set for a machine on which a fixed piece of work takes {GOALS_YARDSTICK} ms of a processor. "
        "Held against them is processor time as it would be there, and what depends on more than that as it was here.",
        "",
        row("figure", "measured", "held against the goal", "goal", ""),
        row("---", "---:", "---:", "---:", "---"),
    )
    for each in FIGURES:
        value, held = each.of(run), each.held(run)
        goal = "" if each.goal is None else f"{'≥' if each.at_least else '≤'} {each.goal:g}"
        if value is None or held is None:
            yield row(each.what, NOT_MEASURED, "", goal, "")
            continue
        mark = "" if each.goal is None else ("reached" if each.reached(held) else "missed")
        yield row(each.what, f"{value:,.6g} {each.unit}".strip(), f"{held:,.5g}", goal, mark)
    yield ""


def users(run: Run) -> Iterator[str]:
    """Calls at a constant rate."""
    yield from (
        "## Users at work",
        "",
        "Six reads for each create at a constant rate; a thousand users who think for five seconds are 200 a second.",
        "",
        row("calls a second", "answered a second", "P50 ms", "P95 ms", "P99 ms", "refused or failed", "events waiting"),
        row("---:", "---:", "---:", "---:", "---:", "---", "---:"),
    )
    for rate, each in run["parts"]["mixed"].items():
        errors = ", ".join(f"{code}: {count}" for code, count in each["errors"].items()) or "none"
        latencies = (f"{each[name]:g}" for name in ("p50_ms", "p95_ms", "p99_ms"))
        yield row(rate, f"{each['per_second']:g}", *latencies, errors, f"{each['waiting_after']}")
    yield ""


def events(run: Run) -> Iterator[str]:
    """From the making of an event to its being handled."""
    found = run["parts"]["handled"]
    yield from (
        "## From the commit of an event to its being handled",
        "",
        f"While {found['rate']} creates a second are asked for; by the service that handles their events.",
        "",
        row("service", "events", "P50 ms", "P99 ms", "µs of its processor", "µs of PostgreSQL"),
        row("---", "---:", "---:", "---:", "---:", "---:"),
    )
    for name, each in found["services"].items():
        postgres = f"{each['postgres_us_per_event']:,}" if each["postgres_us_per_event"] else ""
        latencies = (f"{each['p50_ms']:g}", f"{each['p99_ms']:g}")
        yield row(name, f"{each['events']:,}", *latencies, f"{each['us_per_event']:,}", postgres)
    yield ""


def journeys(run: Run) -> Iterator[str]:
    """Whole loans."""
    found = run["parts"]["journeys"]
    costs = {name: us for name, us in found["us_per_journey"].items() if "/" not in name and name != "all"}
    flat = "did not grow" if found["flat"] else "grew"
    yield from (
        "## Whole journeys",
        "",
        f"{found['together']} at a time for {found['seconds']:g} s: {found['journeys']} were done, "
        f"{found['per_second']:g} a second; half of them took up to {found['took_p50_s']:g} s, 95 of 100 up to "
        f"{found['took_p95_s']:g} s. What waited {flat}: {found['waiting_halfway']} events halfway, "
        f"{found['waiting_at_end']} at the end, none {found['settled_after_seconds']:g} s later.",
        "",
        row("program", "ms of processor a journey"),
        row("---", "---:"),
        *(row(name, f"{us / 1000:,.1f}") for name, us in costs.items()),
        "",
    )


def backlog(run: Run) -> Iterator[str]:
    """After an outage."""
    found = run["parts"]["backlog"]
    yield from (
        f"## A backlog of {found['events']:,} events",
        "",
        "Published while the services were stopped. Customer, document and notification use the event; the others see "
        "it pass.",
        "",
        row("service", "uses it", "taken", "events a second", "µs an event", "MB at first", "MB at most"),
        row("---", "---", "---:", "---:", "---:", "---:", "---:"),
    )
    for name, each in found["services"].items():
        uses, (first, most) = "yes" if each["uses_the_event"] else "", each["memory_mb"]
        took = (f"{each['taken']:,}", f"{each['per_second']:,.0f}", f"{each['us_per_event']:,}")
        yield row(name, uses, *took, f"{first:g}", f"{most:g}")
    yield ""


def resting(run: Run) -> Iterator[str]:
    """Start, memory and what the platform costs when no one asks it for anything."""
    found = run["parts"]["starting"]
    idle, ready = found["idle_percent_by_process"], found["ready_seconds"]
    programs = sorted(found["memory_mb"], key=lambda name: (name not in ready, name))
    yield from (
        "## Start, memory and rest",
        "",
        "Services were started one after another. At rest all programs together take "
        f"{found['idle_percent_of_a_core']:g}% of a core.",
        "",
        row("program", "s until ready", "MB", "% of a core at rest"),
        row("---", "---:", "---:", "---:"),
    )
    for name in programs:
        seconds = f"{ready[name]:g}" if name in ready else ""
        yield row(name, seconds, f"{found['memory_mb'][name]:g}", f"{idle.get(name, 0):g}")
    yield ""


def statements(run: Run) -> Iterator[str]:
    """A use case without gRPC, and its lists at both sizes."""
    found = run["parts"]["writes"]
    costs = {name: each for name, each in found.items() if isinstance(each, Mapping) and "service_us" in each}
    yield from (
        "## A use case on PostgreSQL, without gRPC around it",
        "",
        row("", "µs of the service", "µs of PostgreSQL"),
        row("---", "---:", "---:"),
        *(row(name, f"{each['service_us']:,}", f"{each['postgresql_us']:,}") for name, each in costs.items()),
        "",
    )
    if growth := found.get("growth"):
        yield from (
            row("list", f"µs of PostgreSQL at {found['few']:,}", f"at {found['many']:,}", "ratio"),
            row("---", "---:", "---:", "---:"),
            *(row(name, f"{e['few_us']:g}", f"{e['many_us']:g}", f"{e['ratio']:g}") for name, e in growth.items()),
            "",
        )


def layers(run: Run) -> Iterator[str]:
    """What a call costs before its use case."""
    yield from (
        "## What a call costs before its use case",
        "",
        "A read that answers at once, by a server for each length of the chain: what a layer adds, and all together. "
        "The first is a gRPC server that does nothing; below 20 µs is noise.",
        "",
        row("layer", "µs", "together"),
        row("---", "---:", "---:"),
    )
    for name, each in run["parts"]["layers"].items():
        yield row(name, f"{each['microseconds']:g}", f"{each['total']:g}")
    yield ""


def documents(run: Run) -> Iterator[str]:
    """The MongoDB API."""
    yield from (
        "## Operations of the MongoDB API",
        "",
        "On a server of their own, one after another.",
        "",
        row("operation", "µs on the wall", "µs of the server", "µs of the client"),
        row("---", "---:", "---:", "---:"),
    )
    for name, each in run["parts"]["mongo_operations"].items():
        yield row(name, *(f"{each[column]:,}" for column in ("wall_us", "server_us", "client_us")))
    yield ""
