"""What a transaction writes, gathered: what goes into a collection goes out in one command."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from pymongo import InsertOne, UpdateOne
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError

from services.runtime import errors
from services.runtime.stores.ports import Transaction

Document = dict[str, Any]


class _Write(NamedTuple):
    """A write, the document as far as it is written, and what it means when there is one with its id by now.

    Empty: that it exists already.
    """

    operation: InsertOne[Document] | UpdateOne
    document: Document
    conflict: str


class Writes:
    """What is still to be written in a transaction: before it commits, or before a query that it may change."""

    def __init__(self, collection: Callable[[str], Collection[Document]], session: ClientSession) -> None:
        self._collection, self._session = collection, session
        self._waiting: defaultdict[str, list[_Write]] = defaultdict(list)

    def insert(self, collection: str, documents: Iterable[Document], conflict: str = "") -> None:
        """Inserts documents, later; with `conflict`, one that exists is errors.Aborted instead of AlreadyExists."""
        self._waiting[collection] += [_Write(InsertOne(each), each, conflict) for each in documents]

    def update(self, collection: str, key: str, values: Document) -> None:
        """Sets values of a document, later; errors.Aborted when it is gone, or another transaction has changed it."""
        operation = UpdateOne({"_id": key}, {"$set": values})
        self._waiting[collection].append(_Write(operation, {"_id": key, **values}, ""))

    def send(self, collection: str, concerned: Callable[[Document], bool] = lambda _: True) -> None:
        """Writes what waits for a collection, when any of it is concerned."""
        if any(concerned(each.document) for each in self._waiting.get(collection, ())):
            self._send(collection)

    def send_all(self) -> None:
        """Writes all that waits."""
        for collection in list(self._waiting):
            self._send(collection)

    def _send(self, collection: str) -> None:
        waiting = self._waiting.pop(collection)
        updates = sum(isinstance(each.operation, UpdateOne) for each in waiting)
        try:
            done = self._collection(collection).bulk_write([each.operation for each in waiting], session=self._session)
        except BulkWriteError as error:
            failed = error.details.get("writeErrors", ())
            conflict = waiting[failed[0]["index"]].conflict if failed else ""
            if conflict:
                raise errors.Aborted(conflict) from error
            raise
        if done.matched_count != updates:
            raise errors.Aborted(f"one of {collection} was removed at the same moment")


class MongoTransaction(Transaction):
    """An open transaction, its session, and what it is still to write."""

    def __init__(self, session: ClientSession, writes: Writes) -> None:
        super().__init__()
        self.session, self.writes = session, writes

    def flush(self) -> None:
        """Sends what waits."""
        self.writes.send_all()
