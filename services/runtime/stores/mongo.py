"""MongoDB: the client, transactions, and the unit of work of a service that keeps documents.

Every failure of the connection is errors.Unavailable; a change that came between is errors.Aborted (CONFLICT). MongoDB
has no savepoints: a unit of work inside an open transaction shares its fate.
"""

import contextlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo import errors as driver
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from services.runtime.stores import mongo_schema, unit_of_work
from services.runtime.stores.archive import ARCHIVE_DAYS
from services.runtime.stores.data_keys import DataKeys
from services.runtime.stores.mongo_archive import MongoArchive
from services.runtime.stores.mongo_audit import MongoAudit
from services.runtime.stores.mongo_errors import translated
from services.runtime.stores.mongo_keys import MongoDataKeys
from services.runtime.stores.mongo_login import Login
from services.runtime.stores.mongo_outbox import MongoOutbox
from services.runtime.stores.mongo_rows import MongoIdempotency, MongoInbox
from services.runtime.stores.mongo_writes import Document, MongoTransaction, Writes
from services.runtime.stores.sealing import SealedAnswers
from services.runtime.stores.unit_of_work import EventWriter
from services.runtime.stores.wrapping import KeyWrapping
from services.runtime.tls import TlsSettings

_COMMIT_ATTEMPTS = 3
_TRAIL = {each.name for each in mongo_schema.TRAIL}


@dataclass(frozen=True)
class MongoSettings:
    """Where the service's database is.

    `login_database` is where the user is kept; empty: the service's database. `archive_days` is for how long published
    events are kept: so old may be what a topic is rebuilt from. `login_file` holds user and password, a line each, of a
    log-in that alternates between two users; it goes before `user` and `password_file`. Without `retry_writes` the
    driver reports a write whose connection broke, outside of a transaction, instead of sending it once more.
    """

    host: str
    port: int
    database: str
    tls: TlsSettings
    user: str = ""
    password_file: Path | None = None
    login_file: Path | None = None
    pool_size: int = 40
    region: str = ""
    replica_set: str = ""
    login_database: str = ""
    archive_days: int = ARCHIVE_DAYS
    retry_writes: bool = True

    def __post_init__(self) -> None:
        """ValueError when anybody could use the database, or events would be archived for no day at all."""
        if self.archive_days < 1:
            raise ValueError("archive_days is less than 1")
        one = self.login_file
        self.tls.demand(user=one or self.user, password_file=one or self.password_file)


def _encryption(tls: TlsSettings) -> dict[str, Any]:
    return {"tls": False} if tls.plaintext else {"tls": True, "tlsCAFile": str(tls.authority_file)}


class Mongo:
    """One service's database; a services.runtime.stores.ports.Store.

    Without a wrapping there are no data keys, and whatever is to be sealed or kept for repetition is refused.
    """

    def __init__(self, settings: MongoSettings, wrapping: KeyWrapping | None = None) -> None:
        self._login = Login(settings)
        self._arguments: dict[str, Any] = dict(
            host=settings.host,
            port=settings.port,
            **_encryption(settings.tls),
            replicaSet=settings.replica_set or None,
            directConnection=not settings.replica_set,
            maxPoolSize=settings.pool_size,
            retryWrites=settings.retry_writes,
            # Short: a call that waits for a server is tried again further out, and waits again.
            serverSelectionTimeoutMS=500,
            connectTimeoutMS=3_000,
            socketTimeoutMS=30_000,
            waitQueueTimeoutMS=5_000,
            serverMonitoringMode="poll",  # to be told of a new primary costs each client a connection and two threads
            tz_aware=True,
            appname=settings.database,
        )
        self.client: MongoClient[Document] = MongoClient(**self._login.arguments(), **self._arguments)
        self.database = self.client[settings.database]
        self.trail = self.client[mongo_schema.trail(settings.database)]
        self._open: ContextVar[MongoTransaction | None] = ContextVar("mongo_transaction", default=None)
        self.audit = MongoAudit(
            self.trail, self._later, self._session, self.transaction, self.database[mongo_schema.AUDIT_END.name]
        )
        self.inbox = MongoInbox(self.database, self._session)
        rows = MongoDataKeys(self.database, self._transaction)
        self.keys = DataKeys(rows, wrapping)
        self.idempotency = SealedAnswers(MongoIdempotency(self.database, self._session), self.keys)
        self.outbox = MongoOutbox(self.database, self._later, translated, settings.archive_days)
        self.archive = MongoArchive(self.database, translated, self._session, self.transaction)

    @contextmanager
    def transaction(self) -> Iterator[MongoTransaction]:
        """Opens a transaction for this thread, or joins the open one."""
        outer = self._open.get()
        if outer is not None:
            with translated():
                yield outer
            return
        self._login.renew(self.client, self._arguments)
        with translated(), self.client.start_session() as session:
            transaction = MongoTransaction(session, Writes(self._collection, session))
            session.start_transaction(ReadConcern("snapshot"), WriteConcern("majority"))
            token = self._open.set(transaction)
            try:
                yield transaction
                transaction.flush()
                _commit(session)
            except BaseException:
                with contextlib.suppress(driver.PyMongoError):
                    if session.in_transaction:
                        session.abort_transaction()
                raise
            finally:
                self._open.reset(token)
        transaction.committed()

    def prepare(self, *collections: mongo_schema.Collection) -> None:
        """Makes the runtime's collections and these, each with its indexes; not those of the audit trail.

        Repeatable, and by several replicas at once. errors.Unavailable.
        """
        with translated():
            for each in (*mongo_schema.RUNTIME, *collections):
                each.create(self.database)

    def check(self) -> None:
        """Checks that it answers; errors.Unavailable."""
        with translated():
            self.database.command("ping")

    def tidy(self) -> None:
        """Nothing to do: indexes with a time to live remove what is too old."""

    def close(self) -> None:
        """Closes the connections."""
        self.client.close()

    def _session(self) -> ClientSession:
        return self._transaction().session

    def _collection(self, name: str) -> Collection[Document]:
        return self.trail[name] if name in _TRAIL else self.database[name]

    def _later(self, collection: str, documents: list[Document]) -> None:
        self._transaction().writes.insert(collection, documents)

    def _transaction(self) -> MongoTransaction:
        transaction = self._open.get()
        if transaction is None:
            raise RuntimeError("no transaction is open in this thread")
        return transaction


class UnitOfWork(unit_of_work.UnitOfWork):
    """The unit of work of a service on MongoDB; see the base class."""

    def __init__(self, database: Mongo, outbox: EventWriter | None) -> None:
        super().__init__(database, outbox)
        self._mongo = database

    @property
    def session(self) -> ClientSession:
        """The open transaction's session, for queries of the service's own."""
        return self._open.session

    @property
    def writes(self) -> Writes:
        """What the open transaction is still to write."""
        return self._open.writes

    def collection(self, name: str, concerned: Callable[[Document], bool] = lambda _: True) -> Collection[Document]:
        """A collection of the service's database; pass `session=uow.session` to its methods.

        What the transaction was to write into it is there, unless none of it is `concerned` by the query.
        """
        with translated():
            self.writes.send(name, concerned)
        return self._mongo.database[name]

    @property
    def _open(self) -> MongoTransaction:
        transaction = self.transaction
        assert isinstance(transaction, MongoTransaction)
        return transaction


def _commit(session: ClientSession) -> None:
    for attempt in range(_COMMIT_ATTEMPTS):
        try:
            session.commit_transaction()
            return
        except driver.PyMongoError as error:
            # It may have been committed; asking again is safe, and says which.
            if not error.has_error_label("UnknownTransactionCommitResult") or attempt == _COMMIT_ATTEMPTS - 1:
                raise
