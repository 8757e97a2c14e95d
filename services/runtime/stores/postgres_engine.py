"""The pool of connections to a service's database, and what becomes of the errors of whatever runs on them.

Every failure of the connection, on whatever path, is errors.Unavailable; lost races are errors.Aborted (CONFLICT).
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import URL, Engine, create_engine, event, exc
from sqlalchemy.engine import ExceptionContext, ExecutionContext
from sqlalchemy.pool import ConnectionPoolEntry

from services.runtime import errors
from services.runtime.stores import postgres_statements as statements
from services.runtime.stores.archive import ARCHIVE_DAYS
from services.runtime.stores.postgres_pipeline import PipelinedConnection, Work
from services.runtime.tls import TlsSettings

# Between the server's taking of a new password and its delivery to this process lies a moment; a mounted file is later.
_ROTATION_SECONDS, _LOOK_SECONDS = 3.0, 0.05
# A connection that lay idle longer than this is checked before use; a busy one costs no round trip.
_TRUSTED_SECONDS = 1.0
_SESSION = ("lock_timeout=5s", "statement_timeout=30s", "idle_in_transaction_session_timeout=60s", "timezone=UTC")
_CONFLICTS = {"40001", "40P01", "55P03"}
# The class of program_limit_exceeded, which the driver counts among the operational errors.
_LIMITS = "54"


@dataclass(frozen=True)
class PostgresSettings:
    """Where the service's database is. The password is read at every connect, so that it rotates while others are open.

    `archive_days` is for how long published events are kept: so old may be what a topic is rebuilt from.
    """

    host: str
    port: int
    database: str
    user: str
    password_file: Path
    tls: TlsSettings
    pool_size: int = 20
    region: str = ""
    archive_days: int = ARCHIVE_DAYS

    def __post_init__(self) -> None:
        """ValueError when events would be archived for no day at all."""
        if self.archive_days < 1:
            raise ValueError("archive_days is less than 1")


def make_engine(settings: PostgresSettings, refresh: Callable[[], object] = lambda: None) -> Engine:
    """The pool, empty at first; its connections are in autocommit mode. `refresh` fetches a password that is newer."""
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
        # Transactions are begun and ended by what is sent, see postgres_pipeline.
        isolation_level="AUTOCOMMIT",
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

    def connect(_dialect: Any, _record: Any, _arguments: Any, options: dict[str, Any]) -> PipelinedConnection:
        return _under_newest(
            lambda password: PipelinedConnection.connect(**options, password=password), settings, refresh
        )

    event.listen(engine, "do_connect", connect)
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", _ask_when_idle)
    event.listen(engine, "handle_error", _translate)
    return engine


def _under_newest(
    connect: Callable[[str], PipelinedConnection], settings: PostgresSettings, refresh: Callable[[], object]
) -> PipelinedConnection:
    """A connection; one that is refused under a password that has just rotated is tried again under the next one."""
    until = time.monotonic() + _ROTATION_SECONDS
    while True:
        password = settings.password_file.read_text().strip()
        try:
            return connect(password)
        except psycopg.OperationalError as error:
            # libpq gives no SQLSTATE of a connection that was not made.
            if "password authentication failed" not in str(error):
                raise
            while settings.password_file.read_text().strip() == password:
                if time.monotonic() > until:
                    raise
                refresh()
                time.sleep(_LOOK_SECONDS)


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
    except psycopg.Error as error:
        # The pool drops every connection made before now and tries with a new one: a restarted server costs no call.
        raise exc.InvalidatePoolError("the server closed the connection") from error


def _translate(happened: ExceptionContext) -> None:
    error = happened.original_exception
    if isinstance(error, psycopg.errors.UniqueViolation):
        raise _taken(error, happened.execution_context) from error
    state = getattr(error, "sqlstate", None) or ""
    if state in _CONFLICTS or statements.is_gone(error):
        raise errors.Aborted("two changes met; try again") from error
    if state == psycopg.errors.InvalidSqlStatementName.sqlstate:
        # The driver forgets every statement of a session in which a table was changed; a new session knows what it has.
        happened.is_disconnect, happened.invalidate_pool_on_disconnect = True, False
        raise errors.Aborted("the session had lost its statements; try again") from error
    if state == psycopg.errors.QueryCanceled.sqlstate:
        raise errors.DeadlineExceeded("the database took too long") from error
    # A limit of the server, such as a text too long for an index: the same statement would fail for ever.
    limited = state.startswith(_LIMITS)
    if (isinstance(error, psycopg.OperationalError | psycopg.InterfaceError) and not limited) or happened.is_disconnect:
        raise errors.Unavailable("the database is out of reach") from error


def _taken(error: psycopg.errors.UniqueViolation, executed: ExecutionContext | None) -> errors.Error:
    taken = errors.AlreadyExists("it exists already", metadata={"constraint": error.diag.constraint_name or ""})
    work: Work | None = executed.cursor.connection.work if executed else None
    make = work.taken.get(error.diag.table_name or "") if work else None
    return make(taken) if make else taken
