"""The heads of the audit chains outside of the databases: every minute in a topic that nothing is deleted from.

An anchor is a record with the service as its key, and as its value JSON in ASCII, keys as in `Anchor`, bytes in hex.
Any service may write there; what counts is the signature.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from confluent_kafka import Consumer, TopicPartition
from prometheus_client import Gauge

from services.runtime import errors
from services.runtime.clock import Clock, SystemClock
from services.runtime.events.kafka import ANCHORS, READERS, KafkaSettings, Producer, text_of
from services.runtime.periodic import Periodic
from services.runtime.stores.ports import Store

_SECONDS = 60.0
_PATIENCE_SECONDS = 20.0
_ANCHORED = Gauge("loanflow_audit_anchored_sequence", "The last link that this replica anchored.", ["service"])


@dataclass(frozen=True)
class Anchor:
    """The head of a service's chain at some moment, as it is kept outside of the service's database."""

    service: str
    sequence: int
    link: bytes
    signature: bytes
    anchor_time: datetime

    def encoded(self) -> bytes:
        """The value of its record."""
        plain = {
            **vars(self),
            "link": self.link.hex(),
            "signature": self.signature.hex(),
            "anchor_time": self.anchor_time.isoformat(),
        }
        return json.dumps(plain, sort_keys=True).encode()

    @classmethod
    def decoded(cls, value: bytes) -> "Anchor":
        """The anchor of a record; ValueError for what is none."""
        try:
            plain = json.loads(value)
            return cls(
                str(plain["service"]),
                int(plain["sequence"]),
                bytes.fromhex(plain["link"]),
                bytes.fromhex(plain["signature"]),
                datetime.fromisoformat(plain["anchor_time"]),
            )
        except (KeyError, TypeError, UnicodeDecodeError) as error:
            raise ValueError("this is no anchor") from error


class Anchoring:
    """Anchors one service's chain whenever it has grown."""

    def __init__(self, service: str, store: Store, producer: Producer, clock: Clock | None = None) -> None:
        self._service, self._store, self._producer, self._clock = service, store, producer, clock or SystemClock()
        self._last = 0

    def check(self) -> None:
        """Checks that the topic is there; errors.Unavailable."""
        self._producer.require([ANCHORS])

    def anchor(self) -> None:
        """Sends the head, unless it was sent before; errors.Unavailable."""
        head = self._store.audit.head()
        if head is None or head.sequence == self._last:
            return
        anchor = Anchor(self._service, head.sequence, head.link, head.signature, self._clock.now())
        self._producer.deliver(ANCHORS, self._service, anchor.encoded(), {"content-type": "application/json"})
        self._last = head.sequence
        _ANCHORED.labels(self._service).set(head.sequence)

    def periodic(self) -> Periodic:
        """Has it done every minute."""
        return Periodic(self._service, f"{self._service}.audit_anchor", self.anchor, _SECONDS)


def anchors(kafka: KafkaSettings, service: str) -> Iterator[Anchor]:
    """Every anchor of a service that is in the topic now; errors.Unavailable. What is no anchor is passed over."""
    return (anchor for name, anchor in AnchorReader(kafka).new() if name == service)


class AnchorReader:
    """Reads the topic of anchors, each time from where it ended the last time."""

    def __init__(self, kafka: KafkaSettings) -> None:
        self._kafka = kafka
        self._reached: dict[int, int] = {}

    def new(self) -> Iterator[tuple[str, Anchor]]:
        """The anchors that are new, under the names of services that their records have; errors.Unavailable."""
        client = Consumer({**self._kafka.client(), "group.id": READERS, "enable.auto.commit": False})
        try:
            known = client.list_topics(ANCHORS, timeout=_PATIENCE_SECONDS).topics[ANCHORS].partitions
            ends = {
                partition: client.get_watermark_offsets(TopicPartition(ANCHORS, partition), timeout=_PATIENCE_SECONDS)
                for partition in known
            }
            begins = {partition: max(low, self._reached.get(partition, 0)) for partition, (low, _) in ends.items()}
            open_ends = {partition: high for partition, (_, high) in ends.items() if high > begins[partition]}
            client.assign([TopicPartition(ANCHORS, partition, begins[partition]) for partition in open_ends])
            while open_ends:
                record = client.poll(_PATIENCE_SECONDS)
                if record is None or record.error():
                    raise errors.Unavailable("the anchors cannot be read")
                partition, offset = record.partition(), record.offset()
                if partition is None or offset is None:
                    continue
                self._reached[partition] = offset + 1
                if partition in open_ends and offset + 1 >= open_ends[partition]:
                    del open_ends[partition]
                try:
                    yield text_of(record.key()), Anchor.decoded(record.value() or b"")
                except ValueError:
                    continue
        finally:
            client.close()
