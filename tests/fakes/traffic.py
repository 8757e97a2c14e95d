"""The event traffic around one service: events of others handed to its handlers, and what it wrote for others."""

from collections.abc import Callable, Mapping
from typing import Any

from google.protobuf.message import Message
from sqlalchemy import text

from services.runtime import context
from services.runtime.context import Caller, EventMeta, RequestContext
from services.runtime.events.avro import Codec, event_option
from services.runtime.events.outbox import Outbox
from services.runtime.ids import new_id
from services.runtime.stores.postgres import Postgres
from tests.fakes.clock import NOON
from tests.fakes.registry import FakeRegistry
from tests.sealed import why


class FakeTraffic:
    """No broker: `outbox` is the service's own, `deliver` does what the inbox does around a handler."""

    def __init__(self, service: str, database: Postgres, event_message: Callable[[object], Message]) -> None:
        self.database, self.codec = database, Codec(FakeRegistry())
        self.outbox = Outbox(service, event_message, self.codec)

    def deliver(self, subscriptions: Mapping[type[Message], Callable[[Any], None]], message: Message) -> None:
        """Handles one event in the transaction and the context of the inbox."""
        option = event_option(message.DESCRIPTOR)
        source = message.DESCRIPTOR.file.package.split(".")[1]
        subject = str(getattr(message, option.key))
        meta = EventMeta(new_id(), option.type, source, NOON, subject, subject, 1, f"service:{source}")
        occasion = RequestContext(Caller.of_service(source), "corr-1", option.type, event=meta)
        with self.database.transaction(), context.bind(occasion):
            subscriptions[type(message)](message)

    def published(self, *kinds: type[Message]) -> list[Any]:
        """The messages that wait in the outbox, in order of their birth; `kinds` must name every type among them."""
        known = {event_option(kind.DESCRIPTOR).type: kind for kind in kinds}
        with self.database.engine.connect() as connection:
            rows = connection.execute(text("SELECT headers, payload FROM outbox ORDER BY position")).all()
        return [self.codec.decode(bytes(payload), known[headers["ce_type"]]) for headers, payload in rows]

    def audit(self, aggregate_id: str) -> list[Any]:
        """The audit rows of one aggregate, oldest first, with the reasons opened."""
        query = text("SELECT * FROM audit WHERE aggregate_id = :id ORDER BY position")
        with self.database.engine.connect() as connection:
            rows = [dict(row) for row in connection.execute(query, {"id": aggregate_id}).mappings()]
        return [{**row, "why": why(self.database, row)} for row in rows]
