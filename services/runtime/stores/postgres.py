"""PostgreSQL: the engine, transactions that nest, and the unit of work and repositories of a service that keeps rows.

Every failure of the connection, on whatever path, is errors.Unavailable; lost races are errors.Aborted (CONFLICT).
"""

import time
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Generic

import psycopg
from sqlalchemy import URL, Connection, Engine, MetaData, Table, create_engine, event, exc, insert, select, text, update
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.pool import ConnectionPoolEntry

from services.runtime import errors
from services.runtime.stores import unit_of_work
from services.runtime.stores.encryption import EncryptedAnswers, FieldCipher
from services.runtime.stores.ports import Transaction
from services.runtime.stores.postgres_rows import (
    PostgresAudit,
    PostgresIdempotency,
    PostgresInbox,
    PostgresOutbox,
    take_advisory_lock,
    tidy,
)
from services.runtime.stores.tables import runtime_tables
from services.runtime.stores.unit_of_work import A, EventWriter, Row
from services.runtime.tls import TlsSettings

# A connection that lay idle longer than this is checked before use; a busy one costs no round trip.
_TRUSTED_SECONDS = 1.0
_SESSION = ("lock_timeout=5s", "statement_timeout=30s", "idle_in_transaction_session_timeout=60s", "timezone=UTC")
_CONFLICTS = {"40001", "40P01", "55P03"}
# The class of program_limit_exceeded, which the driver counts among the operational errors.
_LIMITS = "54"


@dataclass(frozen=True)
class PostgresSettings:
    """Where the service's database is. The password is read at every connect, so that it can be changed."""

    host: str
    port: int
    database: str
    user: str
    password_file: Path
    tls: TlsSettings
    pool_size: int = 20


class PostgresTransaction(Transaction):
    """An open transaction and its connection."""

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self.connection = connection


class Postgres:
    """One service's database; a services.runtime.stores.ports.Store. A cipher seals answers kept for repetition."""

    def __init__(self, settings: PostgresSettings, cipher: FieldCipher | None = None) -> None:
        self._settings = settings
        self.engine = _engine(settings)
        self._open: ContextVar[PostgresTransaction | None] = ContextVar("postgres_transaction", default=None)
        self.tables = runtime_tables(MetaData())
        self.audit = PostgresAudit(self.tables, self._connection)
        self.inbox = PostgresInbox(self.tables, self._connection)
        answers = PostgresIdempotency(self.tables, self._connection)
        self.idempotency = EncryptedAnswers(answers, cipher) if cipher else answers
        self.outbox = PostgresOutbox(self.tables, self._connection, self.transaction)

    @contextmanager
    def transaction(self) -> Iterator[PostgresTransaction]:
        """Opens a transaction for this thread; inside an open one, a savepoint of it."""
        outer = self._open.get()
        if outer is not None:
            with outer.connection.begin_nested():
                yield outer
            return
        with self._connect() as connection:
            transaction = PostgresTransaction(connection)
            token = self._open.set(transaction)
            try:
                with connection.begin():
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
        """Removes inbox and idempotency rows that are too old to matter."""
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
        transaction = self._open.get()
        if transaction is None:
            raise RuntimeError("no transaction is open in this thread")
        return transaction.connection


class UnitOfWork(unit_of_work.UnitOfWork):
    """The unit of work of a service on PostgreSQL; see the base class."""

    def __init__(self, database: Postgres, outbox: EventWriter | None) -> None:
        super().__init__(database, outbox)

    @property
    def connection(self) -> Connection:
        """The open transaction's connection, for queries of the service's own."""
        transaction = self.transaction
        assert isinstance(transaction, PostgresTransaction)
        return transaction.connection

    def take_advisory_lock(self, name: str) -> None:
        """Keeps a name for this transaction, for what has no row to lock (yet); others wait for it.

        After 5 s they give up: errors.Aborted (CONFLICT).
        """
        take_advisory_lock(self.connection, name)


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

    def ensure(self, new: A) -> A:
        """The stored aggregate with the id of `new`, for a change; `new` itself, tracked, when there is none yet.

        Another transaction that ensures the same one waits: before the first has committed there is no row to lock.
        """
        key = str(getattr(new, self.key))
        self._uow.take_advisory_lock(f"{self._name} {key}")
        row = self._read(key, lock=True)
        if row is not None:
            return self.tracked(row)
        self.add(new)
        return new

    def _read(self, key: str, *, lock: bool) -> Row | None:
        query = select(self.table).where(self.table.c[self.key] == key)
        row = self._uow.connection.execute(query.with_for_update() if lock else query).mappings().one_or_none()
        return None if row is None else dict(row)

    def _insert(self, row: Row) -> None:
        self._uow.connection.execute(insert(self.table).values(dict(row)))

    def _update(self, key: str, changed: Row, loaded: Row) -> None:
        statement = update(self.table).where(self.table.c[self.key] == key).values(dict(changed))
        if self._uow.connection.execute(statement).rowcount != 1:
            raise errors.Aborted(f"{self._name} {key} changed at the same moment")


def _engine(settings: PostgresSettings) -> Engine:
    engine = create_engine(
        URL.create(
            "postgresql+psycopg",
            username=settings.user,
            host=settings.host,
            port=settings.port,
            database=settings.database,
        ),
        # What is stored may be personal, and the text of an error ends up in the log.
        hide_parameters=True,
        pool_size=settings.pool_size,
        max_overflow=0,
        pool_timeout=5,
        connect_args={
            "connect_timeout": 5,
            "application_name": settings.user,
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "options": " ".join(f"-c {option}" for option in _SESSION),
            **_encryption(settings.tls),
        },
    )

    def password(_dialect: Any, _record: Any, _arguments: Any, options: dict[str, Any]) -> None:
        options["password"] = settings.password_file.read_text().strip()

    event.listen(engine, "do_connect", password)
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", _ask_when_idle)
    event.listen(engine, "handle_error", _translate)
    return engine


def _encryption(tls: TlsSettings) -> dict[str, str]:
    """What libpq is asked for: the server's chain and its name are verified, unless plain text was asked for."""
    return (
        {"sslmode": "disable"} if tls.plaintext else {"sslmode": "verify-full", "sslrootcert": str(tls.authority_file)}
    )


def _note_use(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info["used"] = time.monotonic()


def _ask_when_idle(connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
    if time.monotonic() - record.info.get("used", time.monotonic()) < _TRUSTED_SECONDS:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except psycopg.Error as error:
        # The pool drops every connection made before now and tries with a new one: a restarted server costs no call.
        raise exc.InvalidatePoolError("the server closed the connection") from error


def _translate(happened: ExceptionContext) -> None:
    error = happened.original_exception
    if isinstance(error, psycopg.errors.UniqueViolation):
        constraint = error.diag.constraint_name or ""
        raise errors.AlreadyExists("it exists already", metadata={"constraint": constraint}) from error
    state = getattr(error, "sqlstate", None) or ""
    if state in _CONFLICTS:
        raise errors.Aborted("two changes met; try again") from error
    if state == psycopg.errors.QueryCanceled.sqlstate:
        raise errors.DeadlineExceeded("the database took too long") from error
    # A limit of the server, such as a text too long for an index: the same statement would fail for ever.
    limited = state.startswith(_LIMITS)
    if (isinstance(error, psycopg.OperationalError | psycopg.InterfaceError) and not limited) or happened.is_disconnect:
        raise errors.Unavailable("the database is out of reach") from error
