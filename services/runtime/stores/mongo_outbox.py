"""Events that wait in MongoDB, and the leases by which replicas share them. Shapes and promises: ports.py."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from bson import Binary
from pymongo.errors import BulkWriteError

from services.runtime import errors
from services.runtime.stores.mongo_rows import Documents, Later, is_duplicate
from services.runtime.stores.mongo_schema import OUTBOX
from services.runtime.stores.ports import SHARDS, OutboxRow

# The one document of all leases: when each relay's ends, and the owner of each shard.
_LEASES = "leases"
_ATTEMPTS = 8


class MongoOutbox:
    """Events that wait. Without a sequence, the order is time, then version; listeners settle what clocks confuse."""

    def __init__(
        self, database: Documents, later: Later, translated: Callable[[], AbstractContextManager[None]], days: int
    ) -> None:
        self._rows, self._leases, self._archive = database.outbox, database.outbox_lease, database.outbox_archive
        self._later, self._translated, self._kept = later, translated, timedelta(days=days)

    def append(self, rows: Sequence[OutboxRow]) -> None:
        """Writes the rows with the open transaction."""
        self._later(OUTBOX.name, [_outbox_document(row) for row in rows])

    def lease(self, owner: str, seconds: float) -> frozenset[int]:
        """Renews the owner's leases, takes its fair share of free ones, gives surplus back."""
        now = datetime.now(UTC)

        def renewed(relays: Mapping[str, datetime]) -> dict[str, datetime]:
            alive = {name: end for name, end in relays.items() if end > now}
            return {**alive, owner: now + timedelta(seconds=seconds)}

        return self._change(owner, renewed)

    def release(self, owner: str) -> None:
        """Gives all leases of the owner back."""
        self._change(owner, lambda relays: {name: end for name, end in relays.items() if name != owner})

    def _change(self, owner: str, change: Callable[[Mapping[str, datetime]], dict[str, datetime]]) -> frozenset[int]:
        """Reads the leases and writes them, unless another replica did so in between: then again."""
        for _ in range(_ATTEMPTS):
            with self._translated():
                found = self._leases.find_one({"_id": _LEASES}) or {
                    "revision": 0,
                    "relays": [],
                    "shards": [""] * SHARDS,
                }
                # In pairs: the name of a host has dots.
                relays = change({each["owner"]: each["end_time"] for each in found["relays"]})
                shards = _shared(owner, relays, found["shards"])
                wanted = {
                    "revision": found["revision"] + 1,
                    "relays": [{"owner": name, "end_time": end} for name, end in relays.items()],
                    "shards": shards,
                }
                if self._write(found["revision"], wanted):
                    return frozenset(shard for shard, each in enumerate(shards) if each == owner)
        raise errors.Aborted("the leases of the outbox are contended")

    def _write(self, revision: int, wanted: dict[str, Any]) -> bool:
        here = {"_id": _LEASES, "revision": revision}
        if revision:
            return self._leases.update_one(here, {"$set": wanted}).matched_count == 1
        try:
            with self._translated():
                self._leases.insert_one({"_id": _LEASES, **wanted})
        except errors.AlreadyExists:
            return False
        return True

    def waiting(self, shards: Sequence[int], limit: int) -> list[OutboxRow]:
        """The oldest rows of these shards."""
        with self._translated():
            found = self._rows.find({"shard": {"$in": list(shards)}})
            return [outbox_row(each) for each in found.sort([("create_time", 1), ("version", 1)]).limit(limit)]

    def archive(self, rows: Sequence[OutboxRow]) -> None:
        """Moves rows that the broker acknowledged to the archive.

        First there, then away from here: one that a crash in between leaves in both is moved again.
        """
        expire = {"expire_time": datetime.now(UTC) + self._kept}
        with self._translated():
            try:
                self._archive.insert_many([{**_outbox_document(row), **expire} for row in rows], ordered=False)
            except BulkWriteError as error:
                if not is_duplicate(error):
                    raise
            self._rows.delete_many({"_id": {"$in": [row.position for row in rows]}})

    def backlog(self) -> tuple[int, float]:
        """How many rows wait, and the age of the oldest in seconds."""
        with self._translated():
            count = self._rows.estimated_document_count()
            # By shard, for which there is an index.
            here, first = {"shard": {"$in": list(range(SHARDS))}}, [("create_time", 1)]
            oldest = self._rows.find_one(here, {"create_time": 1}, sort=first) if count else None
            age = (datetime.now(UTC) - oldest["create_time"]).total_seconds() if oldest else 0.0
            return count, max(0.0, age)


def _shared(owner: str, relays: Mapping[str, datetime], shards: Sequence[str]) -> list[str]:
    """The owners of the shards when `owner` has taken its fair share of the free ones and given back what is more."""
    share = -(-SHARDS // len(relays)) if owner in relays else 0
    own = [shard for shard, each in enumerate(shards) if each == owner][:share]
    free = [shard for shard, each in enumerate(shards) if each not in relays][: share - len(own)]
    # Of one that is given back another relay finds that it has no owner.
    left = [each if each in relays and each != owner else "" for each in shards]
    return [owner if shard in (*own, *free) else left[shard] for shard in range(SHARDS)]


def _outbox_document(row: OutboxRow) -> dict[str, Any]:
    values = {name: value for name, value in asdict(row).items() if name != "position"}
    return {**values, "_id": row.event_id, "payload": Binary(row.payload)}


def outbox_row(document: dict[str, Any]) -> OutboxRow:
    """The event of a document, waiting or archived."""
    position = document.pop("_id")
    return OutboxRow(**{**document, "payload": bytes(document["payload"])}, position=position)
