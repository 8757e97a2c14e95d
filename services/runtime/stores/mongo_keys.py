"""The wrapped data keys of a service in MongoDB. Shapes and promises: data_keys.py."""

from collections import Counter
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import Any

from pymongo.client_session import ClientSession
from pymongo.errors import DuplicateKeyError

from services.runtime import errors
from services.runtime.stores.data_keys import DataKey, DataKeyRow, KeyState
from services.runtime.stores.mongo_rows import Documents
from services.runtime.stores.mongo_schema import DATA_KEYS

Known = dict[tuple[str, str], DataKey]


class MongoDataKeys:
    """The collection of data keys."""

    def __init__(self, database: Documents, session: Callable[[], ClientSession], known: Callable[[], Known]) -> None:
        self._rows, self._session, self._known = database[DATA_KEYS.name], session, known

    def known(self) -> Known:
        """The keys that the open transaction has found or made so far."""
        return self._known()

    def ensure(self, row: DataKeyRow) -> DataKeyRow | None:
        """The key that subject and class have; errors.Aborted (CONFLICT) when another transaction makes it too."""
        whose = {"subject": row.subject, "record_class": row.record_class}
        found = self._rows.find_one(whose, session=self._session())
        if found is not None:
            return self._row(found)
        named = {"_id": row.key_id, "key_id": row.key_id, **whose}
        new = {**named, "wrapped": row.wrapped, "hold": "", "create_time": datetime.now(UTC)}
        try:
            self._rows.insert_one(new, session=self._session())
        except DuplicateKeyError as error:
            raise errors.Aborted("another transaction makes the data key of this subject") from error
        return row

    def find(self, key_ids: Collection[str]) -> list[DataKeyRow]:
        """The rows of these keys, destroyed ones included."""
        found = self._rows.find({"_id": {"$in": [*key_ids]}}, session=self._session())
        return [self._row(each) for each in found]

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

    def _row(self, found: dict[str, Any]) -> DataKeyRow:
        # What this transaction made it knows, and does not ask for.
        return DataKeyRow(str(found["_id"]), found["subject"], found["record_class"], found["wrapped"], True)
