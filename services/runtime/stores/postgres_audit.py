"""The audit trail in PostgreSQL and its chain, both append-only. Shapes and promises: audit_rows.py."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from services.runtime.stores import audit_search
from services.runtime.stores.audit_rows import (
    AuditEntry,
    AuditFilter,
    AuditFound,
    AuditHit,
    AuditPlace,
    AuditRow,
    ChainLink,
    Linking,
)
from services.runtime.stores.postgres_rows import Current
from services.runtime.stores.postgres_statements import insertion
from services.runtime.stores.tables import RuntimeTables

_HEAD = "SELECT * FROM audit_chain ORDER BY sequence DESC LIMIT 1"
_HORIZON = """
    SELECT pg_snapshot_xmin(now_open)::text::bigint AS oldest_open, pg_snapshot_xmax(now_open)::text::bigint AS next,
        (SELECT max(position) FROM audit) AS newest
    FROM pg_current_snapshot() AS now_open
"""
# The floor is said of both: no plan may read either index from its beginning.
_FRESH = """
    SELECT * FROM audit WHERE position > %(floor)s
        AND NOT EXISTS (
            SELECT FROM audit_chain WHERE audit_chain.position = audit.position AND audit_chain.position > %(floor)s
        )
    ORDER BY position LIMIT %(limit)s
"""
_LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended('audit chain', 0)) AS taken"
_APPEND = """
    INSERT INTO audit_chain (sequence, position, digest, link, chain_time, signature, settled)
    SELECT *, %(settled)s::bigint FROM unnest(%(sequence)s::bigint[], %(position)s::bigint[], %(digest)s::bytea[],
        %(link)s::bytea[], %(chain_time)s::timestamptz[], %(signature)s::bytea[])
"""
# The limit within has each row looked up by its position, whatever the planner thinks of the whole trail.
_LINKS = """
    SELECT chain.*, audit.create_time, actor, method, aggregate_type, aggregate_id, version, before, after, why,
        correlation_id
    FROM (SELECT * FROM audit_chain WHERE sequence > %(after)s ORDER BY sequence LIMIT %(limit)s) AS chain
        LEFT JOIN LATERAL (SELECT * FROM audit WHERE audit.position = chain.position LIMIT 1) AS audit ON true
    ORDER BY sequence
"""
_UNCHAINED = """
    SELECT * FROM audit WHERE create_time < %(before)s
        AND NOT EXISTS (SELECT FROM audit_chain WHERE audit_chain.position = audit.position)
    ORDER BY position LIMIT %(limit)s
"""
_SEARCH = """
    SELECT found.*, coalesce(chain.sequence, 0) AS sequence
    FROM (SELECT * FROM audit WHERE {lead} create_time >= %(since)s
        AND (create_time, position) < (%(before)s, %(position)s)
        ORDER BY create_time DESC, position DESC LIMIT %(limit)s) AS found
        LEFT JOIN audit_chain AS chain USING (position)
    ORDER BY create_time DESC, position DESC
"""
_SOME = """
    SELECT audit.*, coalesce(chain.sequence, 0) AS sequence
    FROM audit LEFT JOIN audit_chain AS chain USING (position)
    WHERE position = ANY(%(positions)s)
"""
# No column of a filter is ever put into a statement but by this.
_SEARCHES = {
    name: _SEARCH.format(lead=f"{name} = %(value)s AND" if name else "")
    for name in ("", "aggregate_id", "correlation_id", "actor", "method")
}
_LARGEST = 2**63


@dataclass(frozen=True)
class _Mark:
    """The newest position at some moment, and the first transaction that began after it."""

    position: int
    transaction: int


class PostgresAudit:
    """The audit trail. A position is drawn in a transaction that has written its aggregate before.

    So every position below one that is visible belongs to a transaction that was open, at the latest, when that one was
    seen: once all those are over, nothing below it comes any more.
    """

    def __init__(
        self, tables: RuntimeTables, current: Current, transaction: Callable[[], AbstractContextManager[Any]]
    ) -> None:
        self._table, self._current, self._transaction = tables.audit, current, transaction
        # Up to here everything is chained, as far as this process knows; None: it has not looked yet.
        self._floor: int | None = None
        self._mark: _Mark | None = None

    def append(self, rows: Sequence[AuditRow]) -> None:
        """Writes the rows in the open transaction."""
        for row in rows:
            self._current().work.add(insertion(self._table, vars(row)))

    def chain(self, linking: Linking, limit: int) -> int:
        """Chains the oldest rows that are not chained yet; returns how many."""
        with self._transaction():
            horizon = self._query(_HORIZON)[0]
            if self._floor is None:
                self._floor = next((int(each["settled"]) for each in self._query(_HEAD)), 0)
            if horizon["newest"] is None or horizon["newest"] <= self._floor:
                return 0
            over = self._mark is not None and horizon["oldest_open"] >= self._mark.transaction
            settled = self._mark.position if self._mark and over else self._floor
            found = self._query(_FRESH, floor=self._floor, limit=limit)
            if found and self._query(_LOCK)[0]["taken"]:
                # Read again under the lock: another replica may have chained them meanwhile.
                found = self._query(_FRESH, floor=self._floor, limit=limit)
                self._append(linking, found)
            elif found:
                return 0
        if len(found) < limit:
            self._floor = settled
            if over or self._mark is None:
                self._mark = _Mark(horizon["newest"], horizon["next"])
        return len(found)

    def head(self) -> ChainLink | None:
        """The last link."""
        with self._transaction():
            return next((_link(each) for each in self._query(_HEAD)), None)

    def links(self, after: int, limit: int) -> list[tuple[ChainLink, AuditEntry | None]]:
        """The links that follow, each with its row."""
        with self._transaction():
            rows = self._query(_LINKS, after=after, limit=limit)
        return [(_link(row), None if row["actor"] is None else _entry(row)) for row in rows]

    def unchained(self, before: datetime, limit: int) -> list[AuditEntry]:
        """Rows of before then that are in no link."""
        with self._transaction():
            return [_entry(row) for row in self._query(_UNCHAINED, before=before, limit=limit)]

    def search(self, wanted: AuditFilter, after: AuditPlace | None, limit: int) -> AuditFound:
        """Rows beyond a place, newest first."""
        name, value = audit_search.lead(wanted) or ("", "")

        def newest(place: AuditPlace, size: int) -> list[AuditHit]:
            fixed = {"value": value, "since": wanted.since or audit_search.BEGINNING, "limit": size}
            rows = self._query(_SEARCHES[name], before=place.create_time, position=_position(place), **fixed)
            return [AuditHit(_entry(row), row["sequence"]) for row in rows]

        with self._transaction():
            return audit_search.search(newest, wanted, after, limit)

    def some(self, entry_ids: Sequence[str]) -> list[AuditHit]:
        """The rows with these ids, in this order."""
        with self._transaction():
            rows = self._query(_SOME, positions=[int(each) for each in entry_ids])
        found = {str(row["position"]): AuditHit(_entry(row), row["sequence"]) for row in rows}
        return [found[each] for each in entry_ids if each in found]

    def _append(self, linking: Linking, found: Sequence[RowMapping]) -> None:
        head = next((_link(each) for each in self._query(_HEAD)), None)
        made = linking(head, [_entry(row) for row in found])
        if made:
            columns = {name: [getattr(each, name) for each in made] for name in _LINK_COLUMNS}
            positions = [int(each.entry_id) for each in made]
            self._current().connection.exec_driver_sql(
                _APPEND, {**columns, "position": positions, "settled": self._floor}
            )

    def _query(self, text: str, **values: Any) -> Sequence[RowMapping]:
        return self._current().connection.exec_driver_sql(text, values).mappings().all()


_LINK_COLUMNS = ("sequence", "digest", "link", "chain_time", "signature")
_ROW_COLUMNS = tuple(AuditRow.__dataclass_fields__)


def _link(row: RowMapping) -> ChainLink:
    return ChainLink(
        row["sequence"], str(row["position"]), bytes(row["digest"]), bytes(row["link"]), row["chain_time"],
        bytes(row["signature"]),
    )  # fmt: skip


def _entry(row: RowMapping) -> AuditEntry:
    return AuditEntry(str(row["position"]), row["create_time"], AuditRow(**{name: row[name] for name in _ROW_COLUMNS}))


def _position(place: AuditPlace) -> int:
    if place.entry_id and not (place.entry_id.isdecimal() and int(place.entry_id) < _LARGEST):
        raise audit_search.wrong_place()
    return int(place.entry_id or 0)
