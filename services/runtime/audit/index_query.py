"""What the index of an audit trail holds of a row, and a search in the engine's query language; pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.runtime.stores import search_words
from services.runtime.stores.audit_rows import AuditFilter, AuditFound, AuditPlace
from services.runtime.stores.search_index import Hit
from services.runtime.stores.search_words import KEYWORD, TEXT, micros, moment

# Longer than the id of a row in any store.
_ID_LENGTH = 24
FIELDS: Mapping[str, Any] = {
    "sequence": {"type": "long"},
    "link": KEYWORD,
    "time": {"type": "long"},
    "order": KEYWORD,
    "day": KEYWORD,
    "actor": KEYWORD,
    "actor_kind": KEYWORD,
    "method": KEYWORD,
    "aggregate_type": KEYWORD,
    "aggregate": KEYWORD,
    "correlation": KEYWORD,
    "outcome": KEYWORD,
    "ids": KEYWORD,
    "words": TEXT,
}
# What is counted, and how many values of each: as many as a service may have, so that sums over services are right.
FACETS = ("method", "actor_kind", "aggregate_type", "outcome")
_MOST_VALUES = 200
DAY = "day"
# The newest days, whatever is on them.
_MOST_DAYS = 20


@dataclass(frozen=True)
class Sought:
    """What a search has found: rows, how many fit in all, and by field how many have each value.

    `degraded` when the database answered, which counts nothing. Beyond the first page nothing is counted either.
    """

    found: AuditFound
    total: int = 0
    counts: Mapping[str, Sequence[tuple[str, int]]] = field(default_factory=dict)
    degraded: bool = False


def query(wanted: AuditFilter, after: AuditPlace | None, limit: int, token: Callable[[str], str]) -> dict[str, Any]:
    """The search for one row more than `limit`, which says whether there is a next page."""
    made: dict[str, Any] = {
        "size": limit + 1,
        "_source": False,
        "query": {"bool": {"filter": _conditions(wanted, token)}},
        # The order of the database: a list goes on there when the engine goes away.
        "sort": [{"time": "desc"}, {"order": "desc"}],
        "track_total_hits": True,
    }
    if after is not None:
        return made | {"search_after": [micros(after.create_time), order(after.entry_id)]}
    facets: dict[str, Any] = {name: {"terms": {"field": name, "size": _MOST_VALUES}} for name in FACETS}
    facets[DAY] = {"terms": {"field": DAY, "size": _MOST_DAYS, "order": {"_key": "desc"}}}
    return made | {"aggs": facets}


def counts(buckets: Mapping[str, Sequence[tuple[str, int]]]) -> dict[str, Sequence[tuple[str, int]]]:
    """The counts by field, as Sought has them."""
    return {name: buckets.get(name, ()) for name in (*FACETS, DAY)}


def order(entry_id: str) -> str:
    """A row's id as text that is in the order of the store's ids: numbers of PostgreSQL, object ids of MongoDB."""
    return entry_id.zfill(_ID_LENGTH)


def place_of(hit: Hit) -> AuditPlace:
    """The place just after a hit."""
    return AuditPlace(moment(int(hit.sort[0])), hit.id)


def _conditions(wanted: AuditFilter, token: Callable[[str], str]) -> list[dict[str, Any]]:
    exact = {
        "actor": wanted.actor and token(wanted.actor),
        "actor_kind": wanted.actor_kind,
        "method": wanted.method,
        "aggregate_type": wanted.aggregate_type,
        "aggregate": wanted.aggregate_id and token(wanted.aggregate_id),
        "correlation": wanted.correlation_id and token(wanted.correlation_id),
        "outcome": wanted.outcome,
    }
    made: list[dict[str, Any]] = [{"term": {name: value}} for name, value in exact.items() if value]
    bounds = {"gte": wanted.since, "lt": wanted.until}
    if given := {name: micros(bound) for name, bound in bounds.items() if bound is not None}:
        made.append({"range": {"time": given}})
    for word in wanted.words:
        ids = {"terms": {"ids": [token(word), token(word.lower())]}}
        made.append(search_words.word(word, "words", ids))
    return made
