"""The audit trail in the index of a search engine: words, filters and counts over the rows of a service's chain.

The chain is what the index follows: its numbers have no gap, and what has one never changes. So the index says by
itself how far it is, no column and no cursor does, and two replicas that follow it write the same. In it are tokens in
place of ids, and of texts those alone of which audit_words.py says that they are words; what is found is read from the
trail.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC
from typing import Any

import structlog
from prometheus_client import Counter, Gauge

from services.runtime.audit.index_query import FIELDS, Sought, counts, order, place_of, query
from services.runtime.errors import Unavailable
from services.runtime.periodic import Periodic
from services.runtime.stores import audit_words, search_words
from services.runtime.stores.audit_rows import AuditEntry, AuditFilter, AuditFound, AuditPlace, ChainLink
from services.runtime.stores.ports import Store
from services.runtime.stores.search_index import Document, SearchIndex, SearchSettings
from services.runtime.stores.search_words import micros

log = structlog.get_logger(__name__)
_DEGRADED = Counter(
    "loanflow_audit_search_degraded", "Searches of the trail that the database answered in place of the engine.",
    ["service"],
)  # fmt: skip
_WAITING = Gauge("loanflow_audit_index_waiting_rows", "Chained audit rows that no search finds yet.", ["service"])
_ROUND = Gauge("loanflow_audit_index_round_time_seconds", "When the index last followed the chain well.", ["service"])
# So late at most the index has what was chained, and what it makes known of itself a second later.
_SECONDS = 2.0
_BATCH = 500
# Of a row that has a number in the chain: it never changes, so there is one version of it.
_VERSION = 1
BODY = search_words.body(FIELDS)


class AuditIndex:
    """The trail of `service` that is in `store`, in an index. Safe for threads."""

    def __init__(self, service: str, store: Store, index: SearchIndex) -> None:
        self._service, self._store, self._index = service, store, index
        # Up to this number the index has every row, as far as this process knows.
        self._reached = 0
        # Whether there is such an index, and of this chain, was looked at since something went wrong.
        self._seen = False
        self._waits = False

    def follow(self) -> bool:
        """Brings the index up to date with a batch of what was chained; True when there may be more.

        One that is not there, or is there no more, is made anew. While the engine is away nothing is lost, and nobody
        waits.
        """
        try:
            more = self._follow()
        except Unavailable as error:
            if not self._waits:
                log.warning("audit_index_waits", cause=error.message)
            self._seen, self._waits = False, True
            return False
        self._waits = False
        _ROUND.labels(self._service).set(time.time())
        return more

    def rebuild(self) -> int:
        """Makes a new index of the whole chain, behind the one that is searched; of how many rows. Unavailable."""
        return self._index.rebuild(self._everything())

    def find(self, wanted: AuditFilter, after: AuditPlace | None, limit: int) -> Sought:
        """Up to `limit` rows beyond a place, with counts over all that fit where there is no place; Unavailable."""
        try:
            found = self._index.find(query(wanted, after, limit, self._index.token))
        except Unavailable:
            self._seen = False
            raise
        shown = found.hits[:limit]
        hits = self._store.audit.some([each.id for each in shown])
        reached = place_of(shown[-1]) if len(found.hits) > limit else None
        rows = AuditFound(tuple(hits), reached)
        return Sought(rows) if after else Sought(rows, found.total, counts(found.buckets))

    def periodic(self) -> Periodic:
        """Has it follow every two seconds; one that never does well is behind from now on."""
        _ROUND.labels(self._service).set(time.time())
        return Periodic(self._service, f"{self._service}.audit_index", self.follow, _SECONDS)

    @property
    def name(self) -> str:
        """The alias that is searched."""
        return self._index.name

    def refresh(self) -> None:
        """Has what is indexed be found now, and not a second later."""
        self._index.refresh()

    def close(self) -> None:
        """Closes the connections."""
        self._index.close()

    def _follow(self) -> bool:
        head = self._store.audit.head()
        last = head.sequence if head else 0
        if not self._seen:
            self._seen = True
            self._reached = self._whole()
        elif last > self._reached and not self._index.exists():
            self._reached = self._whole()
        links = self._store.audit.links(self._reached, _BATCH) if last > self._reached else []
        if links:
            self._index.put(self._documents(links))
            self._reached = links[-1][0].sequence
        _WAITING.labels(self._service).set(max(last - self._reached, 0))
        return len(links) == _BATCH

    def _whole(self) -> int:
        """Up to which number the index has every row; one that is not there, or of another chain, is made anew."""
        if self._index.exists():
            self._index.refresh()
            reached = self._gapless()
            if self._is_of_chain(reached):
                return reached
        self.rebuild()
        return self._gapless()

    def _gapless(self) -> int:
        """The last number before the first gap: up to it there are as many rows as the number says."""
        newest = self._index.find({"size": 1, "_source": False, **_ALL, "sort": [{"sequence": "desc"}]}).hits
        low, high = 0, int(newest[0].sort[0]) if newest else 0
        middle = high
        while low < high:
            if self._count({"range": {"sequence": {"lte": middle}}}) == middle:
                low = middle
            else:
                high = middle - 1
            middle = (low + high + 1) // 2
        return low

    def _is_of_chain(self, reached: int) -> bool:
        """Whether the trail has that link, too: a database that was restored may have gone on with others."""
        if not reached:
            return True
        links = self._store.audit.links(reached - 1, 1)
        if not links or links[0][0].sequence != reached:
            return False
        ours = [{"term": {"sequence": reached}}, {"term": {"link": links[0][0].link.hex()}}]
        return self._count({"bool": {"filter": ours}}) == 1

    def _count(self, condition: Mapping[str, Any]) -> int:
        return self._index.find({"size": 0, "track_total_hits": True, "query": condition}).total

    def _everything(self) -> Iterator[Sequence[Document]]:
        after = 0
        while links := self._store.audit.links(after, _BATCH):
            yield self._documents(links)
            after = links[-1][0].sequence

    def _documents(self, links: Sequence[tuple[ChainLink, AuditEntry | None]]) -> list[Document]:
        """What is indexed of these; a row that is gone is for the verifier to name."""
        token = self._index.token
        return [
            Document(link.entry_id, _VERSION, fields(link, entry, token)) for link, entry in links if entry is not None
        ]


_ALL: Mapping[str, Any] = {"query": {"match_all": {}}, "track_total_hits": True}


def audit_index(settings: SearchSettings | None, service: str, store: Store) -> AuditIndex | None:
    """The index of a service's trail at the engine of these settings; None without an engine."""
    if settings is None:
        return None
    return AuditIndex(service, store, SearchIndex(settings, f"{service}-audit", BODY))


def search(
    service: str, store: Store, index: AuditIndex | None, wanted: AuditFilter, after: AuditPlace | None, limit: int
) -> Sought:
    """The rows that fit, newest first; without the index `degraded`: as the database finds them, nothing counted."""
    # Ids are tokens in the index: by how they begin, the database alone finds them.
    if index is not None and not wanted.prefix:
        try:
            return index.find(wanted, after, limit)
        except Unavailable as error:
            log.warning("audit_search_degraded", cause=error.message)
    _DEGRADED.labels(service).inc()
    return Sought(store.audit.search(wanted, after, limit), degraded=True)


def fields(link: ChainLink, entry: AuditEntry, token: Callable[[str], str]) -> dict[str, Any]:
    """What is indexed of a row and its link; of ids their tokens alone."""
    row = entry.row
    return {
        "sequence": link.sequence,
        "link": link.link.hex(),
        "time": micros(entry.create_time),
        "order": order(entry.entry_id),
        "day": entry.create_time.astimezone(UTC).date().isoformat(),
        "actor": token(row.actor),
        "actor_kind": audit_words.kind_of(row),
        "method": row.method,
        "aggregate_type": row.aggregate_type,
        "aggregate": token(row.aggregate_id),
        "correlation": token(row.correlation_id),
        "outcome": audit_words.outcome(row) or None,
        "ids": sorted({token(each) for each in audit_words.ids(row)}),
        "words": " ".join(audit_words.words(row)),
    }
