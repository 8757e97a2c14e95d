"""The runtime's own documents in MongoDB: inbox, idempotency. Shapes and promises: ports.py."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from datetime import UTC, datetime
from itertools import chain, islice
from typing import Any

from bson import Binary
from pymongo import UpdateOne
from pymongo.client_session import ClientSession
from pymongo.collection import Collection as Rows
from pymongo.database import Database
from pymongo.errors import BulkWriteError, DuplicateKeyError

from services.runtime import errors
from services.runtime.stores.ports import Arrival, Identity, Known, ParkedRow, Waiting, names

Current = Callable[[], ClientSession]
Documents = Database[dict[str, Any]]
# Has documents inserted into a collection just before the open transaction commits, all of them at once.
Later = Callable[[str, list[dict[str, Any]]], None]
_DUPLICATE = 11000
_WAITING = [field.name for field in fields(Waiting)]


class MongoInbox:
    """What was received."""

    def __init__(self, database: Documents, session: Current) -> None:
        self._inbox, self._positions, self._parked = database.inbox, database.inbox_position, database.parked
        self._session = session

    def take(self, arrivals: Sequence[Arrival]) -> Known:
        """Records what is new, and says which that is and what is known of their aggregates and keys."""
        session, events = self._session(), {each.identity: names(each.identity) for each in arrivals}
        # Asked first: a duplicate key would abort the whole transaction.
        query = {"_id": {"$in": [*chain.from_iterable(events.values())]}}
        there = {each["_id"]: each["source"] for each in self._inbox.find(query, {"source": 1}, session=session)}
        now, new, rows = datetime.now(UTC), set[Identity](), []
        for event, both in events.items():
            source, _ = event
            if source not in (there.get(name) for name in both):
                name = both[0] if both[0] not in there else both[1]
                there[name] = source
                new.add(event)
                rows.append({"_id": name, "source": source, "receive_time": now})
        if rows:
            with _quickest():
                self._inbox.insert_many(rows, session=session)
        places = {_place(each.source, each.aggregate): (each.source, each.aggregate) for each in arrivals}
        found = self._positions.find({"_id": {"$in": [*places]}}, session=session)
        return Known(new, {places[each["_id"]]: int(each["version"]) for each in found}, self._waiting(arrivals))

    def _waiting(self, arrivals: Sequence[Arrival]) -> list[Waiting]:
        keys, places = {each.key for each in arrivals}, {(each.source, each.aggregate) for each in arrivals}
        # One after the other, each by its index: not every server has one for an $or.
        queries = {"key": {"$in": [*keys]}}, {"aggregate": {"$in": [*{aggregate for _, aggregate in places}]}}
        found = [each for query in queries for each in self._parked.find(query, _WAITING, session=self._session())]
        rows = {each["_id"]: _waiting_row(each) for each in found}.values()
        return [each for each in rows if each.key in keys or (each.source, each.aggregate) in places]

    def forget(self, events: Collection[Identity]) -> None:
        """Takes back what was recorded."""
        kept = self._kept(self._inbox, events)
        self._inbox.delete_many({"_id": {"$in": kept}}, session=self._session())

    def _kept(self, rows: Rows[dict[str, Any]], events: Collection[Identity]) -> list[str]:
        """The names of these events' rows; by ids alone, as a query with more in it reads the whole collection here."""
        query = {"_id": {"$in": [*chain.from_iterable(map(names, events))]}}
        found = rows.find(query, {"source": 1}, session=self._session())
        return [each["_id"] for each in found if (each["source"], each["_id"].rpartition("\n")[2]) in events]

    def advance(self, moved: Mapping[tuple[str, str], int], begun: Mapping[tuple[str, str], int]) -> None:
        """Records the versions that are applied, by source and aggregate."""
        # Read in this transaction; when another one has moved or begun a position since, one of the two is aborted.
        new = [{"_id": _place(*place), "version": version} for place, version in begun.items()]
        changes = [
            UpdateOne({"_id": _place(*place)}, {"$set": {"version": version}}) for place, version in moved.items()
        ]
        with _quickest():
            if new:
                # An upsert looks for what is known to be missing, and costs several times as much.
                self._positions.insert_many(new, ordered=False, session=self._session())
            if changes:
                self._positions.bulk_write(changes, ordered=False, session=self._session())

    def park(self, row: ParkedRow) -> None:
        """Keeps an event for later; replaces an earlier copy of it."""
        both = names(row.identity)
        found = self._parked.find({"_id": {"$in": [*both]}}, {"source": 1}, session=self._session())
        there = {each["_id"]: each["source"] for each in found}
        name = both[1] if both[1] in there or there.get(both[0], row.source) != row.source else both[0]
        document = {**asdict(row), "_id": name, "value": Binary(row.value), "park_time": datetime.now(UTC)}
        self._parked.replace_one({"_id": name}, document, upsert=True, session=self._session())

    def unpark(self, event: Identity) -> None:
        """Forgets a parked event."""
        kept = self._kept(self._parked, [event])
        self._parked.delete_many({"_id": {"$in": kept}}, session=self._session())

    def runnable(self, limit: int) -> list[Identity]:
        """Parked events that nothing of their aggregate holds up."""
        first: dict[str, int] = {}
        rows = []
        for each in self._parked.find({}, _WAITING, session=self._session()).sort("park_time"):
            row = _waiting_row(each)
            rows.append(row)
            place = _place(row.source, row.aggregate)
            first[place] = min(row.version, first.get(place, row.version))
        reached = self._reached([*first])
        free = (
            row.identity
            for row in rows
            if not row.dead
            and row.version == first[_place(row.source, row.aggregate)]
            and row.follows <= reached.get(_place(row.source, row.aggregate), 0)
        )
        return list(islice(free, limit))

    def _reached(self, places: list[str]) -> dict[str, int]:
        found = self._positions.find({"_id": {"$in": places}}, session=self._session()) if places else ()
        return {each["_id"]: int(each["version"]) for each in found}

    def copy(self, event: Identity) -> ParkedRow | None:
        """A parked event with all that it carries."""
        query = {"_id": {"$in": [*names(event)]}}
        found = self._parked.find(query, {"_id": 0, "park_time": 0}, session=self._session())
        own = next((each for each in found if each["source"] == event[0]), None)
        return None if own is None else ParkedRow(**{**_followed(own), "value": bytes(own["value"])})

    def parked_count(self) -> int:
        """How many events are parked."""
        return self._parked.count_documents({}, session=self._session())


class MongoIdempotency:
    """Answers already given."""

    def __init__(self, database: Documents, session: Current) -> None:
        self._rows, self._session = database.idempotency, session

    def find(self, subject: str, method: str, key: str) -> tuple[bytes, bytes] | None:
        """The hash of the request and the answer, or None."""
        found = self._rows.find_one({"_id": _place(subject, method, key)}, session=self._session())
        return None if found is None else (bytes(found["request_hash"]), bytes(found["response"]))

    def save(self, subject: str, method: str, key: str, request_hash: bytes, response: bytes) -> None:
        """Keeps an answer; errors.Aborted (CONFLICT) when another call with the key was quicker."""
        row = {
            "_id": _place(subject, method, key),
            "request_hash": Binary(request_hash),
            "response": Binary(response),
            "create_time": datetime.now(UTC),
        }
        try:
            self._rows.insert_one(row, session=self._session())
        except DuplicateKeyError as error:
            raise errors.Aborted("another call with this idempotency key was quicker") from error


def is_duplicate(error: BulkWriteError) -> bool:
    """Whether a document was refused because it is there."""
    return any(each.get("code") == _DUPLICATE for each in error.details.get("writeErrors", ()))


@contextmanager
def _quickest() -> Iterator[None]:
    """Writes that another replica may be making just now; errors.Aborted (CONFLICT) for the slower one."""
    try:
        yield
    except BulkWriteError as error:
        if is_duplicate(error):
            raise errors.Aborted("another replica was quicker") from error
        raise


def _followed(document: dict[str, Any]) -> dict[str, Any]:
    """A parked event of before `follows` was kept waits for the version just before its own."""
    return {"follows": document["version"] - 1, **document}


def _waiting_row(document: dict[str, Any]) -> Waiting:
    return Waiting(**{name: value for name, value in _followed(document).items() if name in _WAITING})


def _place(*parts: str) -> str:
    return "\n".join(parts)
