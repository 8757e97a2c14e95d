"""The runtime's own documents in MongoDB: audit, outbox, inbox, idempotency. Shapes and promises: stores.py."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, fields
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from bson import Binary
from pymongo import UpdateOne
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.runtime import errors
from services.runtime.stores.mongo_schema import RUNTIME
from services.runtime.stores.ports import AuditRow, OutboxRow, ParkedRow, Waiting
from services.runtime.stores.tables import SHARDS

Current = Callable[[], ClientSession]
Documents = Database[dict[str, Any]]


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

    def reached(self, source: str, aggregate: str) -> int:
        """The version that was last applied. Its document is written, so that of two transactions one is aborted."""
        found = self._positions.find_one_and_update(
            {"_id": _place(source, aggregate)},
            {"$inc": {"reads": 1}, "$setOnInsert": {"version": 0}},
            upsert=True,
            return_document=True,
            session=self._session(),
        )
        return int(found["version"]) if found else 0

    def advance(self, source: str, aggregate: str, version: int) -> None:
        """Records that `version` is applied."""
        place = {"_id": _place(source, aggregate)}
        self._positions.update_one(place, {"$set": {"version": version}}, session=self._session())

    def add(self, event_id: str, source: str) -> bool:
        """Records the id; False when it was there."""
        # Asked first: a duplicate key would abort the whole transaction.
        if self._inbox.find_one({"_id": event_id}, session=self._session()) is not None:
            return False
        row = {"_id": event_id, "source": source, "receive_time": datetime.now(UTC)}
        self._inbox.insert_one(row, session=self._session())
        return True

    def park(self, row: ParkedRow) -> None:
        """Keeps an event for later; replaces an earlier copy of it."""
        document = {**asdict(row), "_id": row.event_id, "value": Binary(row.value), "park_time": datetime.now(UTC)}
        self._parked.replace_one({"_id": row.event_id}, document, upsert=True, session=self._session())

    def unpark(self, event_id: str) -> None:
        """Forgets a parked event."""
        self._parked.delete_one({"_id": event_id}, session=self._session())

    def waiting(self, source: str, key: str, aggregate: str) -> list[Waiting]:
        """The parked events of a key, and of a source's aggregate, by version."""
        here = {"$or": [{"key": key}, {"source": source, "aggregate": aggregate}]}
        names = [field.name for field in fields(Waiting)]
        found = self._parked.find(here, dict.fromkeys(names, 1), session=self._session()).sort("version")
        return [Waiting(**{name: each[name] for name in names}) for each in found]

    def runnable(self, limit: int) -> list[str]:
        """Ids of parked events that the position is just before."""
        names = dict.fromkeys(("source", "aggregate", "version"), 1)
        found = self._parked.find({"dead": False}, names, session=self._session()).sort("park_time")
        return list(islice((each["_id"] for each in found if self._is_next(each)), limit))

    def _is_next(self, parked: dict[str, Any]) -> bool:
        place = {"_id": _place(parked["source"], parked["aggregate"]), "version": parked["version"] - 1}
        return self._positions.find_one(place, session=self._session()) is not None

    def copy(self, event_id: str) -> ParkedRow | None:
        """A parked event with all that it carries."""
        found = self._parked.find_one({"_id": event_id}, {"_id": 0, "park_time": 0}, session=self._session())
        if found is None:
            return None
        return ParkedRow(**{"follows": found["version"] - 1, **found, "value": bytes(found["value"])})

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


def _place(*parts: str) -> str:
    return "\n".join(parts)


def _outbox_document(row: OutboxRow) -> dict[str, Any]:
    values = {name: value for name, value in asdict(row).items() if name != "position"}
    return {**values, "_id": row.event_id, "payload": Binary(row.payload)}


def _outbox_row(document: dict[str, Any]) -> OutboxRow:
    position = document.pop("_id")
    return OutboxRow(**{**document, "payload": bytes(document["payload"])}, position=position)
