"""The heads of the audit chains outside of the databases: every minute in a topic that nothing is deleted from.

An anchor is a record with the service as its key, and as its value JSON in ASCII, keys as in `Anchor`, bytes in hex.
Any service may write there; what counts is the signature of the head, and of the anchor as a whole: proving.py.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from confluent_kafka import Consumer, TopicPartition
from prometheus_client import Gauge

from services.runtime import errors
from services.runtime.clock import Clock, SystemClock
from services.runtime.events.kafka import ANCHORS, READERS, KafkaSettings, Producer, text_of
from services.runtime.periodic import Periodic
from services.runtime.stores.ports import Store

_SECONDS = 60.0
_PATIENCE_SECONDS = 20.0
# Any service may write any bytes there: what no chain of ours has is no anchor.
_MOST_BYTES = 2_000
_SERVICE = re.compile(r"[a-z][a-z0-9-]{0,59}", re.ASCII)
_FIRST_YEAR, _LAST_YEAR, _MOST_LINKS = 2000, 2199, 2**63
_ANCHORED = Gauge("loanflow_audit_anchored_sequence", "The last link that this replica anchored.", ["service"])


@dataclass(frozen=True)
class Anchor:
    """The head of a service's chain at some moment, as it is kept outside of the service's database.

    `signature` is the chain's, of the head alone; `attestation` is of all the rest, and empty where nobody could give
    one.
    """

    service: str
    sequence: int
    link: bytes
    signature: bytes
    anchor_time: datetime
    attestation: str = ""

    def encoded(self) -> bytes:
        """The value of its record."""
        return json.dumps(self._plain(), sort_keys=True).encode()

    def claimed(self) -> bytes:
        """What the attestation is of: a name for this kind of claim, a zero byte, and a record's value without it."""
        plain = self._plain()
        del plain["attestation"]
        return b"audit anchor\0" + json.dumps(plain, sort_keys=True).encode()

    def _plain(self) -> dict[str, Any]:
        return {
            **vars(self),
            "link": self.link.hex(),
            "signature": self.signature.hex(),
            "anchor_time": self.anchor_time.isoformat(),
        }

    @classmethod
    def decoded(cls, value: bytes) -> "Anchor":
        """The anchor of a record; ValueError for what is none."""
        try:
            plain = json.loads(value) if len(value) <= _MOST_BYTES else {}
            found = cls(
                plain["service"], plain["sequence"], bytes.fromhex(plain["link"]), bytes.fromhex(plain["signature"]),
                datetime.fromisoformat(plain["anchor_time"]), plain.get("attestation", ""),
            )  # fmt: skip
            in_words = _SERVICE.fullmatch(found.service) and found.attestation.isascii() and found.anchor_time.tzinfo
        except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
            raise ValueError("this is no anchor") from error
        in_numbers = type(found.sequence) is int and 0 < found.sequence < _MOST_LINKS
        if not (in_words and in_numbers and _FIRST_YEAR <= found.anchor_time.year <= _LAST_YEAR):
            raise ValueError("this is no anchor")
        return found


class Anchoring:
    """Anchors one service's chain whenever it has grown; `prove` puts the attestation into an anchor."""

    def __init__(
        self,
        service: str,
        store: Store,
        producer: Producer,
        prove: Callable[[Anchor], Anchor],
        clock: Clock | None = None,
    ) -> None:
        self._service, self._store, self._producer, self._prove = service, store, producer, prove
        self._clock = clock or SystemClock()
        self._last = 0

    def check(self) -> None:
        """Checks that the topic is there; errors.Unavailable."""
        self._producer.require([ANCHORS])

    def anchor(self) -> None:
        """Sends the head, unless it was sent before; errors.Unavailable."""
        head = self._store.audit.head()
        if head is None or head.sequence == self._last:
            return
        anchor = self._prove(Anchor(self._service, head.sequence, head.link, head.signature, self._clock.now()))
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
                if partition in open_ends and offset + 1 >= open_ends[partition]:
                    del open_ends[partition]
                if (anchor := _decoded(record.value())) is not None:
                    yield text_of(record.key()), anchor
                # Whoever fails at one is given it again.
                self._reached[partition] = offset + 1
        finally:
            client.close()


def _decoded(value: bytes | None) -> Anchor | None:
    try:
        return Anchor.decoded(value or b"")
    except ValueError:
        return None
