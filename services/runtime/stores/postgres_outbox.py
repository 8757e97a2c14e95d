"""The outbox in PostgreSQL: rows in, batches out, and the leases by which the replicas' relays share the shards."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import RowMapping, exc

from services.runtime.stores.ports import SHARDS, OutboxRow
from services.runtime.stores.postgres_pipeline import Statement
from services.runtime.stores.postgres_rows import Current
from services.runtime.stores.postgres_statements import insertion
from services.runtime.stores.tables import RuntimeTables

# In one statement each, their texts always the same: they run every second in every replica, or many times a second.
_LEASE = """
    WITH present AS (
        INSERT INTO outbox_relay (owner, lease_end_time) VALUES (%(owner)s, now() + make_interval(secs => %(seconds)s))
        ON CONFLICT (owner) DO UPDATE SET lease_end_time = excluded.lease_end_time
    ), gone AS (
        DELETE FROM outbox_relay WHERE owner <> %(owner)s AND lease_end_time < now()
    ), members AS (
        SELECT count(*) + 1 AS count FROM outbox_relay WHERE owner <> %(owner)s AND lease_end_time >= now()
    ), found AS (
        -- Locked in one order, and those that another relay is just taking are skipped: no deadlock, no wait.
        SELECT shard, owner <> %(owner)s AS foreign_one FROM outbox_shard
        WHERE owner = %(owner)s OR lease_end_time < now() ORDER BY owner <> %(owner)s, shard FOR UPDATE SKIP LOCKED
    ), counted AS (
        SELECT shard, row_number() OVER (ORDER BY foreign_one, shard) <= ceil(%(shards)s / count::float) AS kept
        FROM found CROSS JOIN members
    )
    UPDATE outbox_shard SET
        owner = CASE WHEN kept THEN %(owner)s ELSE '' END,
        lease_end_time = CASE WHEN kept THEN now() + make_interval(secs => %(seconds)s) ELSE now() END
    FROM counted WHERE outbox_shard.shard = counted.shard AND (kept OR outbox_shard.owner = %(owner)s)
    RETURNING outbox_shard.shard, kept
"""
_RELEASE = """
    WITH gone AS (DELETE FROM outbox_relay WHERE owner = %(owner)s)
    UPDATE outbox_shard SET owner = '', lease_end_time = now() WHERE owner = %(owner)s
"""
_WAITING = "SELECT * FROM outbox WHERE shard = ANY(%(shards)s) ORDER BY position LIMIT %(limit)s"
_ARCHIVE = """
    WITH gone AS (
        DELETE FROM outbox WHERE position = ANY($1) RETURNING position, event_id, shard, aggregate_type, aggregate_id,
            version, topic, key, headers, payload, create_time
    )
    INSERT INTO outbox_archive (position, event_id, shard, aggregate_type, aggregate_id, version, topic, key, headers,
        payload, create_time)
    SELECT * FROM gone
"""
_BACKLOG = "SELECT count(*), extract(epoch FROM now() - min(create_time)) FROM outbox"


class PostgresOutbox:
    """Events that wait, ordered by an identity that is drawn under the aggregate's row lock."""

    def __init__(
        self,
        tables: RuntimeTables,
        current: Current,
        transaction: Callable[[], AbstractContextManager[Any]],
        keep_archive: Callable[[], None],
    ) -> None:
        self._table, self._current, self._transaction = tables.outbox, current, transaction
        self._keep_archive = keep_archive

    def append(self, rows: Sequence[OutboxRow]) -> None:
        """Writes the rows in the open transaction."""
        for row in rows:
            self._current().work.add(insertion(self._table, _values(row)))

    def lease(self, owner: str, seconds: float) -> frozenset[int]:
        """Renews the owner's leases, takes its fair share of free ones, gives surplus back."""
        rows = self._run(_LEASE, {"owner": owner, "seconds": seconds, "shards": SHARDS})
        return frozenset(row["shard"] for row in rows if row["kept"])

    def release(self, owner: str) -> None:
        """Gives all leases of the owner back."""
        with self._transaction():
            self._current().connection.exec_driver_sql(_RELEASE, {"owner": owner})

    def waiting(self, shards: Sequence[int], limit: int) -> list[OutboxRow]:
        """The oldest rows of these shards."""
        return [outbox_row(row) for row in self._run(_WAITING, {"shards": list(shards), "limit": limit})]

    def archive(self, rows: Sequence[OutboxRow]) -> None:
        """Moves rows that the broker acknowledged to the archive."""
        try:
            self._move(rows)
        except exc.IntegrityError:
            # The server's day has no partition yet: nothing has tidied up for days, or its clock was set.
            self._keep_archive()
            self._move(rows)

    def _move(self, rows: Sequence[OutboxRow]) -> None:
        with self._transaction():
            self._current().work.add(Statement(_ARCHIVE, ([row.position for row in rows],)))

    def backlog(self) -> tuple[int, float]:
        """How many rows wait, and the age of the oldest in seconds."""
        [row] = self._run(_BACKLOG, {})
        return row["count"], max(0.0, float(row["extract"] or 0))

    def _run(self, text: str, values: dict[str, Any]) -> Sequence[RowMapping]:
        with self._transaction():
            return self._current().connection.exec_driver_sql(text, values).mappings().all()


def _values(row: OutboxRow) -> dict[str, Any]:
    return {name: value for name, value in vars(row).items() if name != "position"}


def outbox_row(row: RowMapping) -> OutboxRow:
    """The event of a row, waiting or archived."""
    return OutboxRow(**{**row, "payload": bytes(row["payload"])})
