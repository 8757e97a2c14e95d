"""What a transaction writes, gathered: what goes into a collection goes out in one command."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pymongo import InsertOne, UpdateMany, UpdateOne
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError

from services.runtime import errors
from services.runtime.stores.ports import Transaction

Document = dict[str, Any]
# So many ids are in one filter at most: SecantusDB compares each document that it finds with all of them, one by one.
_IN_ONE_FILTER = 16


class _Write(NamedTuple):
    """A write, the document as far as it is written, and what it means when there is one with its id by now.

    Empty: that it exists already.
    """

    operation: InsertOne[Document] | UpdateOne
    document: Document
    conflict: str


@dataclass
class _Raised:
    """Documents of which a field is raised to one value: the greatest that any of them gets."""

    value: Any
    keys: set[str] = field(default_factory=set)

    def operations(self, name: str) -> Iterator[UpdateMany]:
        """The updates of a field of that name."""
        keys = sorted(self.keys)
        for start in range(0, len(keys), _IN_ONE_FILTER):
            these = {"_id": {"$in": keys[start : start + _IN_ONE_FILTER]}}
            yield UpdateMany(these, {"$set": {name: self.value}})


class Writes:
    """What is still to be written in a transaction: before it commits, or before a query that it may change."""

    def __init__(self, collection: Callable[[str], Collection[Document]], session: ClientSession) -> None:
        self._collection, self._session = collection, session
        self._waiting: defaultdict[str, list[_Write]] = defaultdict(list)
        # By collection and field.
        self._raised: defaultdict[str, dict[str, _Raised]] = defaultdict(dict)

    def insert(self, collection: str, documents: Iterable[Document], conflict: str = "") -> None:
        """Inserts documents, later; with `conflict`, one that exists is errors.Aborted instead of AlreadyExists."""
        self._waiting[collection] += [_Write(InsertOne(each), each, conflict) for each in documents]

    def update(self, collection: str, key: str, values: Document) -> None:
        """Sets values of a document, later; errors.Aborted when it is gone, or another transaction has changed it."""
        operation = UpdateOne({"_id": key}, {"$set": values})
        self._waiting[collection].append(_Write(operation, {"_id": key, **values}, ""))

    def raise_to(self, collection: str, key: str, name: str, value: Any) -> None:
        """Sets a field of a document that is there, later: to a value, or to a greater one that another is raised to.

        All that are raised go out in a statement for some, which costs a fraction of one for each. Errors: as `update`.
        """
        raised = self._raised[collection].setdefault(name, _Raised(value))
        raised.value = max(raised.value, value)
        raised.keys.add(key)

    def send(self, collection: str, concerned: Callable[[Document], bool] = lambda _: True) -> None:
        """Writes what waits for a collection, when any of it is concerned."""
        if any(map(concerned, self._documents(collection))):
            self._send(collection)

    def send_all(self) -> None:
        """Writes all that waits."""
        for collection in {**self._waiting, **self._raised}:
            self._send(collection)

    def _documents(self, collection: str) -> Iterator[Document]:
        yield from (each.document for each in self._waiting.get(collection, ()))
        for name, raised in self._raised.get(collection, {}).items():
            yield from ({"_id": key, name: raised.value} for key in raised.keys)

    def _send(self, collection: str) -> None:
        waiting, raised = self._waiting.pop(collection, []), self._raised.pop(collection, {})
        updates = sum(isinstance(each.operation, UpdateOne) for each in waiting)
        updates += sum(len(each.keys) for each in raised.values())
        operations = [each.operation for each in waiting]
        raising = [operation for name, each in raised.items() for operation in each.operations(name)]
        try:
            done = self._collection(collection).bulk_write([*operations, *raising], session=self._session)
        except BulkWriteError as error:
            failed = error.details.get("writeErrors", ())
            # What is raised comes behind the others.
            conflict = waiting[failed[0]["index"]].conflict if failed and failed[0]["index"] < len(waiting) else ""
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
