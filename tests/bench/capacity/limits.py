"""What bounds each goal that a run misses, and what of the run shows it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from services.catalog import BY_NAME
from tests.bench.capacity.measured import NOT_MEASURED
from tests.bench.capacity.table import row
from tests.bench.figures import FIGURES

Run = Mapping[str, Any]
UNKNOWN = "not known"
# So many of the processes that cost most are named.
_NAMED = 5


@dataclass(frozen=True)
class Limit:
    """What bounds a figure, and what a run says of it; the command that measures just that."""

    bound: str
    proof: Callable[[Run], str]
    command: str


def _part(run: Run, *path: str) -> Mapping[str, Any]:
    found: Any = run["parts"]
    for step in path:
        found = found.get(step, {})
    return found if isinstance(found, Mapping) else {}


def _processes(*path: str) -> Callable[[Run], str]:
    """Milliseconds of processor by process, those of the databases left out: they are parts of PostgreSQL's."""

    def said(run: Run) -> str:
        found = _part(run, *path)
        most = sorted((us, name) for name, us in found.items() if name != "all" and "/" not in name)[-_NAMED:]
        each = ", ".join(f"{name} {us / 1000:.1f}" for us, name in reversed(most))
        return f"{found.get('all', sum(us for us, _ in most)) / 1000:.1f} ms of processor: {each}"

    return said


def _layers(use_case: str) -> Callable[[Run], str]:
    """What a call costs before its use case, and the use case, each measured one after the other without a pause."""

    def said(run: Run) -> str:
        before = max((each["total"] for each in _part(run, "layers").values()), default=0)
        alone = _part(run, "writes", use_case).get("service_us", 0)
        return f"{before:,.0f} µs of layers and {alone:,.0f} µs of use case when calls follow each other at once"

    return said


def _memory(run: Run) -> str:
    found = _part(run, "starting", "memory_mb")
    most = sorted(((size, name) for name, size in found.items() if name in BY_NAME), reverse=True)[:_NAMED]
    return ", ".join(f"{name} {size:g} MB" for size, name in most)


def _asked(rate: int) -> Callable[[Run], str]:
    """The processor that so many calls a second ask for, of which one in seven is a create."""

    def said(run: Run) -> str:
        read, create = (_part(run, "steady", each).get("all", 0) for each in ("read", "create"))
        cores = rate * (6 * read + create) / 7 / 1e6
        return f"{rate} a second ask for {cores:.2f} of {run['facts']['cores']} cores, without the load generator"

    return said


def _journeys(run: Run) -> str:
    cost = sum(us for name, us in _part(run, "journeys", "us_per_journey").items() if name == "all")
    return f"{1e6 * run['facts']['cores'] / cost:.2f} a second fill all cores" if cost else NOT_MEASURED


def _idle(run: Run) -> str:
    found = _part(run, "starting", "idle_percent_by_process")
    most = sorted(((part, name) for name, part in found.items()), reverse=True)[:_NAMED]
    return ", ".join(f"{name} {part:g} %" for part, name in most)


def _operations(run: Run) -> str:
    found = _part(run, "mongo_operations")
    names = ("insert", "find by index, 20 of 20", "transaction: an insert")
    costs = [f"{each} {found[each]['server_us']} µs" for each in names if each in found]
    return f"on the server: {', '.join(costs)}" if costs else NOT_MEASURED


def _consumed(run: Run) -> str:
    found = _part(run, "consumers", "postgres")
    names = {"foreign_us": "passed over", "own_us": "handled in batches", "live_us": "handled as they come"}
    return ", ".join(f"{said} {found[name]:,.0f} µs" for name, said in names.items() if name in found) or NOT_MEASURED


def _ready(run: Run) -> str:
    found = _part(run, "starting", "ready_seconds")
    most = sorted(((seconds, name) for name, seconds in found.items()), reverse=True)[:_NAMED]
    return ", ".join(f"{name} {seconds:g} s" for seconds, name in most)


_PAUSED = _processes("create", "consumers paused", "16", "us_per_request")
_WHOLE = _processes("create", "whole platform", "16", "us_per_request")
_EDGE = "both processors are full, and the edge does what the peer's proxy does not: tokens, transcoding, limits, TLS"
_FOLLOWERS = "what follows a create: each event is a record in Kafka, and transactions of those who are subscribed"
_FULL = "the processors: load generator, edge, all services, stores and Kafka share them"
_QUIET = "threads that sleep between calls: what a call costs falls by half when the next one is there already"
LIMITS: Mapping[str, Limit] = {
    "create, consumers paused / peer, 16 connections": Limit(_EDGE, _PAUSED, "make bench ONLY=create"),
    "create, consumers paused / peer, 64 connections": Limit(_EDGE, _PAUSED, "make bench ONLY=create"),
    "create, backlog flat / peer, 16 connections": Limit(_FOLLOWERS, _WHOLE, "make bench ONLY=create"),
    "create, backlog flat / peer, 64 connections": Limit(_FOLLOWERS, _WHOLE, "make bench ONLY=create"),
    "processor of the service for a create": Limit(_QUIET, _layers("create"), "make bench ONLY=layers"),
    "processor of the whole platform for a create": Limit(_FOLLOWERS, _WHOLE, "make bench ONLY=create"),
    "processor of the service for a read": Limit(_QUIET, _layers("read"), "make bench ONLY=layers"),
    "mixed 200/s, P95": Limit(_FULL, _asked(200), "make bench ONLY=steady"),
    "mixed 200/s, P99": Limit(_FULL, _asked(200), "make bench ONLY=steady"),
    "mixed 200/s, errors": Limit(_FULL, _asked(200), "make bench ONLY=steady"),
    "event to handled at 200/s, p99 of the slowest": Limit(_FOLLOWERS, _WHOLE, "make bench ONLY=create"),
    "whole journeys": Limit(_FULL, _journeys, "make bench ONLY=journeys"),
    "foreign event, PostgreSQL consumer": Limit(
        "Kafka's client, which makes an object of each record and of each of its headers",
        _consumed,
        "make bench ONLY=consumers",
    ),
    "own event, PostgreSQL consumer": Limit(
        "the statements of each aggregate, by SQLAlchemy and psycopg", _consumed, "make bench ONLY=consumers"
    ),
    "own event, MongoDB-API consumer": Limit(
        "the server of the MongoDB API", _operations, "make bench ONLY=mongo_operations"
    ),
    "own event of a batch, notification": Limit(
        "six documents for each notice, with twenty indexes, sealed and audited",
        _operations,
        "make bench ONLY=mongo_operations",
    ),
    "start to ready, slowest service": Limit(
        "importing the modules, one processor at a time; nothing else of a start waits for them",
        _ready,
        "make bench ONLY=starting",
    ),
    "memory of the largest service": Limit(
        "the modules of gRPC, protobuf, SQLAlchemy and Kafka's client, in each process",
        _memory,
        "make bench ONLY=starting",
    ),
    "idle platform, of a core": Limit(
        "two Java machines, and what each of twelve processes looks at on its own", _idle, "make bench ONLY=starting"
    ),
}


def bounds(run: Run) -> Iterator[str]:
    """The goals that are missed, each with its limit; none without one, to which a test holds the table."""
    yield from (
        "## What bounds the goals that are missed",
        "",
        row("figure", "what bounds it", "in this run", "measured by"),
        row("---", "---", "---", "---"),
    )
    for each in FIGURES:
        value = each.held(run)
        if value is not None and not each.reached(value):
            limit = LIMITS.get(each.what)
            said = (limit.bound, limit.proof(run), f"`{limit.command}`") if limit else (UNKNOWN, "", "")
            yield row(each.what, *said)
    yield ""
