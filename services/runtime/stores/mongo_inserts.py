"""The documents that a transaction inserts, gathered: those of a collection go out in one command."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError

from services.runtime import errors
from services.runtime.stores.ports import Transaction

Document = dict[str, Any]


class _Insert(NamedTuple):
    """A document, and what it means when there is one with its id by now; empty: that it exists already."""

    document: Document
    conflict: str


class Inserts:
    """What is still to be inserted in a transaction: before it commits, or before a query that it may change."""

    def __init__(self, collection: Callable[[str], Collection[Document]], session: ClientSession) -> None:
        self._collection, self._session = collection, session
        self._waiting: defaultdict[str, list[_Insert]] = defaultdict(list)

    def add(self, collection: str, documents: Iterable[Document], conflict: str = "") -> None:
        """Inserts documents, later; with `conflict`, one that exists is errors.Aborted instead of AlreadyExists."""
        self._waiting[collection] += [_Insert(each, conflict) for each in documents]

    def send(self, collection: str, concerned: Callable[[Document], bool] = lambda _: True) -> None:
        """Inserts what waits for a collection, when any of it is concerned."""
        if any(concerned(each.document) for each in self._waiting.get(collection, ())):
            self._send(collection)

    def send_all(self) -> None:
        """Inserts all that waits."""
        for collection in list(self._waiting):
            self._send(collection)

    def _send(self, collection: str) -> None:
        waiting = self._waiting.pop(collection)
        try:
            self._collection(collection).insert_many([each.document for each in waiting], session=self._session)
        except BulkWriteError as error:
            failed = error.details.get("writeErrors", ())
            conflict = waiting[failed[0]["index"]].conflict if failed else ""
            if conflict:
                raise errors.Aborted(conflict) from error
            raise


class MongoTransaction(Transaction):
    """An open transaction, its session, and what it is still to insert."""

    def __init__(self, session: ClientSession, inserts: Inserts) -> None:
        super().__init__()
        self.session, self.inserts = session, inserts
