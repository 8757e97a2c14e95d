"""A service of the tests that listens: what it was handed, and how it is made to fail."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from google.protobuf.message import Message

from services.runtime import context
from services.runtime.context import EventMeta
from services.runtime.events.consumer import Consumer
from services.runtime.events.inbox import Inbox
from services.runtime.events.kafka import KafkaSettings, Producer
from services.runtime.events.outbox import Relay
from services.runtime.stores.ports import Store
from tests.integration.runtime.things import Backend, PlainCodec


@dataclass
class Listener:
    """`failures` is asked before an event counts: what it raises, the handler raises.

    With a `store`, an event counts when its transaction is committed: a batch that failed was an attempt.
    """

    failures: Callable[[Any], None] = lambda message: None
    store: Store | None = None
    names: list[str] = field(default_factory=list)
    metas: list[EventMeta] = field(default_factory=list)

    def handle(self, message: Any) -> None:
        self.failures(message)
        meta = context.current().event
        assert meta is not None
        if self.store is None:
            self.count(message, meta)
        else:
            with self.store.transaction() as transaction:
                transaction.after_commit(partial(self.count, message, meta))

    def count(self, message: Any, meta: EventMeta) -> None:
        self.metas.append(meta)
        self.names.append(message.name)


@contextmanager
def relaying(backend: Backend, kafka: KafkaSettings) -> Iterator[Relay]:
    """The relay runs."""
    producer = Producer(kafka)
    relay = Relay(backend.outbox, backend.store, producer)
    relay.check()
    relay.start()
    try:
        yield relay
    finally:
        relay.stop()
        producer.close(0)


@contextmanager
def consuming(
    backend: Backend, kafka: KafkaSettings, name: str, listener: Listener, *others: type[Message]
) -> Iterator[Consumer]:
    """The consumer of service `name` runs, on the same database as the publisher; it handles `others` too."""
    producer, listener.store = Producer(kafka), backend.store
    inbox = Inbox(name, backend.store, PlainCodec(), dict.fromkeys((backend.outbox.event, *others), listener.handle))
    consumer = Consumer(kafka, inbox, producer)
    consumer.check()
    consumer.start()
    try:
        yield consumer
    finally:
        consumer.stop()
        producer.close(0)
