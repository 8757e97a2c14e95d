"""The text of docs/capacity.md out of a run."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from tests.bench.capacity import limits, measured
from tests.bench.capacity.needs import BUSY, LEAST_REPLICAS, PEAK, POOL, SERVICES, VOLUMES, Need, need
from tests.bench.capacity.points import MEDIAN_TOLERANCE, THROUGHPUT_TOLERANCE, points
from tests.bench.capacity.table import row

Run = Mapping[str, Any]


def page(run: Run) -> str:
    """The whole page."""
    lines = [*_head(run)]
    for section, title, parts in SECTIONS:
        there = all(run["parts"].get(part) for part in parts)
        lines += section(run) if there else (f"## {title}", "", "Not measured in this run.", "")
    return "\n".join(lines).rstrip() + "\n"


def _head(run: Run) -> Iterator[str]:
    facts = run["facts"]
    yield from (
        "# Capacity",
        "",
        "Made by `make capacity` of the committed run of `make bench`, `tests/bench/reference.json`, not by hand.",
        f"Measured at {facts['commit']} on {facts['cores']} cores ({facts['processor']}, {facts['memory_gb']} GB), "
        f"{facts['time'][:10]}, load before {facts['load_before'][0]}, load generator on the same machine.",
        "",
    )


def _needs(run: Run) -> Iterator[str]:
    found = [need(run, volume) for volume in VOLUMES]
    walked = run["parts"]["journeys"]
    yield from (
        "## What so many applications a day need",
        "",
        f"Each application takes the whole journey, from the registration to the statement of the repaid loan: "
        f"{walked['us_per_journey']['all'] / 1000:.0f} ms of processor and {walked['each_journey']['events']} events. "
        f"A tenth of a day comes in its busiest hour, half as much again in the worst minutes of it: {PEAK:.1f} times "
        f"the mean. A processor is {BUSY:.0%} busy at most, a service has {LEAST_REPLICAS} replicas at least.",
        "",
        row("applications a day", *(f"{each.per_day:,}" for each in found)),
        row("---", *("---:" for _ in found)),
        row("at the peak, a second", *(f"{each.peak_per_second:,.1f}" for each in found)),
        row("cores, all programs", *(f"{each.all_cores:,.0f}" for each in found)),
        *(row(f"replicas of {name}", *(f"{each.replicas[name]:,}" for each in found)) for name in (*SERVICES, "edge")),
        *(
            row(f"cores of {name}", *(f"{each.cores.get(part, 0) / BUSY:,.1f}" for each in found))
            for name, part in _STORES
        ),
        row("partitions a topic", *(f"{each.partitions:,}" for each in found)),
        row("events a second", *(f"{each.events_per_second:,.0f}" for each in found)),
        row("PostgreSQL, commits a second", *(f"{each.postgres_commits_per_second:,.0f}" for each in found)),
        row("PostgreSQL, flushes a second (IOPS)", *(f"{each.postgres_flushes_per_second:,.0f}" for each in found)),
        row(f"PostgreSQL, connections (pools of {POOL})", *(f"{each.connections:,}" for each in found)),
        *(row(f"{name} a day", *(_bytes(each.bytes_per_day[part]) for each in found)) for name, part in _KEPT),
        row("kept of a year (Kafka a week)", *(_bytes(each.bytes_per_year) for each in found)),
        "",
        *_limits(found),
        "",
    )


_STORES = (("PostgreSQL", "postgres"), ("the MongoDB API", "mongo"), ("Kafka", "kafka"))
_KEPT = (("PostgreSQL", "postgres"), ("MongoDB", "mongo"), ("Kafka", "kafka"), ("files (S3)", "s3"))


def _limits(found: Sequence[Need]) -> Iterator[str]:
    yield "What comes to an end first:"
    yield ""
    for each in found:
        crowded = [name for name, count in each.replicas.items() if count > 12 and name not in ("edge", "auth")]
        shards = f"more relays than shards for {', '.join(crowded)}: more shards" if crowded else "12 shards are enough"
        server = each.cores.get("postgres", 0) / BUSY
        one = (
            "one PostgreSQL server carries all databases"
            if server <= 32
            else (
                "each service has a PostgreSQL server of its own"
                + (f", split by customer into {server / 32 / len(SERVICES):.0f} or more" if server > 32 * 12 else "")
            )
        )
        pools = "" if each.connections <= 300 else "; a pooler in front of PostgreSQL, in transaction mode"
        yield f"- {each.per_day:,} a day: {shards}; {one}{pools}."


def _simulated(run: Run) -> Iterator[str]:
    yield from (
        "## The simulation beside what was measured",
        "",
        "A discrete-event simulation (`tests/bench/capacity/simulation.py`) of edge, service, PostgreSQL and what "
        "follows in Kafka and the consumers, on as many cores as the machine has. Its service times are the measured "
        "processor; the one wait that is no processor's is taken from the median of the quietest point. "
        "A test holds it to "
        f"{THROUGHPUT_TOLERANCE:.0%} of throughputs and {MEDIAN_TOLERANCE:.0%} of medians.",
        "",
        row("point", "measured", "simulated", "off"),
        row("---", "---:", "---:", "---:"),
    )
    for each in points(run):
        yield row(each.what, f"{each.measured:g}", f"{each.simulated:g}", f"{each.off:.0%}")
    yield ""


def _replicas(run: Run) -> Iterator[str]:
    found = run["parts"]["replicas"]
    yield from (
        "## Replicas share the work",
        "",
        "The customer service, 1, 2 and 4 processes of it on the same cores, after a backlog of `application.created`; "
        "the other services rested. More processes than cores show the sharing, not a gain.",
        "",
        row("replicas", "events a second", "to one", "share of the processor", "shards of the outbox"),
        row("---:", "---:", "---:", "---", "---"),
    )
    for count, each in found.items():
        shares = ", ".join(f"{share:.0%}" for share in each["share_of_processor"])
        shards = ", ".join(str(shard) for shard in each["shards"])
        yield row(count, f"{each['events_per_second']:g}", f"{each.get('ratio_to_one', 1):g}", shares, shards)
    yield ""


def _volume(run: Run) -> Iterator[str]:
    found = run["parts"]["volume"]
    yield from (
        f"## {found['rows']:,} rows",
        "",
        f"A table of the shape of `audit`, whole and in {found['months']} partitions by month; the oldest is given "
        "up: deleted row by row, or detached and dropped.",
        "",
        row("", "one table", "partitions"),
        row("---", "---:", "---:"),
    )
    one, parts = found["one table"], found["partitions"]
    for name in one:
        yield row(name.replace("_", " "), f"{one[name]:g}", f"{parts[name]:g}")
    yield ""


def _growth(run: Run) -> Iterator[str]:
    found = run["parts"]["growth"]
    yield from (
        f"## Reads at {found['small']:,} and at {found['large']:,} applications",
        "",
        "One call at a time over REST, the median. The slowest growth first.",
        "",
        row("read", f"ms at {found['small']:,}", f"ms at {found['large']:,}", "ratio"),
        row("---", "---:", "---:", "---:"),
    )
    for path, each in found["reads"].items():
        yield row(f"`{path}`", f"{each['small_ms']:g}", f"{each['large_ms']:g}", f"{each['ratio']:g}")


def _bytes(count: float) -> str:
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:,.1f} PB"


# Each with its heading, where it was not measured, and the parts of a run that it is made of.
SECTIONS: Sequence[tuple[Callable[[Run], Iterator[str]], str, Sequence[str]]] = (
    (measured.figures, "The figures and their goals", ()),
    (limits.bounds, "What bounds the goals that are missed", ()),
    (_needs, "What so many applications a day need", ("journeys",)),
    (_simulated, "The simulation beside what was measured", ("create", "mixed")),
    (_replicas, "Replicas share the work", ("replicas",)),
    (_volume, "Tables of many rows", ("volume",)),
    (_growth, "Reads of small and large tables", ("growth",)),
    (measured.users, "Users at work", ("mixed",)),
    (measured.events, "From the commit of an event to its being handled", ("handled",)),
    (measured.journeys, "Whole journeys", ("journeys",)),
    (measured.backlog, "A backlog of events", ("backlog",)),
    (measured.resting, "Start, memory and rest", ("starting",)),
    (measured.statements, "A use case on PostgreSQL, without gRPC around it", ("writes",)),
    (measured.layers, "What a call costs before its use case", ("layers",)),
    (measured.documents, "Operations of the MongoDB API", ("mongo_operations",)),
)
