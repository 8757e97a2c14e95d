"""Faults of what is on the topics: records that come again, in any order, or that are none."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, KafkaException, Message, TopicPartition
from confluent_kafka.admin import AdminClient

from services import catalog
from services.runtime.events.kafka import Producer, group, headers_of
from services.runtime.ids import new_id
from stack import pki
from stack.audit.topics import Unreadable, ends_of
from stack.servers import kafka
from tests.bench.platform import Platform
from tests.faults.processes import start

_COPIED_AT_MOST = 2_000
_PATIENCE_SECONDS = 60.0
_AGAIN = ("document", "notification", "customer", "application")


def records(platform: Platform, topics: list[str]) -> list[Message]:
    """Every record of the topics, up to their ends as they are now."""
    settings = kafka.client(platform.layout, pki.DEPLOY).client()
    client = Consumer({**settings, "group.id": f"reader.{new_id()}", "enable.auto.commit": False})
    try:
        left = _ends(settings, topics)
        client.assign([TopicPartition(topic, number, 0) for topic, number in left])
        found = list[Message]()
        while left:
            for record in client.consume(1_000, 1.0):
                place = record.topic() or "", record.partition() or 0
                found.append(record)
                if (record.offset() or 0) + 1 >= left.get(place, 0):
                    left.pop(place, None)
        return found
    finally:
        client.close()


def _ends(client: dict[str, Any], topics: list[str]) -> dict[tuple[str, int], int]:
    """Where the partitions end that hold anything; a broker that has just started says so only after a while."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            return {place: end for place, (_, end) in ends_of(client, topics).items()}
        except (KafkaException, Unreadable):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


@contextmanager
def doubled(platform: Platform, chance: random.Random) -> Iterator[None]:
    """Each of the last events comes one to four times more, all of them shuffled, by their publisher's certificate."""
    for service in catalog.SERVICES:
        again = records(platform, [service.topic])[-_COPIED_AT_MOST:]
        copies = [record for record in again for _ in range(chance.randint(1, 4))]
        chance.shuffle(copies)
        producer = Producer(kafka.client(platform.layout, service.name))
        for record in copies[:_COPIED_AT_MOST]:
            producer.deliver(service.topic, (record.key() or b"").decode(), record.value() or b"", headers_of(record))
        producer.close()
    yield


@contextmanager
def from_the_beginning(platform: Platform, chance: random.Random) -> Iterator[None]:
    """Consumers take every topic once more from offset 0."""
    settings = kafka.client(platform.layout, pki.DEPLOY).client()
    admin = AdminClient(settings)
    for name in chance.sample(_AGAIN, len(_AGAIN)):
        platform.supervisor.stop(name)
        taken = platform.taken(name, ends_of(settings, [each.topic for each in catalog.SERVICES]))
        begin = [TopicPartition(*place, 0) for place, offset in taken.items() if offset > 0]
        admin.alter_consumer_group_offsets([ConsumerGroupTopicPartitions(group(name), begin)])[group(name)].result()
        start(platform, name)
    yield


@contextmanager
def poisoned(platform: Platform, chance: random.Random) -> Iterator[None]:
    """Records of eleven kinds that are no events, by who may write there, under keys of their own.

    Healed as docs/runbooks/dead-letters.md has it of what nobody can read: the services pass over them.
    """
    for service in catalog.SERVICES:
        producer = Producer(kafka.client(platform.layout, service.name))
        for content, headers in poison(service.name, chance):
            producer.deliver(service.topic, new_id(), content, headers)
        producer.close()
    yield
    for service in catalog.SERVICES:
        platform.command("events", "letters", "discard", service.name, "--all", "--reason", "a fault that was played")


def poison(source: str, chance: random.Random) -> list[tuple[bytes, dict[str, str]]]:
    """One record of each kind: its value and its headers."""
    right = {
        "ce_specversion": "1.0", "ce_id": new_id(), "ce_type": "application.created", "ce_source": source,
        "ce_time": "2026-11-28T10:00:00+00:00", "ce_subject": new_id(), "ce_aggregatetype": "application",
        "ce_aggregateid": new_id(), "ce_aggregateversion": "1", "ce_actor": "service:application",
        "ce_correlationid": "poison", "content-type": "application/avro",
    }  # fmt: skip

    def other(**changed: str) -> dict[str, str]:
        return right | {"ce_id": new_id(), "ce_aggregateid": new_id(), **changed}

    return [
        (b"", {}),
        (b"", other()),
        (chance.randbytes(200), other()),
        (b"\x00\xff\xff\xff\xff" + chance.randbytes(50), other()),
        (b"\x00\x00\x00\x00\x01", other()),
        (b'{"application_id": "1"}', other(**{"content-type": "application/json"})),
        (chance.randbytes(900_000), other()),
        (b"\x00\x00\x00\x00\x01\x00", other(ce_type="application.never")),
        (b"\x00\x00\x00\x00\x01\x00", other(ce_aggregateversion="one")),
        (b"\x00\x00\x00\x00\x01\x00", {name: text for name, text in other().items() if name != "ce_id"}),
        (b"\x00\x00\x00\x00\x01\x00", other(ce_time="yesterday")),
    ]
