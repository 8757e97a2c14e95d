"""Events that were published, in MongoDB: a collection whose documents expire by themselves."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from pymongo.client_session import ClientSession

from services.runtime.stores.archive import Selection
from services.runtime.stores.mongo_outbox import outbox_row
from services.runtime.stores.mongo_rows import Documents
from services.runtime.stores.ports import SHARDS, OutboxRow

_ORDER = [("create_time", 1), ("version", 1), ("_id", 1)]
_FIRST = datetime.min.replace(tzinfo=UTC)
# For the index of what waits, which begins with the shard.
_ANY_SHARD = {"shard": {"$in": list(range(SHARDS))}}
# Millisecond, version, id.
_Place = tuple[datetime, int, str]


class MongoArchive:
    """Events that went out, in the order in which the relay finds them: time, then version."""

    def __init__(
        self,
        database: Documents,
        translated: Callable[[], AbstractContextManager[None]],
        session: Callable[[], ClientSession],
        transaction: Callable[[], AbstractContextManager[Any]],
    ) -> None:
        self._waiting, self._archived, self._state = database.outbox, database.outbox_archive, database.outbox_state
        self._translated, self._session, self._transaction = translated, session, transaction

    def read(self, selection: Selection, after: str, limit: int) -> list[OutboxRow]:
        """The next events behind a place, published or not yet."""
        start = _place(after)
        found: dict[str, OutboxRow] = {}
        with self._translated():
            # What waits first: a row that is moved meanwhile is found in the archive then.
            for rows, query in ((self._waiting, _ANY_SHARD), (self._archived, _query(selection, start))):
                found |= {row.event_id: row for row in islice(_behind(rows, query, selection, start), limit)}
        return sorted(found.values(), key=_order)[:limit]

    def place(self, row: OutboxRow) -> str:
        """Its time, version and id."""
        return f"{row.create_time.isoformat()} {row.version} {row.event_id}"

    def noted(self, name: str) -> str:
        """What was noted last under a name; empty: nothing."""
        with self._transaction():
            found = self._state.find_one({"_id": name}, session=self._session())
        return str(found["value"]) if found else ""

    def note(self, name: str, value: str) -> None:
        """Notes something under a name; empty: takes it back."""
        with self._transaction():
            if value:
                self._state.update_one({"_id": name}, _value(name, value), upsert=True, session=self._session())
            else:
                self._state.delete_one({"_id": name}, session=self._session())

    def exchange(self, name: str, before: str, after: str) -> bool:
        """Notes something if something else, or nothing, is noted."""
        with self._transaction():
            found = self._state.find_one({"_id": name}, session=self._session())
            if (str(found["value"]) if found else "") != before:
                return False
            # Of two who found the same, the server refuses one.
            self._state.update_one({"_id": name}, _value(name, after), upsert=True, session=self._session())
        return True

    def notes(self, prefix: str) -> dict[str, str]:
        """What is noted under the names that begin so."""
        # By the name once more: not every server has its index of ids for a range.
        query = {"name": {"$gte": prefix, "$lt": prefix + chr(0x10FFFF)}}
        with self._transaction():
            return {each["_id"]: str(each["value"]) for each in self._state.find(query, session=self._session())}


def _value(name: str, text: str) -> dict[str, Any]:
    return {"$set": {"name": name, "value": text, "update_time": datetime.now(UTC)}}


def _query(selection: Selection, start: _Place) -> dict[str, Any]:
    wanted: dict[str, Any] = {"create_time": {"$gte": max(start[0], selection.since or _FIRST)}}
    if selection.until:
        wanted["create_time"]["$lt"] = selection.until
    return wanted


def _behind(rows: Any, query: Mapping[str, Any], selection: Selection, start: _Place) -> Iterator[OutboxRow]:
    for each in rows.find(query, {"expire_time": 0}).sort(_ORDER):
        row = outbox_row(each)
        if _order(row) > start and _is_meant(row, selection):
            yield row


def _is_meant(row: OutboxRow, selection: Selection) -> bool:
    return (
        (selection.since is None or row.create_time >= selection.since)
        and (selection.until is None or row.create_time < selection.until)
        and selection.aggregate_id in ("", row.aggregate_id)
    )


def _order(row: OutboxRow) -> _Place:
    return row.create_time, row.version, row.event_id


def _place(text: str) -> _Place:
    if not text:
        return _FIRST, 0, ""
    time, version, event_id = text.split(" ")
    return datetime.fromisoformat(time), int(version), event_id
