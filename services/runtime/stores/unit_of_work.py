"""One transaction of a use case: what was loaded, what changed, and the audit rows and events that go with it.

The same over every database; postgres.py and mongo.py add how rows are read and written.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, ClassVar, Generic, Protocol, Self, TypeVar

from services.runtime import context, errors
from services.runtime.aggregate import Aggregate
from services.runtime.stores.audit_rows import AuditRow
from services.runtime.stores.data_keys import ANSWERS, DataKeys
from services.runtime.stores.json_codec import to_plain
from services.runtime.stores.ports import OutboxRow, Store, Transaction

A = TypeVar("A", bound=Aggregate)
Row = Mapping[str, Any]
# The column, or field, of an aggregate with events that says who was last sent which of them; NULL: not known.
LISTENER_VERSIONS = "listener_versions"
_UNAUDITED = {"version", LISTENER_VERSIONS}


class EventWriter(Protocol):
    """Turns the events of an aggregate into outbox rows, and wakes the relay."""

    def rows(
        self, aggregate_type: str, aggregate_id: str, version: int, events: Sequence[object], sent: dict[str, int]
    ) -> list[OutboxRow]:
        """The rows of consecutive events, the first with `version`.

        `sent` has, by listener, the version of the aggregate's last event that is meant for it; it is brought up to
        date.
        """
        ...

    def wake(self) -> None:
        """Says that rows were committed."""
        ...


class Repository(ABC, Generic[A]):
    """The aggregates of one kind; a service's store says how one becomes a row and back.

    `key` is the column (or field) of the id, `what` what a person calls the thing in an error message, and `absent`
    what it means that there is none, with the id in place of {}; empty: that it does not exist.
    """

    key: ClassVar[str]
    record_class: ClassVar[str] = ""
    what: ClassVar[str] = ""
    absent: ClassVar[str] = ""

    def __init__(self, uow: "UnitOfWork") -> None:
        self._unit = uow

    @abstractmethod
    def to_row(self, aggregate: A) -> dict[str, Any]:
        """The columns of the aggregate, without `version`; the same columns for the same state."""

    @abstractmethod
    def from_row(self, row: Row) -> A:
        """The aggregate of a row."""

    def sealed(self, aggregate: A, columns: Row) -> dict[str, Any]:
        """Columns of the aggregate as they are stored and audited: nothing personal in clear."""
        return dict(columns)

    def opened(self, row: Row) -> Row:
        """A stored row as `from_row` takes it."""
        return row

    def sealed_why(self, aggregate: A, why: str) -> str:
        """The reason of a change as it is audited: a person may have written it, about a person."""
        return why

    def add(self, aggregate: A) -> None:
        """Tracks a new aggregate; commit raises errors.AlreadyExists when its id or another unique value is taken."""
        self._unit.track(Tracked(self, aggregate, None))

    def get(self, key: str) -> A:
        """The aggregate for a change, tracked; errors.NotFound. The same object when asked twice."""
        known = self._unit.tracked(self, key)
        if known is not None:
            return known
        row = self._read(key, lock=True)
        if row is None:
            raise self._not_found(key)
        return self.tracked(row)

    def find(self, key: str) -> A | None:
        """The aggregate to look at, or None: changes to it are not saved."""
        row = self._read(key, lock=False)
        return None if row is None else self.loaded(row)

    def read(self, key: str) -> A:
        """The aggregate to look at; errors.NotFound."""
        found = self.find(key)
        if found is None:
            raise self._not_found(key)
        return found

    def loaded(self, row: Row) -> A:
        """The aggregate of a row from a query of the service's own, untracked."""
        aggregate = self.from_row(self.opened(row))
        aggregate.version = row["version"]
        return aggregate

    def tracked(self, row: Row) -> A:
        """The aggregate of a row that a query of the service's own read for a change (FOR UPDATE), tracked."""
        known = self._unit.tracked(self, str(row[self.key]))
        if known is not None:
            return known
        aggregate = self.loaded(row)
        self._unit.track(Tracked(self, aggregate, self.to_row(aggregate), row))
        return aggregate

    @property
    def _name(self) -> str:
        return self.what or type(self).__name__.rstrip("s").lower()

    def _not_found(self, key: str) -> errors.NotFound:
        text = self.absent.format(key) or f"{self._name} {key} does not exist"
        return errors.NotFound(text, metadata={self.key: key})

    @abstractmethod
    def _read(self, key: str, *, lock: bool) -> Row | None: ...

    @abstractmethod
    def _insert(self, row: Row) -> None: ...

    @abstractmethod
    def _update(self, key: str, changed: Row, loaded: Row) -> None: ...

    def write(self, tracked: "Tracked[A]", row: Row, changed: Row) -> None:
        """Inserts or updates one row; called by the unit of work."""
        if tracked.before is None:
            self._insert(row)
        else:
            self._update(str(row[self.key]), changed, tracked.row or {})


@dataclass
class Tracked(Generic[A]):
    """An aggregate whose changes are saved: its columns when loaded (None: new) and the row they came from."""

    repository: Repository[A]
    aggregate: A
    before: dict[str, Any] | None
    row: Row | None = None

    @property
    def key(self) -> str:
        """The aggregate's id."""
        return str(getattr(self.aggregate, self.repository.key))


class UnitOfWork:
    """`with uow: ... uow.commit(why)`; left without commit, it rolls back.

    Joins the transaction that is open in this thread, if any; then its commit becomes real with that one. A service's
    own class makes its repositories in `__init__`. Cannot be used twice.
    """

    def __init__(self, database: Store, outbox: EventWriter | None) -> None:
        self._store, self._events = database, outbox
        self._tracked: list[Tracked[Any]] = []
        self._scope: AbstractContextManager[Transaction] | None = None
        self._transaction: Transaction | None = None

    def __enter__(self) -> Self:
        self._scope = self._begin()
        self._transaction = self._scope.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        scope, self._scope = self._scope, None
        if scope is None:
            return
        rollback = error or _RolledBack()
        scope.__exit__(type(rollback), rollback, trace)

    @property
    def data_keys(self) -> DataKeys:
        """The data keys of the store."""
        return self._store.keys

    def forget(self, subject: str, at: datetime, expiry: Callable[[str], datetime | None]) -> None:
        """Has what the store keeps about somebody destroyed, each class of record at the time that `expiry` says.

        With the transaction; None says now. What is on hold stays until it is not.
        """
        repositories = (each for each in vars(self).values() if isinstance(each, Repository))
        classes = {each.record_class for each in repositories if each.record_class} | {ANSWERS}
        self.data_keys.forget(subject, at, {each: expiry(each) for each in classes})

    def track(self, tracked: Tracked[Any]) -> None:
        """Has commit save what changes in the aggregate."""
        self._tracked.append(tracked)

    def tracked(self, repository: Repository[A], key: str) -> A | None:
        """The aggregate that is tracked under this id, or None."""
        for each in self._tracked:
            if type(each.repository) is type(repository) and each.key == key:
                found: A = each.aggregate
                return found
        return None

    @property
    def transaction(self) -> Transaction:
        """The open transaction; RuntimeError outside of `with` and after commit."""
        if self._transaction is None or self._scope is None:
            raise RuntimeError("the unit of work is not open")
        return self._transaction

    def flush(self) -> None:
        """Writes what units within this one have committed: before what cannot be taken back, if that fails after all.

        Errors: those of `commit`.
        """
        self.transaction.flush()

    def commit(self, why: str = "") -> None:
        """Saves every changed aggregate with an audit row and its events, in the one transaction.

        `why` goes to the audit row. Errors: AlreadyExists for a taken unique value, Aborted (CONFLICT) when another
        change came between, Unavailable when the database is out of reach; then nothing is saved.
        """
        transaction = self.transaction
        transaction.units += 1
        audit: list[AuditRow] = []
        outgoing: list[OutboxRow] = []
        for tracked in self._tracked:
            self._save(tracked, why, audit, outgoing)
        if audit:
            self._store.audit.append(audit)
        if outgoing and self._events:
            self._store.outbox.append(outgoing)
            transaction.after_commit(self._events.wake)
        scope, self._scope = self._scope, None
        if scope is not None:
            scope.__exit__(None, None, None)

    def _begin(self) -> AbstractContextManager[Transaction]:
        return self._store.transaction()

    def _save(self, tracked: Tracked[Any], why: str, audit: list[AuditRow], outgoing: list[OutboxRow]) -> None:
        repository, aggregate, before = tracked.repository, tracked.aggregate, tracked.before
        events, first = list(aggregate.events), aggregate.version + 1
        aggregate.version += len(events)
        row = {**repository.to_row(aggregate), "version": aggregate.version}
        changed = {name: value for name, value in row.items() if before is None or before.get(name) != value}
        if before is not None and not events:
            changed.pop("version")
            if not changed:
                return
        kind, key = type(aggregate).__name__, str(row[repository.key])
        if events:
            if self._events is None:
                raise RuntimeError(f"{kind} emits events, but its unit of work has no outbox")
            sent = dict((tracked.row or {}).get(LISTENER_VERSIONS) or {})
            outgoing += self._events.rows(kind, key, first, events, sent)
            row[LISTENER_VERSIONS] = changed[LISTENER_VERSIONS] = sent
        sealed = repository.sealed(aggregate, changed)
        repository.write(tracked, {**row, **sealed}, sealed)
        aggregate.events.clear()
        now = context.current()
        audited = {name: value for name, value in sealed.items() if name not in _UNAUDITED}
        earlier = None if before is None else {name: before.get(name) for name in audited}
        audit.append(
            AuditRow(
                actor=now.caller.actor,
                method=now.method,
                aggregate_type=kind,
                aggregate_id=key,
                version=aggregate.version,
                before=None if earlier is None else to_plain(repository.sealed(aggregate, earlier)),
                after=to_plain(audited),
                why=repository.sealed_why(aggregate, why),
                correlation_id=now.correlation_id,
            )
        )


class _RolledBack(Exception):
    """Ends the transaction of a unit of work that was left without commit."""
