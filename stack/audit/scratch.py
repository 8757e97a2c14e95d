"""A database of the auditor's own, in a file that is gone afterwards: what is compared is never all in memory."""

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

_PORTION = 5000
_TABLES = """
    CREATE TABLE listeners (type, listener, PRIMARY KEY (type, listener)) WITHOUT ROWID;
    CREATE TABLE aggregates (source, what, aggregate_id, version INTEGER);
    CREATE TABLE waiting (source, aggregate_id, version INTEGER);
    CREATE TABLE received (listener, event_id, PRIMARY KEY (listener, event_id)) WITHOUT ROWID;
    CREATE TABLE set_aside (listener, event_id);
    CREATE TABLE audited (service, aggregate_id, version INTEGER);
    CREATE TABLE repeated (service, method, what, aggregate_id, correlation_id, changes INTEGER);
    CREATE TABLE changes (method, what, aggregate_id, version INTEGER, correlation_id, changed);
    CREATE TABLE moves (application_id, number INTEGER, from_status, to_status);
    CREATE TABLE statuses (application_id, status);
    CREATE TABLE decisions (application_id, person, what);
    CREATE TABLE paid (loan_id, held_by, amount);
    CREATE TABLE generate (value INTEGER PRIMARY KEY);
"""
_EVENTS = """
    CREATE TABLE events (event_id, source, type, aggregate_id, version INTEGER, key, correlation_id, topic,
        partition INTEGER, place INTEGER)
"""
_INDEXES_OF_EVENTS = """
    CREATE INDEX events_aggregate ON events (source, aggregate_id, version, partition, place);
    CREATE INDEX events_type ON events (type, correlation_id);
    CREATE INDEX events_id ON events (event_id);
"""
_INDEXES = """
    CREATE INDEX waiting_aggregate ON waiting (source, aggregate_id);
    CREATE INDEX aggregates_id ON aggregates (source, aggregate_id);
    CREATE INDEX audited_aggregate ON audited (service, aggregate_id);
    CREATE INDEX moves_number ON moves (application_id, number);
    CREATE INDEX decisions_person ON decisions (application_id, person);
    CREATE INDEX set_aside_id ON set_aside (listener, event_id);
    CREATE INDEX paid_loan ON paid (loan_id);
"""


class Scratch:
    """Rows by table, and the questions over them."""

    def __init__(self, file: Path, tables: str = _TABLES, indexes: str = _INDEXES) -> None:
        self.file, self._indexes = file, indexes
        self._connection = sqlite3.connect(file, isolation_level=None)
        self._connection.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;"
        )
        self._connection.executescript(tables)

    def add(self, table: str, rows: Iterable[Sequence[Any]]) -> int:
        """Adds rows, with all columns of the table; what has a key that is there is left out. Returns how many."""
        each, count = iter(rows), 0
        while portion := list(islice(each, _PORTION)):
            marks = ", ".join("?" * len(portion[0]))
            self._connection.execute("BEGIN")
            self._connection.executemany(
                f"INSERT OR IGNORE INTO {table} VALUES ({marks})",  # noqa: S608 tables of this file
                portion,
            )
            self._connection.execute("COMMIT")
            count += len(portion)
        return count

    def index(self) -> None:
        """Makes the indexes, once everything is there."""
        self._connection.executescript(self._indexes)

    def attach(self, other: Path) -> None:
        """Has the tables of another file be asked together with those of this one."""
        self._connection.execute("ATTACH DATABASE ? AS other", (str(other),))

    def sum_up(self, service: str) -> None:
        """What `changes` has of a service's trail goes to `audited` and `repeated`, and the table is empty again."""
        self._connection.execute(
            "INSERT INTO audited SELECT ?, aggregate_id, max(version) FROM changes GROUP BY aggregate_id", (service,)
        )
        self._connection.execute(
            "INSERT INTO repeated SELECT ?, method, what, aggregate_id, correlation_id, count(*) FROM changes"
            " GROUP BY method, what, aggregate_id, correlation_id, changed HAVING count(*) > 1",
            (service,),
        )
        self._connection.execute("DELETE FROM changes")

    def ask(self, question: str, *values: Any) -> Iterator[tuple[Any, ...]]:
        """The rows of an answer."""
        yield from self._connection.execute(question, values)

    def close(self) -> None:
        """Ends it."""
        self._connection.close()


def events_in(file: Path) -> Scratch:
    """A new file with the one table `events`."""
    return Scratch(file, _EVENTS, _INDEXES_OF_EVENTS)


@contextmanager
def folder() -> Iterator[Path]:
    """Where the files are while an audit lasts."""
    with tempfile.TemporaryDirectory(prefix="loanflow-audit-") as made:
        yield Path(made)
