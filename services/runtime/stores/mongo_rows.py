"""The runtime's own documents in MongoDB: audit, outbox, inbox, idempotency. Shapes and promises: stores.py."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, fields
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from bson import Binary
from pymongo import UpdateOne
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import BulkWriteError, DuplicateKeyError

from services.runtime import errors
from services.runtime.stores.mongo_schema import RUNTIME
from services.runtime.stores.ports import Arrival, AuditRow, Known, OutboxRow, ParkedRow, Waiting
from services.runtime.stores.tables import SHARDS

Current = Callable[[], ClientSession]
Documents = Database[dict[str, Any]]
_DUPLICATE = 11000
_WAITING = [field.name for field in fields(Waiting)]


def prepare_runtime(database: Documents) -> None:
    """Makes the collections, indexes and shards that are missing."""
    for each in RUNTIME:
        each.create(database)
    free = {"$setOnInsert": {"owner": "", "lease_end_time": datetime.fromtimestamp(0, UTC)}}
    database.outbox_shard.bulk_write([UpdateOne({"_id": shard}, free, upsert=True) for shard in range(SHARDS)])


class MongoAudit:
    """The audit trail."""

    def __init__(self, database: Documents, session: Current) -> None:
        self._rows, self._session = database.audit, session

    def append(self, rows: Sequence[AuditRow]) -> None:
        """Writes the rows in the open transaction."""
        now = datetime.now(UTC)
        self._rows.insert_many([{**asdict(row), "create_time": now} for row in rows], session=self._session())


class MongoOutbox:
    """Events that wait. Without a sequence, the order is time, then version; listeners settle what clocks confuse."""

    def __init__(
        self, database: Documents, session: Current, translated: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self._rows, self._shards, self._relays = database.outbox, database.outbox_shard, database.outbox_relay
        self._session, self._translated = session, translated

    def append(self, rows: Sequence[OutboxRow]) -> None:
        """Writes the rows in the open transaction."""
        self._rows.insert_many([_outbox_document(row) for row in rows], session=self._session())

    def lease(self, owner: str, seconds: float) -> frozenset[int]:
        """Renews the owner's leases, takes its fair share of free ones, gives surplus back."""
        now = datetime.now(UTC)
        end = now + timedelta(seconds=seconds)
        with self._translated():
            self._relays.update_one({"_id": owner}, {"$set": {"lease_end_time": end}}, upsert=True)
            self._relays.delete_many({"lease_end_time": {"$lt": now}})
            share = -(-SHARDS // max(1, self._relays.count_documents({})))
            mine = [each["_id"] for each in self._shards.find({"owner": owner}).sort("_id")]
            if mine[share:]:
                self._give_back(owner, mine[share:])
            held = self._renew(owner, mine[:share], end)
            for each in list(self._shards.find({"lease_end_time": {"$lt": now}}).sort("_id")):
                if len(held) < share and each["_id"] not in held:
                    free = {"owner": each["owner"], "lease_end_time": {"$lt": now}}
                    held += [each["_id"]] if self._take(each["_id"], owner, end, free) else []
        return frozenset(held)

    def _renew(self, owner: str, shards: list[int], end: datetime) -> list[int]:
        """One write for all of them; what another relay took meanwhile is not in the answer."""
        mine = {"_id": {"$in": shards}, "owner": owner}
        self._shards.update_many(mine, {"$set": {"lease_end_time": end}})
        return [each["_id"] for each in self._shards.find(mine)]

    def _take(self, shard: int, owner: str, end: datetime, condition: dict[str, Any]) -> bool:
        change = {"$set": {"owner": owner, "lease_end_time": end}}
        return self._shards.update_one({"_id": shard, **condition}, change).matched_count == 1

    def release(self, owner: str) -> None:
        """Gives all leases of the owner back."""
        with self._translated():
            self._give_back(owner, list(range(SHARDS)))
            self._relays.delete_one({"_id": owner})

    def _give_back(self, owner: str, shards: list[int]) -> None:
        free = {"$set": {"owner": "", "lease_end_time": datetime.fromtimestamp(0, UTC)}}
        self._shards.update_many({"_id": {"$in": shards}, "owner": owner}, free)

    def waiting(self, shards: Sequence[int], limit: int) -> list[OutboxRow]:
        """The oldest rows of these shards."""
        with self._translated():
            found = self._rows.find({"shard": {"$in": list(shards)}})
            return [_outbox_row(each) for each in found.sort([("create_time", 1), ("version", 1)]).limit(limit)]

    def delete(self, rows: Sequence[OutboxRow]) -> None:
        """Removes rows that the broker acknowledged."""
        with self._translated():
            self._rows.delete_many({"_id": {"$in": [row.position for row in rows]}})

    def backlog(self) -> tuple[int, float]:
        """How many rows wait, and the age of the oldest in seconds."""
        with self._translated():
            oldest = self._rows.find_one({}, sort=[("create_time", 1)])
            age = (datetime.now(UTC) - oldest["create_time"]).total_seconds() if oldest else 0.0
            return self._rows.count_documents({}), max(0.0, age)


class MongoInbox:
    """What was received."""

    def __init__(self, database: Documents, session: Current) -> None:
        self._inbox, self._positions, self._parked = database.inbox, database.inbox_position, database.parked
        self._session = session

    def take(self, arrivals: Sequence[Arrival]) -> Known:
        """Records the ids, and says which are new and what is known of their aggregates and keys."""
        session, sources = self._session(), {each.event_id: each.source for each in arrivals}
        # Asked first: a duplicate key would abort the whole transaction.
        there = {each["_id"] for each in self._inbox.find({"_id": {"$in": [*sources]}}, {"_id": 1}, session=session)}
        now, new = datetime.now(UTC), [event_id for event_id in sources if event_id not in there]
        rows = [{"_id": event_id, "source": sources[event_id], "receive_time": now} for event_id in new]
        if rows:
            with _quickest():
                self._inbox.insert_many(rows, session=session)
        places = {_place(each.source, each.aggregate): (each.source, each.aggregate) for each in arrivals}
        found = self._positions.find({"_id": {"$in": [*places]}}, session=session)
        return Known(set(new), {places[each["_id"]]: int(each["version"]) for each in found}, self._waiting(arrivals))

    def _waiting(self, arrivals: Sequence[Arrival]) -> list[Waiting]:
        sources, aggregates = {each.source for each in arrivals}, {each.aggregate for each in arrivals}
        keys, places = {each.key for each in arrivals}, {(each.source, each.aggregate) for each in arrivals}
        there = {"source": {"$in": [*sources]}, "aggregate": {"$in": [*aggregates]}}
        found = self._parked.find({"$or": [{"key": {"$in": [*keys]}}, there]}, _WAITING, session=self._session())
        rows = [_waiting_row(each) for each in found]
        return [each for each in rows if each.key in keys or (each.source, each.aggregate) in places]

    def forget(self, event_ids: Collection[str]) -> None:
        """Takes back ids that were recorded."""
        self._inbox.delete_many({"_id": {"$in": [*event_ids]}}, session=self._session())

    def advance(self, reached: Mapping[tuple[str, str], int]) -> None:
        """Records the versions that are applied, by source and aggregate."""
        # Read in this transaction; when another one has moved a position since, one of the two is aborted.
        changes = [
            UpdateOne({"_id": _place(*place)}, {"$set": {"version": version}}, upsert=True)
            for place, version in reached.items()
        ]
        with _quickest():
            self._positions.bulk_write(changes, ordered=False, session=self._session())

    def park(self, row: ParkedRow) -> None:
        """Keeps an event for later; replaces an earlier copy of it."""
        document = {**asdict(row), "_id": row.event_id, "value": Binary(row.value), "park_time": datetime.now(UTC)}
        self._parked.replace_one({"_id": row.event_id}, document, upsert=True, session=self._session())

    def unpark(self, event_id: str) -> None:
        """Forgets a parked event."""
        self._parked.delete_one({"_id": event_id}, session=self._session())

    def runnable(self, limit: int) -> list[str]:
        """Ids of parked events that nothing of their aggregate holds up."""
        first: dict[str, int] = {}
        rows = []
        for each in self._parked.find({}, _WAITING, session=self._session()).sort("park_time"):
            row = _waiting_row(each)
            rows.append(row)
            place = _place(row.source, row.aggregate)
            first[place] = min(row.version, first.get(place, row.version))
        reached = self._reached([*first])
        free = (
            row.event_id
            for row in rows
            if not row.dead
            and row.version == first[_place(row.source, row.aggregate)]
            and row.follows <= reached.get(_place(row.source, row.aggregate), 0)
        )
        return list(islice(free, limit))

    def _reached(self, places: list[str]) -> dict[str, int]:
        found = self._positions.find({"_id": {"$in": places}}, session=self._session()) if places else ()
        return {each["_id"]: int(each["version"]) for each in found}

    def copy(self, event_id: str) -> ParkedRow | None:
        """A parked event with all that it carries."""
        found = self._parked.find_one({"_id": event_id}, {"_id": 0, "park_time": 0}, session=self._session())
        return None if found is None else ParkedRow(**{**_followed(found), "value": bytes(found["value"])})

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


@contextmanager
def _quickest() -> Iterator[None]:
    """Writes that another replica may be making just now; errors.Aborted (CONFLICT) for the slower one."""
    try:
        yield
    except BulkWriteError as error:
        if any(each.get("code") == _DUPLICATE for each in error.details.get("writeErrors", ())):
            raise errors.Aborted("another replica was quicker") from error
        raise


def _followed(document: dict[str, Any]) -> dict[str, Any]:
    """A parked event of before `follows` was kept waits for the version just before its own."""
    return {"follows": document["version"] - 1, **document}


def _waiting_row(document: dict[str, Any]) -> Waiting:
    return Waiting(**{name: value for name, value in _followed(document).items() if name in _WAITING})


def _place(*parts: str) -> str:
    return "\n".join(parts)


def _outbox_document(row: OutboxRow) -> dict[str, Any]:
    values = {name: value for name, value in asdict(row).items() if name != "position"}
    return {**values, "_id": row.event_id, "payload": Binary(row.payload)}


def _outbox_row(document: dict[str, Any]) -> OutboxRow:
    position = document.pop("_id")
    return OutboxRow(**{**document, "payload": bytes(document["payload"])}, position=position)
