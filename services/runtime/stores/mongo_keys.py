"""The wrapped data keys of a service in MongoDB. Shapes and promises: data_keys.py."""

from collections import Counter
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import Any

from pymongo.client_session import ClientSession
from pymongo.collection import Collection as Rows

from services.runtime.stores.data_keys import DataKey, DataKeyRow, KeyState
from services.runtime.stores.mongo_rows import Documents
from services.runtime.stores.mongo_schema import DATA_KEYS
from services.runtime.stores.mongo_writes import Document, MongoTransaction


class MongoDataKeys:
    """The collection of data keys."""

    def __init__(self, database: Documents, transaction: Callable[[], MongoTransaction]) -> None:
        self._collection, self._transaction = database[DATA_KEYS.name], transaction

    def known(self) -> dict[tuple[str, str], DataKey]:
        """The keys that the open transaction has found or made so far."""
        return self._transaction().data_keys

    def ensure(self, row: DataKeyRow) -> DataKeyRow | None:
        """The key that subject and class have; errors.Aborted (CONFLICT) when another transaction makes it too."""
        whose = {"subject": row.subject, "record_class": row.record_class}
        made = self._here(lambda waiting: waiting["subject"] == row.subject)
        found = made.find_one(whose, session=self._session())
        if found is not None:
            return self._row(found)
        named = {"_id": row.key_id, "key_id": row.key_id, **whose}
        new = {**named, "wrapped": row.wrapped, "hold": "", "create_time": datetime.now(UTC)}
        conflict = "another transaction makes the data key of this subject"
        self._transaction().writes.insert(DATA_KEYS.name, [new], conflict)
        return row

    def find(self, key_ids: Collection[str]) -> list[DataKeyRow]:
        """The rows of these keys, destroyed ones included."""
        made = self._here(lambda waiting: waiting["_id"] in key_ids)
        return [self._row(each) for each in made.find({"_id": {"$in": [*key_ids]}}, session=self._session())]

    def expire(self, key_id: str, at: datetime) -> None:
        """Has a key destroyed from a time on; one that expires already stays at its time."""
        found = self._rows.find_one({"_id": key_id}, session=self._session())
        if found is not None and found.get("expire_time") is None:
            self._rows.update_one({"_id": key_id}, {"$set": {"expire_time": at}}, session=self._session())

    def destroy_expired(self, at: datetime) -> dict[str, int]:
        """Takes the keys out of the rows whose time has come, unless they are on hold; how many, by class."""
        destroyed: Counter[str] = Counter()
        for each in list(self._rows.find({"expire_time": {"$lte": at}}, session=self._session())):
            if each["wrapped"] is not None and not each["hold"]:
                gone = {"$set": {"wrapped": None, "destroy_time": at}}
                self._rows.update_one({"_id": each["_id"]}, gone, session=self._session())
                destroyed[each["record_class"]] += 1
        return dict(destroyed)

    def states(self, subject: str) -> list[KeyState]:
        """What becomes of the keys of a subject, by class of record."""
        found = self._rows.find({"subject": subject}, session=self._session()).sort("record_class", 1)
        return [
            KeyState(
                each["key_id"], each["record_class"], each["wrapped"] is None, each.get("expire_time"), each["hold"]
            )
            for each in found
        ]

    def hold(self, subject: str, why: str) -> None:
        """Keeps the keys of a subject from being destroyed; empty: lets them go again."""
        for each in list(self._rows.find({"subject": subject}, ["_id"], session=self._session())):
            self._rows.update_one({"_id": each["_id"]}, {"$set": {"hold": why}}, session=self._session())

    def page(self, after: str, limit: int) -> list[DataKeyRow]:
        """The rows with ids after this one, in their order."""
        found = self._rows.find({"key_id": {"$gt": after}}, session=self._session()).sort("key_id", 1).limit(limit)
        return [self._row(each) for each in found]

    def replace(self, row: DataKeyRow, wrapped: str) -> None:
        """Writes a key that was wrapped anew, unless it changed since it was read."""
        # Read in the same transaction: when another has changed it since, this one is aborted.
        self._rows.update_one({"_id": row.key_id}, {"$set": {"wrapped": wrapped}}, session=self._session())

    def _session(self) -> ClientSession:
        return self._transaction().session

    @property
    def _rows(self) -> Rows[Document]:
        """The collection with all that the transaction has made."""
        return self._here(lambda _: True)

    def _here(self, concerned: Callable[[Document], bool]) -> Rows[Document]:
        """The collection; what the transaction has made, and a query is concerned with, is there."""
        self._transaction().writes.send(DATA_KEYS.name, concerned)
        return self._collection

    def _row(self, found: dict[str, Any]) -> DataKeyRow:
        # What this transaction made it knows, and does not ask for.
        return DataKeyRow(str(found["_id"]), found["subject"], found["record_class"], found["wrapped"], True)
