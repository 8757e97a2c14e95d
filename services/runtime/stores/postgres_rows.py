"""The runtime's own rows in PostgreSQL: outbox, inbox, idempotency. Shapes and promises: stores.py."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Protocol

from sqlalchemy import Connection, RowMapping, delete, exists, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from services.runtime import errors
from services.runtime.stores.data_keys import DataKey
from services.runtime.stores.ports import Arrival, Known, ParkedRow, Waiting
from services.runtime.stores.postgres_pipeline import Statement, Work
from services.runtime.stores.postgres_statements import insertion
from services.runtime.stores.tables import RuntimeTables


class Open(Protocol):
    """An open transaction."""

    connection: Connection
    work: Work
    data_keys: dict[tuple[str, str], DataKey]


Current = Callable[[], Open]
INBOX_KEPT = timedelta(days=30)
ANSWERS_KEPT = timedelta(days=7)


def take_advisory_lock(work: Work, name: str) -> None:
    """Locks a name until the transaction ends, from before the next statement on.

    Others wait for it, 5 s at most: then that statement is errors.Aborted (CONFLICT).
    """
    work.add(Statement("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", (name,)))


# One round trip: the ids are recorded, and what is known of their aggregates and keys is read. An id that another
# transaction is just recording is waited for; in order, so that two batches with the same ids cannot deadlock.
_TAKE = """
    WITH arrived AS (
        SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[]) AS each (event_id, source, aggregate, key)
    ), fresh AS (
        INSERT INTO inbox (event_id, source)
        SELECT event_id, min(source) FROM arrived GROUP BY event_id ORDER BY event_id
        ON CONFLICT DO NOTHING RETURNING event_id
    ), places AS (SELECT DISTINCT source, aggregate FROM arrived)
    SELECT event_id, source, aggregate, version, follows, key, dead
    FROM (SELECT DISTINCT key FROM arrived) AS keys JOIN parked USING (key)
    UNION
    SELECT event_id, source, aggregate, version, follows, key, dead FROM places JOIN parked USING (source, aggregate)
    UNION ALL
    SELECT event_id, NULL, NULL, NULL, NULL, NULL, NULL FROM fresh
    UNION ALL
    SELECT NULL, source, aggregate, version, NULL, NULL, NULL FROM places JOIN inbox_position USING (source, aggregate)
"""
_ADVANCE = """
    INSERT INTO inbox_position (source, aggregate, version)
    SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[]) AS each (source, aggregate, version)
    ORDER BY source, aggregate
    ON CONFLICT (source, aggregate) DO UPDATE SET version = greatest(inbox_position.version, excluded.version)
"""


class PostgresInbox:
    """What was received."""

    def __init__(self, tables: RuntimeTables, transaction: Current) -> None:
        self._inbox, self._positions, self._parked = tables.inbox, tables.inbox_position, tables.parked
        self._transaction = transaction

    def _connection(self) -> Connection:
        return self._transaction().connection

    def take(self, arrivals: Sequence[Arrival]) -> Known:
        """Records the ids, and says which are new and what is known of their aggregates and keys."""
        values = (
            [each.event_id for each in arrivals],
            [each.source for each in arrivals],
            [each.aggregate for each in arrivals],
            [each.key for each in arrivals],
        )
        found = self._connection().exec_driver_sql(_TAKE, values)
        known = Known()
        for event_id, source, aggregate, version, follows, key, dead in found:
            if source is None:
                known.new.add(event_id)
            elif event_id is None:
                known.reached[source, aggregate] = version
            else:
                known.waiting.append(Waiting(event_id, source, aggregate, version, follows, key, dead))
        return known

    def forget(self, event_ids: Collection[str]) -> None:
        """Takes back ids that were recorded."""
        self._connection().execute(delete(self._inbox).where(self._inbox.c.event_id.in_(event_ids)))

    def advance(self, moved: Mapping[tuple[str, str], int], begun: Mapping[tuple[str, str], int]) -> None:
        """Records the versions that are applied, by source and aggregate; they go with the commit."""
        reached = {**moved, **begun}
        sources, aggregates = zip(*reached, strict=True)
        self._transaction().work.add(Statement(_ADVANCE, ([*sources], [*aggregates], [*reached.values()])))

    def park(self, row: ParkedRow) -> None:
        """Keeps an event for later; replaces an earlier copy of it."""
        values = asdict(row)
        # At the end of the queue again, or those that wait longest would keep all others from another try.
        again = {**values, "park_time": func.now()}
        self._connection().execute(
            upsert(self._parked).values(values).on_conflict_do_update(index_elements=["event_id"], set_=again)
        )

    def unpark(self, event_id: str) -> None:
        """Forgets a parked event."""
        self._connection().execute(delete(self._parked).where(self._parked.c.event_id == event_id))

    def runnable(self, limit: int) -> list[str]:
        """Ids of parked events that nothing of their aggregate holds up."""
        parked, reached, earlier = self._parked.c, self._positions.c, self._parked.alias("earlier")
        same = (reached.source == parked.source) & (reached.aggregate == parked.aggregate)
        before = (earlier.c.source == parked.source) & (earlier.c.aggregate == parked.aggregate)
        query = (
            select(parked.event_id)
            .select_from(self._parked.outerjoin(self._positions, same))
            .where(parked.dead.is_(False), parked.follows <= func.coalesce(reached.version, 0))
            .where(~exists().where(before, earlier.c.version < parked.version))
            .order_by(parked.park_time)
            .limit(limit)
        )
        return list(self._connection().scalars(query))

    def copy(self, event_id: str) -> ParkedRow | None:
        """A parked event with all that it carries."""
        query = select(self._parked).where(self._parked.c.event_id == event_id)
        row = self._connection().execute(query).mappings().one_or_none()
        return None if row is None else _parked_row(row)

    def parked_count(self) -> int:
        """How many events are parked."""
        return int(self._connection().scalar(select(func.count()).select_from(self._parked)) or 0)


class PostgresIdempotency:
    """Answers already given."""

    def __init__(self, tables: RuntimeTables, transaction: Current) -> None:
        self._table, self._transaction = tables.idempotency, transaction

    def find(self, subject: str, method: str, key: str) -> tuple[bytes, bytes] | None:
        """The hash of the request and the answer, or None; waits for a call with the same key that is under way."""
        transaction = self._transaction()
        take_advisory_lock(transaction.work, f"{subject}\n{method}\n{key}")
        query = "SELECT request_hash, response FROM idempotency WHERE subject = %s AND method = %s AND key = %s"
        row = transaction.connection.exec_driver_sql(query, (subject, method, key)).one_or_none()
        return None if row is None else (bytes(row.request_hash), bytes(row.response))

    def save(self, subject: str, method: str, key: str, request_hash: bytes, response: bytes) -> None:
        """Keeps an answer; the commit is errors.Aborted (CONFLICT) when another call with the key was quicker."""
        row = {"subject": subject, "method": method, "key": key, "request_hash": request_hash, "response": response}
        work = self._transaction().work
        work.taken[self._table.name] = _quicker
        work.add(insertion(self._table, row))


def tidy(tables: RuntimeTables, connection: Connection) -> None:
    """Removes inbox and idempotency rows that are too old to matter."""
    connection.execute(delete(tables.inbox).where(tables.inbox.c.receive_time < func.now() - INBOX_KEPT))
    connection.execute(delete(tables.idempotency).where(tables.idempotency.c.create_time < func.now() - ANSWERS_KEPT))


def _quicker(_: errors.AlreadyExists) -> errors.Error:
    return errors.Aborted("another call with this idempotency key was quicker")


def _parked_row(row: RowMapping) -> ParkedRow:
    return ParkedRow(**{name: value for name, value in row.items() if name != "park_time"})
