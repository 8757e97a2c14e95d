"""The runtime's own rows in PostgreSQL: outbox, inbox, idempotency. Shapes and promises: stores.py."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Protocol

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, exists, func, literal, select, tuple_
from sqlalchemy.dialects.postgresql import insert as upsert

from services.runtime import errors
from services.runtime.stores.data_keys import DataKey
from services.runtime.stores.ports import Arrival, Identity, Known, ParkedRow, Waiting, names
from services.runtime.stores.postgres_pipeline import Statement, Work
from services.runtime.stores.postgres_statements import insertion
from services.runtime.stores.tables import RuntimeTables


class Open(Protocol):
    """An open transaction."""

    connection: Connection
    work: Work
    data_keys: dict[tuple[str, str], DataKey]


Current = Callable[[], Open]
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest($1::text[]) AS name"
INBOX_KEPT = timedelta(days=30)
ANSWERS_KEPT = timedelta(days=7)


def take_advisory_locks(work: Work, *names: str) -> None:
    """Locks names until the transaction ends, from before the next statement on; in their order.

    Others wait for them, 5 s at most: then that statement is errors.Aborted (CONFLICT).
    """
    work.add(Statement(_LOCK, (sorted(names),)))


# One round trip: the events are recorded, and what is known of their aggregates and keys is read. One that another
# transaction is just recording is waited for; in order, so that two batches with the same ids cannot deadlock. Whose
# the row of an id is, only the conflict says for certain: one that was waited for is not in the statement's snapshot.
# When it is another source's, it stays as it is, and the event is recorded under its second name (ports.names).
_TAKE = """
    WITH arrived AS (
        SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
            AS each (event_id, second, source, aggregate, key)
    ), unknown AS (
        SELECT DISTINCT event_id, second, source FROM arrived
        WHERE NOT EXISTS (SELECT FROM inbox WHERE inbox.event_id = arrived.event_id AND inbox.source = arrived.source)
        AND NOT EXISTS (SELECT FROM inbox WHERE inbox.event_id = arrived.second)
    ), recorded AS (
        INSERT INTO inbox (event_id, source)
        SELECT event_id, source FROM unknown ORDER BY event_id
        ON CONFLICT (event_id) DO UPDATE SET source = inbox.source WHERE inbox.source <> excluded.source
        RETURNING event_id, source
    ), beside AS (
        INSERT INTO inbox (event_id, source)
        SELECT second, unknown.source FROM unknown JOIN (
            SELECT event_id, source FROM recorded EXCEPT SELECT event_id, source FROM unknown
        ) AS taken USING (event_id) ORDER BY second
        ON CONFLICT (event_id) DO NOTHING RETURNING event_id, source
    ), places AS (SELECT DISTINCT source, aggregate FROM arrived)
    SELECT event_id, source, aggregate, key, version, follows, dead
    FROM (SELECT DISTINCT key FROM arrived) AS keys JOIN parked USING (key)
    UNION
    SELECT event_id, source, aggregate, key, version, follows, dead FROM places JOIN parked USING (source, aggregate)
    UNION ALL
    SELECT event_id, source, NULL, NULL, NULL, NULL, NULL FROM recorded
    UNION ALL
    SELECT event_id, source, NULL, NULL, NULL, NULL, NULL FROM beside
    UNION ALL
    SELECT NULL, source, aggregate, NULL, version, NULL, NULL FROM places JOIN inbox_position USING (source, aggregate)
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
        """Records what is new, and says which that is and what is known of their aggregates and keys."""
        known = Known()
        for some in _apart(arrivals):
            own = {each.identity for each in some}
            values = (
                [each.event_id for each in some],
                [names(each.identity)[1] for each in some],
                [each.source for each in some],
                [each.aggregate for each in some],
                [each.key for each in some],
            )
            found = self._connection().exec_driver_sql(_TAKE, values)
            for event_id, source, aggregate, key, version, follows, dead in found:
                if aggregate is None:
                    known.new |= own & {(source, _id(event_id))}
                elif event_id is None:
                    known.reached[source, aggregate] = version
                else:
                    known.waiting.append(Waiting(_id(event_id), source, aggregate, key, version, follows, dead))
        return known

    def forget(self, events: Collection[Identity]) -> None:
        """Takes back what was recorded."""
        rows = self._inbox.c
        wanted = tuple_(rows.event_id, rows.source).in_((name, each[0]) for each in events for name in names(each))
        self._connection().execute(delete(self._inbox).where(wanted))

    def advance(self, moved: Mapping[tuple[str, str], int], begun: Mapping[tuple[str, str], int]) -> None:
        """Records the versions that are applied, by source and aggregate; they go with the commit."""
        reached = {**moved, **begun}
        sources, aggregates = zip(*reached, strict=True)
        self._transaction().work.add(Statement(_ADVANCE, ([*sources], [*aggregates], [*reached.values()])))

    def park(self, row: ParkedRow) -> None:
        """Keeps an event for later; replaces an earlier copy of it."""
        first, second = names(row.identity)
        if not self._parked_as(first, row, unless=second):
            self._parked_as(second, row)

    def _parked_as(self, name: str, row: ParkedRow, unless: str = "") -> bool:
        """Whether it is parked under this name: it is not when that is another source's, or there is one `unless`."""
        values, columns = {**asdict(row), "event_id": name}, self._parked.c
        there = select(columns.event_id).where(columns.event_id == unless).exists()
        new = select(*(literal(value, columns[each].type).label(each) for each, value in values.items())).where(~there)
        insert = upsert(self._parked).from_select([*values], new)
        # At the end of the queue again, or those that wait longest would keep all others from another try.
        again = {each: insert.excluded[each] for each in values} | {"park_time": func.now()}
        whose = columns.source == insert.excluded.source
        done = insert.on_conflict_do_update(index_elements=["event_id"], set_=again, where=whose)
        return self._connection().scalar(done.returning(columns.event_id)) is not None

    def unpark(self, event: Identity) -> None:
        """Forgets a parked event."""
        self._connection().execute(delete(self._parked).where(self._is(event)))

    def _is(self, event: Identity) -> ColumnElement[bool]:
        return self._parked.c.event_id.in_(names(event)) & (self._parked.c.source == event[0])

    def runnable(self, limit: int) -> list[Identity]:
        """Parked events that nothing of their aggregate holds up."""
        parked, reached, earlier = self._parked.c, self._positions.c, self._parked.alias("earlier")
        same = (reached.source == parked.source) & (reached.aggregate == parked.aggregate)
        before = (earlier.c.source == parked.source) & (earlier.c.aggregate == parked.aggregate)
        query = (
            select(parked.source, parked.event_id)
            .select_from(self._parked.outerjoin(self._positions, same))
            .where(parked.dead.is_(False), parked.follows <= func.coalesce(reached.version, 0))
            .where(~exists().where(before, earlier.c.version < parked.version))
            .order_by(parked.park_time)
            .limit(limit)
        )
        return [(source, _id(name)) for source, name in self._connection().execute(query)]

    def copy(self, event: Identity) -> ParkedRow | None:
        """A parked event with all that it carries."""
        query = select(self._parked).where(self._is(event))
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
        take_advisory_locks(transaction.work, f"{subject}\n{method}\n{key}")
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
    values = {name: value for name, value in row.items() if name != "park_time"}
    return ParkedRow(**{**values, "event_id": _id(row["event_id"])})


def _id(name: str) -> str:
    """The id of the event of a row with this name."""
    return name.rpartition("\n")[2]


def _apart(arrivals: Sequence[Arrival]) -> list[list[Arrival]]:
    """The arrivals, those of one source at a time where two have the same id: a statement changes a row once."""
    if len({each.event_id for each in arrivals}) == len({each.identity for each in arrivals}):
        return [[*arrivals]]
    return [[each for each in arrivals if each.source == source] for source in sorted({a.source for a in arrivals})]
