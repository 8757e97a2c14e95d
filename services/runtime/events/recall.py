"""Dead letters on their way back: what an operator's record names is read again where the service itself wrote it.

A record of the retry topic only names a letter. Whoever may write there can have handled again, or passed over, what
the service once set aside and its own store says an operator took (letters.py); they cannot make an event up.
"""

from confluent_kafka import Consumer, KafkaException, Message, TopicPartition

from services.runtime import errors
from services.runtime.events.claims import EARLIER, REPLAYED, Claims
from services.runtime.events.dead_letters import Letter
from services.runtime.events.kafka import KafkaSettings, dead_letters, group, headers_of, text_of
from services.runtime.events.topics import TopicIds
from services.runtime.stores.archive import ArchivingStore

_PATIENCE_SECONDS = 5.0


class NoLetter(LookupError):
    """A record names no letter of the service that was taken for this act, or that is still kept."""


class Recall:
    """Reads the letters of a service; for one thread."""

    def __init__(self, kafka: KafkaSettings, service: str, store: ArchivingStore, ids: TopicIds) -> None:
        self._kafka, self._service, self._topic = kafka, service, dead_letters(service)
        self._store, self._ids = store, ids
        self._client: Consumer | None = None
        self._stamp = 0
        # What the client delivers next.
        self._next = (-1, -1)

    def letter(self, name: str, key: str, act: str) -> Letter:
        """The letter of this name, "partition/offset", whose key the record has; NoLetter, errors.Unavailable."""
        partition, _, offset = name.partition("/")
        if not (partition.isdecimal() and offset.isdecimal() and name.isascii() and len(name) < 30):
            raise NoLetter("it names none")
        place = int(partition), int(offset)
        ids = self._ids.of([self._topic])
        claim = Claims(self._store, ids[self._topic]).of(place) if self._topic in ids else None
        # Of those whose claim is not kept, none was discarded lately.
        if claim is None or act != (REPLAYED if claim is EARLIER else claim.act):
            raise NoLetter("nobody took it for that")
        record = self._record(place)
        if record is None or text_of(record.key()) != key:
            raise NoLetter("it is not kept")
        headers = headers_of(record)
        return Letter(headers.get("dlq_topic", ""), key, headers, record.value() or b"")

    def close(self) -> None:
        """Closes the connection; the next letter opens another."""
        if self._client is not None:
            self._client.close()
        self._client, self._next = None, (-1, -1)

    def _record(self, place: tuple[int, int]) -> Message | None:
        try:
            client = self._connected()
            low, end = client.get_watermark_offsets(TopicPartition(self._topic, place[0]), timeout=_PATIENCE_SECONDS)
            if not low <= place[1] < end:
                return None
            if place != self._next:
                client.assign([TopicPartition(self._topic, *place)])
            record = client.poll(_PATIENCE_SECONDS)
        except KafkaException as error:
            self.close()
            raise errors.Unavailable("kafka does not deliver a dead letter") from error
        if record is None or record.error() is not None or (record.partition(), record.offset()) != place:
            self.close()
            raise errors.Unavailable("kafka does not deliver a dead letter")
        self._next = place[0], place[1] + 1
        return record

    def _connected(self) -> Consumer:
        if self._client is not None and self._stamp != self._kafka.stamp():
            self.close()
        if self._client is None:
            self._stamp = self._kafka.stamp()
            # Assigned by hand, and nothing is committed: the group's name is only one that the broker lets it have.
            options = {"group.id": group(self._service), "enable.auto.commit": False, "fetch.wait.max.ms": 10}
            self._client = Consumer({**self._kafka.client(), **options})
        return self._client
