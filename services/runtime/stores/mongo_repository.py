"""The aggregates of a service that keeps documents: how one is read, inserted and updated in a transaction."""

from abc import abstractmethod
from collections.abc import Collection
from typing import Any, ClassVar, Generic

from pymongo.client_session import ClientSession
from pymongo.collection import Collection as Rows

from services.runtime.stores import mongo_schema, unit_of_work
from services.runtime.stores.mongo import UnitOfWork
from services.runtime.stores.mongo_errors import translated
from services.runtime.stores.mongo_writes import Document
from services.runtime.stores.unit_of_work import A, Row

Documents = Rows[Document]


class Repository(unit_of_work.Repository[A], Generic[A]):
    """Aggregates in one collection, `_id` being the key; `revision` counts the saves.

    What is saved was read in the same transaction, from its snapshot: when another transaction has saved it since, the
    server refuses the update (WriteConflict), which is errors.Aborted (CONFLICT). So a filter by `_id` alone compares
    and sets.
    """

    collection: ClassVar[mongo_schema.Collection]

    def __init__(self, uow: UnitOfWork) -> None:
        super().__init__(uow)
        self._uow = uow
        self._ensured: set[str] = set()

    @abstractmethod
    def to_row(self, aggregate: A) -> dict[str, Any]:
        """The columns of the aggregate, without `version`; the same columns for the same state."""

    @abstractmethod
    def from_row(self, row: Row) -> A:
        """The aggregate of a row."""

    @property
    def documents(self) -> Documents:
        """The collection, for queries of the service's own; pass `session=self.session`."""
        return self._uow.collection(self.collection.name)

    @property
    def session(self) -> ClientSession:
        """The open transaction's session."""
        return self._uow.session

    def read_ahead(self, keys: Collection[str]) -> None:
        """Reads these aggregates at once: until one changes, this transaction does not ask the server for it again."""
        with translated():
            found = self.documents.find({"_id": {"$in": [*keys]}}, session=self.session)
            self._ahead.update({**dict.fromkeys(keys), **{str(row["_id"]): row for row in found}})

    def ensure(self, new: A) -> A:
        """The stored aggregate with the id of `new`, for a change; `new` itself, tracked, when there is none yet.

        When two make it at the same moment, commit raises errors.Aborted (CONFLICT) for one: tried again, it finds it.
        """
        key = str(getattr(new, self.key))
        row = self._read(key, lock=True)
        if row is not None:
            return self.tracked(row)
        self._ensured.add(key)
        self.add(new)
        return new

    def _read(self, key: str, *, lock: bool) -> Row | None:
        if key in self._ahead:
            known: Row | None = self._ahead[key]
            return known
        with translated():
            return self._of(key).find_one({"_id": key}, session=self.session)

    def _insert(self, row: Row) -> None:
        key = row[self.key]
        self._ahead.pop(key, None)
        conflict = f"{self._name} {key} was made at the same moment" if key in self._ensured else ""
        self._uow.writes.insert(self.collection.name, [{"_id": key, "revision": 1, **row}], conflict)

    def _update(self, key: str, changed: Row, loaded: Row) -> None:
        self._ahead.pop(key, None)
        self._uow.writes.update(self.collection.name, key, {**changed, "revision": loaded["revision"] + 1})

    @property
    def _ahead(self) -> dict[str, Any]:
        return self._uow.transaction.ahead[self.collection.name]

    def _of(self, key: str) -> Documents:
        """The collection for a query by id: no other's insert has to be there."""
        return self._uow.collection(self.collection.name, lambda document: document["_id"] == key)
