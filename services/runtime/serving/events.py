"""A service's part in the traffic of events, put together once: what it publishes, what it listens to."""

from collections.abc import Callable

from google.protobuf.message import Message

from services.runtime.events.avro import Codec, event_option
from services.runtime.events.consumer import Consumer
from services.runtime.events.inbox import Inbox, Subscriptions
from services.runtime.events.kafka import KafkaSettings, Producer
from services.runtime.events.outbox import Outbox, Relay
from services.runtime.events.read_ahead import ReadAhead
from services.runtime.events.registry import Registry, RegistrySettings
from services.runtime.events.unreplayed import Unreplayed
from services.runtime.periodic import Periodic
from services.runtime.serving.builder import ServerBuilder
from services.runtime.serving.rpcs import StartError
from services.runtime.stores.archive import ArchivingStore

# How often the dead letters are counted.
_COUNT_SECONDS = 15.0


class Events:
    """Adds to a server what sends and receives events; each part is checked before the server takes calls."""

    def __init__(
        self, server: ServerBuilder, store: ArchivingStore, kafka: KafkaSettings, registry: RegistrySettings
    ) -> None:
        self._server, self._store, self._kafka = server, store, kafka
        schemas = Registry(registry)
        self._codec = Codec(schemas)
        self.producer = Producer(kafka)
        server.closes(schemas.close)
        server.closes(self.producer.close)

    def publish(self, event_message: Callable[[object], Message]) -> Outbox:
        """The outbox of the service's units of work; `event_message` turns an event of the model into its message."""
        outbox = Outbox(self._server.settings.name, event_message, self._codec)
        relay = Relay(outbox, self._store, self.producer)
        self._server.requires(relay.check)
        self._server.background(relay)
        return outbox

    def listen(self, subscriptions: Subscriptions, read_ahead: ReadAhead | None = None) -> None:
        """Has every event of a subscribed kind handled, once and in order; `read_ahead` is shown batches before.

        StartError when the contract does not name this service among the listeners of one.
        """
        name = self._server.settings.name
        for kind in subscriptions:
            option = event_option(kind.DESCRIPTOR)
            if name not in option.listeners:
                raise StartError(f"{name} subscribes to {option.type}, whose listeners do not name it")
        inbox = Inbox(name, self._store, self._codec, subscriptions, read_ahead)
        consumer = Consumer(self._kafka, inbox, self.producer)
        self._server.requires(consumer.check)
        self._server.background(consumer)
        self._server.catches_up(consumer.catching_up)
        letters = Unreplayed(name, self._store, consumer.ids)
        self._server.background(Periodic(name, f"{name}.dead_letters", letters.measure, _COUNT_SECONDS))
