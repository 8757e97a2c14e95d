"""Events that were published, in PostgreSQL: a table with a partition for each day, which is dropped whole."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import RowMapping

from services.runtime.stores.archive import Selection
from services.runtime.stores.ports import OutboxRow
from services.runtime.stores.postgres_outbox import outbox_row
from services.runtime.stores.postgres_rows import Current

_KEEP = "SELECT keep_outbox_archive(make_interval(days => %(days)s))"
# What waits is read in the same statement: a row that is moved meanwhile is in one of the two.
_EVENTS = """
    WITH event AS (
        SELECT position, event_id, shard, aggregate_type, aggregate_id, version, topic, key, headers, payload,
            create_time FROM outbox_archive
        UNION ALL SELECT * FROM outbox
    )
    SELECT * FROM event WHERE position > %(after)s {conditions} ORDER BY position LIMIT %(limit)s
"""
_CONDITIONS = {
    "since": "create_time >= %(since)s",
    "until": "create_time < %(until)s",
    "aggregate_id": "aggregate_id = %(aggregate_id)s",
}
_NOTED = "SELECT value FROM outbox_state WHERE name = %(name)s"
_NOTE = """
    INSERT INTO outbox_state (name, value) VALUES (%(name)s, %(value)s)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value, update_time = now()
"""
_FORGET = "DELETE FROM outbox_state WHERE name = %(name)s"
_FIRST = "INSERT INTO outbox_state (name, value) VALUES (%(name)s, %(after)s) ON CONFLICT (name) DO NOTHING"
_EXCHANGE = """
    UPDATE outbox_state SET value = %(after)s, update_time = now() WHERE name = %(name)s AND value = %(before)s
"""
_NOTES = "SELECT name, value FROM outbox_state WHERE starts_with(name, %(prefix)s)"


class PostgresArchive:
    """Events that went out, in the order of their positions; `days` is for how long they are kept."""

    def __init__(self, current: Current, transaction: Callable[[], AbstractContextManager[Any]], days: int) -> None:
        self._current, self._transaction, self._days = current, transaction, days

    def keep(self) -> None:
        """Makes the partitions of the next days and drops those that are too old; any number of replicas may."""
        with self._transaction():
            self._current().connection.exec_driver_sql(_KEEP, {"days": self._days})

    def read(self, selection: Selection, after: str, limit: int) -> list[OutboxRow]:
        """The next events behind a place, published or not yet."""
        given = {name: value for name, value in vars(selection).items() if value}
        conditions = "".join(f" AND {_CONDITIONS[name]}" for name in given)
        values = {**given, "after": int(after or 0), "limit": limit}
        return [outbox_row(row) for row in self._run(_EVENTS.format(conditions=conditions), values)]

    def place(self, row: OutboxRow) -> str:
        """Its position."""
        return str(row.position)

    def noted(self, name: str) -> str:
        """What was noted last under a name; empty: nothing."""
        return "".join(row["value"] for row in self._run(_NOTED, {"name": name}))

    def note(self, name: str, value: str) -> None:
        """Notes something under a name; empty: takes it back."""
        with self._transaction():
            self._current().connection.exec_driver_sql(_NOTE if value else _FORGET, {"name": name, "value": value})

    def exchange(self, name: str, before: str, after: str) -> bool:
        """Notes something if something else, or nothing, is noted."""
        values = {"name": name, "before": before, "after": after}
        with self._transaction():
            done = self._current().connection.exec_driver_sql(_EXCHANGE if before else _FIRST, values)
        return done.rowcount == 1

    def notes(self, prefix: str) -> dict[str, str]:
        """What is noted under the names that begin so."""
        return {row["name"]: row["value"] for row in self._run(_NOTES, {"prefix": prefix})}

    def _run(self, text: str, values: dict[str, Any]) -> Sequence[RowMapping]:
        with self._transaction():
            return self._current().connection.exec_driver_sql(text, values).mappings().all()
