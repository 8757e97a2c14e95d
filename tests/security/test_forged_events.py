"""A forged `agreement.signed` on the topics of the running platform: by any account, and nothing is paid for it."""

from collections.abc import Iterator
from typing import Any

import pytest
from confluent_kafka import Consumer, TopicPartition

from services.runtime.events.avro import event_classes, event_option
from services.runtime.events.kafka import KafkaSettings, Producer, dead_letters, headers_of
from services.runtime.events.provenance import generated
from services.runtime.ids import new_id
from stack import pki
from stack.layout import Layout
from stack.servers import kafka as kafka_server
from tests.e2e.conftest import layout
from tests.waiting import PATIENCE_SECONDS, until

__all__ = ["layout"]
TOPICS = generated("topics.json")
LISTENERS = {
    event_option(kind.DESCRIPTOR).type: list(event_option(kind.DESCRIPTOR).listeners)
    for entry in TOPICS.values()
    for kind in event_classes(entry["publisher"])
}


def forged(kind: str, source: str) -> dict[str, str]:
    """The headers of an event that never was."""
    return {
        "ce_specversion": "1.0", "ce_id": new_id(), "ce_type": kind, "ce_source": source,
        "ce_time": "2026-11-28T10:00:00+00:00", "ce_subject": new_id(), "ce_aggregatetype": "agreement",
        "ce_aggregateid": new_id(), "ce_aggregateversion": "1", "ce_actor": "service:agreement",
        "ce_correlationid": "forged", "content-type": "application/avro",
    }  # fmt: skip


class Letters:
    """The dead letters that come from now on."""

    def __init__(self, kafka: KafkaSettings, services: list[str]) -> None:
        self._client = Consumer({**kafka.client(), "group.id": f"look.{new_id()}", "enable.auto.commit": False})
        topics = [dead_letters(name) for name in services]
        known = self._client.list_topics(timeout=PATIENCE_SECONDS).topics
        places = [TopicPartition(topic, number) for topic in topics for number in known[topic].partitions]
        for place in places:
            place.offset = self._client.get_watermark_offsets(place, timeout=PATIENCE_SECONDS)[1]
        self._client.assign(places)
        self.found: set[tuple[str, str, str]] = set()

    def look(self) -> set[tuple[str, str, str]]:
        """(topic, id of the event, reason) of each so far."""
        for record in self._client.consume(200, 0.2):
            headers = headers_of(record)
            self.found.add((record.topic() or "", headers.get("ce_id", ""), headers.get("dlq_reason", "")))
        return self.found

    def close(self) -> None:
        self._client.close()


@pytest.fixture
def letters(layout: Layout) -> Iterator[Letters]:
    made = Letters(
        kafka_server.client(layout, pki.DEPLOY), sorted({n for t in TOPICS.values() for n in t["listeners"]})
    )
    yield made
    made.close()


def forgeries(topic: str, entry: Any) -> list[tuple[str, str]]:
    """(type, source): under its own name and under the right one, by the certificate of who may write the topic."""
    cases = [(entry["types"][0], "auth")]
    if topic != "loanflow.agreement.v1":
        cases.append(("agreement.signed", "agreement"))
    if entry["publisher"] != "agreement":
        cases.append(("agreement.signed", entry["publisher"]))
    return cases


@pytest.mark.tries(sum(len(forgeries(*each)) for each in TOPICS.items()))
def test_what_a_publisher_may_not_say_is_set_aside_by_each_listener(layout: Layout, letters: Letters) -> None:
    expected: set[tuple[str, str, str]] = set()
    for topic, entry in TOPICS.items():
        producer = Producer(kafka_server.client(layout, entry["publisher"]))
        for kind, source in forgeries(topic, entry):
            headers = forged(kind, source)
            producer.deliver(topic, headers["ce_subject"], b"\x00", headers)
            # What is of the topic and not subscribed is passed over, whatever its source.
            hearing = entry["listeners"] if kind not in entry["types"] else LISTENERS[kind]
            expected |= {(dead_letters(name), headers["ce_id"], "ForeignRecord") for name in hearing}
        producer.close()
    assert len(expected) > 100
    until(lambda: expected <= letters.look())


def test_the_super_users_forgery_of_another_topic_is_set_aside_too(layout: Layout, letters: Letters) -> None:
    producer: Any = Producer(kafka_server.client(layout, pki.DEPLOY))
    headers = forged("agreement.signed", "agreement")
    producer.deliver("loanflow.kyc.v1", headers["ce_subject"], b"\x00", headers)
    producer.close()
    wanted = {
        (dead_letters(name), headers["ce_id"], "ForeignRecord") for name in TOPICS["loanflow.kyc.v1"]["listeners"]
    }
    until(lambda: wanted <= letters.look())
