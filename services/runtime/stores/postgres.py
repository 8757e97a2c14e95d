"""PostgreSQL: the engine, transactions that nest, and the unit of work and repositories of a service that keeps rows.

Every failure of the connection, on whatever path, is errors.Unavailable; lost races are errors.Aborted (CONFLICT).
"""

from abc import abstractmethod
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Any, ClassVar, Generic

from sqlalchemy import Connection, MetaData, Table, exc, text

from services.runtime import errors
from services.runtime.stores import postgres_statements as statements
from services.runtime.stores import unit_of_work
from services.runtime.stores.data_keys import DataKeys
from services.runtime.stores.ports import IdempotencyRows, Transaction
from services.runtime.stores.postgres_archive import PostgresArchive
from services.runtime.stores.postgres_audit import PostgresAudit
from services.runtime.stores.postgres_engine import PostgresSettings, make_engine
from services.runtime.stores.postgres_keys import PostgresDataKeys
from services.runtime.stores.postgres_outbox import PostgresOutbox
from services.runtime.stores.postgres_pipeline import COMMIT, PipelinedConnection, Work
from services.runtime.stores.postgres_rows import PostgresIdempotency, PostgresInbox, take_advisory_locks, tidy
from services.runtime.stores.sealing import SealedAnswers
from services.runtime.stores.tables import runtime_tables
from services.runtime.stores.unit_of_work import A, EventWriter, Row
from services.runtime.stores.wrapping import KeyWrapping


class PostgresTransaction(Transaction):
    """An open transaction and its connection; `work` is what waits to be sent."""

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self.connection = connection
        self.driver = _driver(connection)
        self.work = Work(rewritten=self.ahead.clear)

    @contextmanager
    def begun(self) -> Iterator[None]:
        """Commits at the block's end; what the block raises leaves the rollback to the connection's end."""
        self.driver.work = self.work
        try:
            yield
            if self.work.unfinished:
                self.connection.exec_driver_sql(COMMIT)
        finally:
            self.driver.work = None

    @contextmanager
    def undone(self) -> Iterator[None]:
        """A part of it that is rolled back alone when the block raises, and with it the keys that it made."""
        try:
            yield
        except BaseException:
            self.data_keys.clear()
            raise

    def flush(self) -> None:
        """Sends what waits."""
        self.connection.exec_driver_sql("SELECT 1")


class Postgres:
    """One service's database; a services.runtime.stores.ports.Store.

    Without a wrapping there are no data keys, and whatever is to be sealed or kept for repetition is refused. `refresh`
    fetches a password that has rotated.
    """

    def __init__(
        self,
        settings: PostgresSettings,
        wrapping: KeyWrapping | None = None,
        refresh: Callable[[], object] = lambda: None,
    ) -> None:
        self._settings = settings
        self.engine = make_engine(settings, refresh)
        self._open: ContextVar[PostgresTransaction | None] = ContextVar("postgres_transaction", default=None)
        self.tables = runtime_tables(MetaData())
        self.audit = PostgresAudit(self.tables, self._current, self.transaction)
        self.inbox = PostgresInbox(self.tables, self._current)
        self.keys = DataKeys(PostgresDataKeys(self._current), wrapping)
        self.idempotency: IdempotencyRows = SealedAnswers(PostgresIdempotency(self.tables, self._current), self.keys)
        self.archive = PostgresArchive(self._current, self.transaction, settings.archive_days)
        self.outbox = PostgresOutbox(self.tables, self._current, self.transaction, self.archive.keep)

    @contextmanager
    def transaction(self) -> Iterator[PostgresTransaction]:
        """Opens a transaction for this thread; inside an open one, a savepoint of it.

        What its statements could fail by is known when the block ends.
        """
        outer = self._open.get()
        if outer is None:
            with self._outermost() as transaction:
                yield transaction
            return
        with outer.undone(), outer.work.nested(outer.driver, strict=True):
            yield outer
            if outer.work.waiting:
                outer.flush()

    @contextmanager
    def joined(self) -> Iterator[PostgresTransaction]:
        """Like `transaction`; inside an open one, what is written waits for that one's end, and fails there if at all.

        What the block raises undoes its writes. When it was the database that failed, the outer one has failed too.
        """
        outer = self._open.get()
        if outer is None:
            with self._outermost() as transaction:
                yield transaction
            return
        with outer.undone(), outer.work.nested(outer.driver, strict=False):
            yield outer

    @contextmanager
    def _outermost(self) -> Iterator[PostgresTransaction]:
        with self._connect() as connection:
            transaction = PostgresTransaction(connection)
            token = self._open.set(transaction)
            try:
                with transaction.begun():
                    yield transaction
            finally:
                self._open.reset(token)
        transaction.committed()

    def check(self) -> None:
        """Checks that it answers, and whether the tables are there; errors.Unavailable."""
        with self._connect() as connection:
            if connection.scalar(text("SELECT to_regclass('outbox')")) is None:
                raise errors.Unavailable("the database lacks its tables: migrate it first")

    def tidy(self) -> None:
        """Removes inbox and idempotency rows and archived events that are too old; makes room for events to come."""
        self.archive.keep()
        with self.transaction() as transaction:
            tidy(self.tables, transaction.connection)

    def close(self) -> None:
        """Closes the pool."""
        self.engine.dispose()

    def _connect(self) -> Connection:
        try:
            return self.engine.connect()
        except exc.TimeoutError as error:
            raise errors.Unavailable("the database has no free connection") from error

    def _connection(self) -> Connection:
        return self._current().connection

    def _current(self) -> PostgresTransaction:
        transaction = self._open.get()
        if transaction is None:
            raise RuntimeError("no transaction is open in this thread")
        return transaction


class UnitOfWork(unit_of_work.UnitOfWork):
    """The unit of work of a service on PostgreSQL; see the base class."""

    def __init__(self, database: Postgres, outbox: EventWriter | None) -> None:
        super().__init__(database, outbox)
        self._database = database

    @property
    def connection(self) -> Connection:
        """The open transaction's connection, for queries of the service's own."""
        return self._open.connection

    @property
    def work(self) -> Work:
        """What waits to be sent in the open transaction."""
        return self._open.work

    def insert(self, table: Table, row: Row) -> None:
        """Adds a row; it waits for the commit, or for the next query."""
        self.work.add(statements.insertion(table, row))

    def upsert(self, table: Table, row: Row, key: Sequence[str], changed: Sequence[str] = ()) -> None:
        """Like `insert`; where a row with the columns of `key` exists, it takes over those of `changed`, if any."""
        self.work.add(statements.upsertion(table, row, key, changed))

    def take_advisory_lock(self, name: str, *, with_next: bool = False) -> None:
        """Keeps a name for this transaction, for what has no row to lock (yet); others wait for it.

        After 5 s they give up: errors.Aborted (CONFLICT). `with_next`: from before the next query on, which is made
        now and raises that; it saves a round trip.
        """
        take_advisory_locks(self.work, name)
        if not with_next:
            self._open.flush()

    @property
    def _open(self) -> PostgresTransaction:
        transaction = self.transaction
        assert isinstance(transaction, PostgresTransaction)
        return transaction

    def _begin(self) -> AbstractContextManager[Transaction]:
        return self._database.joined()


class Repository(unit_of_work.Repository[A], Generic[A]):
    """Aggregates in one table, which has the columns of `to_row` and an integer `version`. `get` locks the row."""

    table: ClassVar[Table]

    def __init__(self, uow: UnitOfWork) -> None:
        super().__init__(uow)
        self._uow = uow

    @abstractmethod
    def to_row(self, aggregate: A) -> dict[str, Any]:
        """The columns of the aggregate, without `version`; the same columns for the same state."""

    @abstractmethod
    def from_row(self, row: Row) -> A:
        """The aggregate of a row."""

    def read_ahead(self, keys: Collection[str]) -> None:
        """Reads these aggregates at once, for a change; there may be none of them.

        Until one changes, this transaction does not ask the server for it again, and nobody else changes it.
        """
        if not keys:
            return
        self._ensured(*keys)
        query = statements.selection_of_several(self.table, self.key)
        found = self._uow.connection.exec_driver_sql(query, ([*keys],)).mappings()
        self._ahead.update({**dict.fromkeys(keys), **{str(row[self.key]): dict(row) for row in found}})

    def ensure(self, new: A) -> A:
        """The stored aggregate with the id of `new`, for a change; `new` itself, tracked, when there is none yet.

        Another transaction that ensures the same one waits: before the first has committed there is no row to lock.
        """
        key = str(getattr(new, self.key))
        if key not in self._ahead:
            self._ensured(key)
        row = self._read(key, lock=True)
        if row is not None:
            return self.tracked(row)
        self.add(new)
        return new

    def refused(self, taken: errors.AlreadyExists) -> errors.Error:
        """The error of a new row one of whose unique values is taken."""
        return taken

    @property
    def _ahead(self) -> dict[str, Any]:
        return self._uow.transaction.ahead[self.table.name]

    def _ensured(self, *keys: str) -> None:
        """Has others that would make one of them wait for this transaction."""
        take_advisory_locks(self._uow.work, *(f"{self._name} {key}" for key in keys))

    def _read(self, key: str, *, lock: bool) -> Row | None:
        if key in self._ahead:
            known: Row | None = self._ahead[key]
            return known
        return self._read_by(self.key, key, lock=lock)

    def _read_by(self, column: str, value: str, *, lock: bool) -> Row | None:
        """The one row that has this unique value, or None."""
        query = statements.selection(self.table, column, lock=lock)
        row = self._uow.connection.exec_driver_sql(query, (value,)).mappings().one_or_none()
        return None if row is None else dict(row)

    def _insert(self, row: Row) -> None:
        self._ahead.pop(str(row[self.key]), None)
        self._uow.work.taken[self.table.name] = self.refused
        self._uow.insert(self.table, row)

    def _update(self, key: str, changed: Row, loaded: Row) -> None:
        self._ahead.pop(key, None)
        self._uow.work.add(statements.change(self.table, changed, self.key, key))


def _driver(connection: Connection) -> PipelinedConnection:
    found = connection.connection.driver_connection
    assert isinstance(found, PipelinedConnection)
    return found
