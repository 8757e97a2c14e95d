"""The event traffic around a service that keeps documents in MongoDB."""

from collections.abc import Callable
from typing import Any

from google.protobuf.message import Message

from services.runtime.events.avro import Codec, event_option
from services.runtime.events.outbox import Outbox
from services.runtime.stores.mongo import Mongo
from tests.fakes.registry import FakeRegistry
from tests.fakes.traffic import FakeTraffic
from tests.sealed import why


class MongoTraffic(FakeTraffic):
    """FakeTraffic over MongoDB."""

    def __init__(self, service: str, database: Mongo, event_message: Callable[[object], Message]) -> None:
        self.store, self.codec = database, Codec(FakeRegistry())
        self.database = database  # type: ignore[assignment]
        self.outbox = Outbox(service, event_message, self.codec)

    def published(self, *kinds: type[Message]) -> list[Any]:
        known = {event_option(kind.DESCRIPTOR).type: kind for kind in kinds}
        rows = self.store.database.outbox.find().sort([("create_time", 1), ("version", 1)])
        return [self.codec.decode(bytes(row["payload"]), known[row["headers"]["ce_type"]]) for row in rows]

    def audit(self, aggregate_id: str) -> list[Any]:
        rows = self.store.trail.audit.find({"aggregate_id": aggregate_id}).sort([("_id", 1)])
        return [{**row, "why": why(self.store, row)} for row in list(rows)]
