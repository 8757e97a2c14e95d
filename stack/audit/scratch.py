"""A database of the auditor's own, in a file that is gone afterwards: what is compared is never all in memory."""

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

_PORTION = 5000
# Keys in the order in which the databases give their rows: each is put at the end, and read again in order.
_TABLES = """
    CREATE TABLE listeners (type, listener, PRIMARY KEY (type, listener)) WITHOUT ROWID;
    CREATE TABLE aggregates (source, what, aggregate_id, version INTEGER,
        PRIMARY KEY (source, aggregate_id, what)) WITHOUT ROWID;
    CREATE TABLE waiting (source, aggregate_id, version INTEGER,
        PRIMARY KEY (source, aggregate_id, version)) WITHOUT ROWID;
    CREATE TABLE set_aside (listener, event, PRIMARY KEY (listener, event)) WITHOUT ROWID;
    CREATE TABLE audited (service, aggregate_id, version INTEGER,
        PRIMARY KEY (service, aggregate_id)) WITHOUT ROWID;
    CREATE TABLE repeated (service, method, what, aggregate_id, correlation_id, changes INTEGER);
    CREATE TABLE changes (method, what, aggregate_id, version INTEGER, correlation_id, changed);
    CREATE TABLE moves (application_id, number INTEGER, from_status, to_status,
        PRIMARY KEY (application_id, number)) WITHOUT ROWID;
    CREATE TABLE statuses (application_id PRIMARY KEY, status) WITHOUT ROWID;
    CREATE TABLE decisions (application_id, person, what, PRIMARY KEY (application_id, person, what)) WITHOUT ROWID;
    CREATE TABLE withdrawn (loan_id PRIMARY KEY, entries INTEGER, charges INTEGER, short INTEGER) WITHOUT ROWID;
    CREATE TABLE paid (loan_id, held_by, amount, PRIMARY KEY (loan_id, held_by)) WITHOUT ROWID;
"""
# Without an index: each question reads all of it once, sorted as it needs it.
_EVENTS = """
    CREATE TABLE events (event_id, source, type, aggregate_id, version INTEGER, key, correlation_id, topic,
        partition INTEGER, place INTEGER)
"""


class Scratch:
    """Rows by table, and the questions over them."""

    def __init__(self, file: Path, tables: str = _TABLES) -> None:
        self.file = file
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
    return Scratch(file, _EVENTS)


@contextmanager
def folder() -> Iterator[Path]:
    """Where the files are while an audit lasts."""
    with tempfile.TemporaryDirectory(prefix="loanflow-audit-") as made:
        yield Path(made)
