"""The wrapped data keys of a service in PostgreSQL. Shapes and promises: data_keys.py."""

from collections.abc import Collection
from datetime import datetime

from services.runtime.stores.data_keys import DataKey, DataKeyRow, KeyState
from services.runtime.stores.postgres_pipeline import Statement
from services.runtime.stores.postgres_rows import Current

_STATES = """
    SELECT key_id, record_class, wrapped IS NULL AS destroyed, expire_time, hold FROM data_keys
    WHERE subject = %s ORDER BY record_class
"""
# create_time is when the transaction began that made the row: what was made in this one has this one's.
_SUBJECTS = """
    SELECT key_id, subject, record_class, wrapped, create_time <> now() AS committed FROM data_keys
    WHERE subject = %s AND record_class = %s
"""
_BY_ID = """
    SELECT key_id, subject, record_class, wrapped, create_time <> now() AS committed FROM data_keys
    WHERE key_id = ANY(%s)
"""
_PAGE = """
    SELECT key_id, subject, record_class, wrapped, create_time <> now() AS committed FROM data_keys
    WHERE key_id > %s ORDER BY key_id LIMIT %s
"""
_DESTROY = """
    WITH gone AS (
        UPDATE data_keys SET wrapped = NULL, destroy_time = %s
        WHERE expire_time <= %s AND wrapped IS NOT NULL AND hold = '' RETURNING record_class
    )
    SELECT record_class, count(*) FROM gone GROUP BY record_class
"""
_ENSURE = """
    WITH made AS (
        INSERT INTO data_keys (key_id, subject, record_class, wrapped) VALUES (%s, %s, %s, %s)
        ON CONFLICT (subject, record_class) DO NOTHING RETURNING key_id, subject, record_class, wrapped
    )
    SELECT key_id, subject, record_class, wrapped, false AS committed FROM made
    UNION ALL
    SELECT key_id, subject, record_class, wrapped, create_time <> now() AS committed FROM data_keys
    WHERE subject = %s AND record_class = %s
"""


class PostgresDataKeys:
    """The table of data keys."""

    def __init__(self, transaction: Current) -> None:
        self._transaction = transaction

    def known(self) -> dict[tuple[str, str], DataKey]:
        """The keys that the open transaction has found or made so far."""
        return self._transaction().data_keys

    def ensure(self, row: DataKeyRow) -> DataKeyRow | None:
        """The key that subject and class have; waits for a transaction that is making it."""
        whose = (row.subject, row.record_class)
        found = self._rows(_ENSURE, (row.key_id, *whose, row.wrapped, *whose))
        if not found:
            # Another transaction has made it since this statement began.
            found = self._rows(_SUBJECTS, whose)
        return found[0] if found else None

    def find(self, key_ids: Collection[str]) -> list[DataKeyRow]:
        """The rows of these keys, destroyed ones included."""
        return self._rows(_BY_ID, ([*key_ids],))

    def expire(self, key_id: str, at: datetime) -> None:
        """Has a key destroyed from a time on; one that expires already stays at its time."""
        change = "UPDATE data_keys SET expire_time = $1 WHERE key_id = $2 AND expire_time IS NULL"
        self._transaction().work.add(Statement(change, (at, key_id)))

    def destroy_expired(self, at: datetime) -> dict[str, int]:
        """Takes the keys out of the rows whose time has come, unless they are on hold; how many, by class."""
        gone = self._transaction().connection.exec_driver_sql(_DESTROY, (at, at))
        return {str(name): int(count) for name, count in gone}

    def states(self, subject: str) -> list[KeyState]:
        """What becomes of the keys of a subject, by class of record."""
        found = self._transaction().connection.exec_driver_sql(_STATES, (subject,))
        return [KeyState(**each) for each in found.mappings()]

    def hold(self, subject: str, why: str) -> None:
        """Keeps the keys of a subject from being destroyed; empty: lets them go again."""
        self._transaction().work.add(Statement("UPDATE data_keys SET hold = $1 WHERE subject = $2", (why, subject)))

    def page(self, after: str, limit: int) -> list[DataKeyRow]:
        """The rows with ids after this one, in their order."""
        return self._rows(_PAGE, (after, limit))

    def replace(self, row: DataKeyRow, wrapped: str) -> None:
        """Writes a key that was wrapped anew, unless it changed since it was read."""
        change = "UPDATE data_keys SET wrapped = $1 WHERE key_id = $2 AND wrapped = $3"
        self._transaction().work.add(Statement(change, (wrapped, row.key_id, row.wrapped)))

    def _rows(self, query: str, values: tuple[object, ...]) -> list[DataKeyRow]:
        found = self._transaction().connection.exec_driver_sql(query, values)
        return [DataKeyRow(**each) for each in found.mappings()]
