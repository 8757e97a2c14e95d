"""What is looked for in an audit trail, and how far one look goes; the same on every store.

A store finds rows by an index of the one part of a filter that leaves the fewest, newest first; the other parts are
compared with what was found. A look ends after a number of rows whatever it has found, and says where to go on, so
that no filter costs more than another.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from services.runtime.errors import InvalidArgument
from services.runtime.stores import audit_words
from services.runtime.stores.audit_rows import AuditEntry, AuditFilter, AuditFound, AuditHit, AuditPlace

# How many rows a look goes through, and how many of them are read at once.
LOOKED, PORTION = 1000, 200
# The clocks of replicas may be ahead of this one.
_AHEAD = timedelta(days=1)
BEGINNING = datetime.fromtimestamp(0, UTC)

# The rows beyond a place, newest first, as many as asked for or all that there are.
Newest = Callable[[AuditPlace, int], Sequence[AuditHit]]


def lead(wanted: AuditFilter) -> tuple[str, str] | None:
    """The column that an index is used of, and its value; None: rows are found by their time alone."""
    for name in ("aggregate_id", "correlation_id", "actor", "method"):
        if value := getattr(wanted, name):
            return name, value
    return None


def search(newest: Newest, wanted: AuditFilter, after: AuditPlace | None, limit: int) -> AuditFound:
    """What AuditRows.search answers, of the rows that `newest` finds by the filter's lead."""
    place, looked, found = after or _start(wanted), 0, list[AuditHit]()
    size = PORTION if _is_compared(wanted) else limit + 1
    while looked < LOOKED and len(found) <= limit:
        rows = newest(place, size)
        found += (each for each in rows if fits(wanted, each.entry))
        looked += len(rows)
        if len(rows) < size:
            return _cut(found, limit, None)
        place = rows[-1].place
    return _cut(found, limit, place)


def fits(wanted: AuditFilter, entry: AuditEntry) -> bool:
    """Whether a row is one that is looked for."""
    row = entry.row
    for name in ("aggregate_type", "aggregate_id", "correlation_id", "actor", "method"):
        value = getattr(wanted, name)
        if value and value != getattr(row, name):
            return False
    if (wanted.since and entry.create_time < wanted.since) or (wanted.until and entry.create_time >= wanted.until):
        return False
    if wanted.actor_kind not in ("", audit_words.kind_of(row)) or wanted.outcome not in ("", audit_words.outcome(row)):
        return False
    if not all(audit_words.says(row, word) for word in wanted.words):
        return False
    return any(each.startswith(wanted.prefix) for each in _searched(entry))


def wrong_place() -> InvalidArgument:
    """The error for a place that is none of this store."""
    return InvalidArgument.field("page_token", "is not a page token", reason="INVALID_PAGE_TOKEN")


def _searched(entry: AuditEntry) -> tuple[str, ...]:
    """What a prefix may begin: actor, its id, method, its last name, type and id of the aggregate."""
    row = entry.row
    actor, method = row.actor.partition(":")[2], row.method.rpartition("/")[2]
    return row.actor, actor, row.method, method, row.aggregate_type, row.aggregate_id


def _is_compared(wanted: AuditFilter) -> bool:
    """Whether rows are left out of what the lead finds."""
    given = [each for each in ("aggregate_id", "correlation_id", "actor", "method") if getattr(wanted, each)]
    compared = wanted.aggregate_type, wanted.prefix, wanted.actor_kind, wanted.outcome, wanted.words
    return len(given) > 1 or any(compared)


def _start(wanted: AuditFilter) -> AuditPlace:
    """Before the newest row that may fit: no row of that very moment is beyond it, as no id is smaller than none."""
    return AuditPlace(wanted.until or datetime.now(UTC) + _AHEAD, "")


def _cut(found: list[AuditHit], limit: int, reached: AuditPlace | None) -> AuditFound:
    if len(found) > limit:
        return AuditFound(tuple(found[:limit]), found[limit - 1].place)
    return AuditFound(tuple(found), reached)
