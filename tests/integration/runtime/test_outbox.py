"""From commit to broker: everything arrives, once when nothing breaks, and nothing is lost when something does."""

import dataclasses
import subprocess
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from services.runtime import errors
from services.runtime.events.kafka import KafkaSettings, Producer, headers_of
from services.runtime.events.outbox import Relay
from services.runtime.stores.ports import SHARDS
from stack import pki
from stack.layout import Layout
from stack.servers import kafka as kafka_server
from tests.integration.runtime.listening import relaying
from tests.integration.runtime.things import Backend
from tests.waiting import PATIENCE_SECONDS, until

pytestmark = pytest.mark.usefixtures("staff_call")


def published(kafka: KafkaSettings, topic: str, count: int) -> list[dict[str, str]]:
    """The headers of the first `count` records, and of what comes within a second after them."""
    client = Consumer({**kafka.client(), "group.id": f"look.{topic}", "auto.offset.reset": "earliest"})
    client.assign([TopicPartition(topic, partition, 0) for partition in range(3)])
    found: list[dict[str, str]] = []
    try:
        until(lambda: found.extend(map(headers_of, client.consume(100, 0.2))) or len(found) >= count)  # type: ignore[func-returns-value]
        return [*found, *map(headers_of, client.consume(100, 1.0))]
    finally:
        client.close()


@pytest.mark.usefixtures("topics")
def test_all_events_are_published_in_order_and_forgotten(backend: Backend, kafka: KafkaSettings) -> None:
    with relaying(backend, kafka):
        things = [backend.create(f"{number}.0") for number in range(8)]
        for step in range(1, 5):
            for number, thing in enumerate(things):
                backend.rename(thing.thing_id, f"{number}.{step}")
        until(lambda: not backend.rows("outbox"))
    found = published(kafka, backend.outbox.topic, 40)
    assert len(found) == len({headers["ce_id"] for headers in found}) == 40
    for thing in things:
        mine = [int(headers["ce_aggregateversion"]) for headers in found if headers["ce_subject"] == thing.thing_id]
        assert mine == [1, 2, 3, 4, 5]


@pytest.mark.usefixtures("topics")
def test_two_relays_share_the_shards_and_send_each_event_once(backend: Backend, kafka: KafkaSettings) -> None:
    with relaying(backend, kafka) as one, relaying(backend, kafka) as two:
        until(lambda: {len(one._shards), len(two._shards)} == {SHARDS // 2})
        assert not one._shards & two._shards
        for number in range(30):
            backend.create(str(number))
        until(lambda: not backend.rows("outbox"))
    found = published(kafka, backend.outbox.topic, 30)
    assert Counter(headers["ce_id"] for headers in found).most_common(1)[0][1] == 1
    assert len(found) == 30
    assert len(backend.store.outbox.lease("another", 3)) == SHARDS


@pytest.mark.usefixtures("topics")
def test_a_crash_between_sending_and_forgetting_sends_again(
    backend: Backend, kafka: KafkaSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    crashed, relays = threading.Event(), list[Relay]()

    def crash(rows: Any) -> None:
        crashed.set()
        # A process that has ended gets no second try.
        relays[0]._stopping.wait(10)
        raise errors.Unavailable("the process ends here")

    with monkeypatch.context() as patch:
        patch.setattr(backend.store.outbox, "archive", crash)
        with relaying(backend, kafka) as relay:
            relays.append(relay)
            backend.create("a")
            assert crashed.wait(PATIENCE_SECONDS)
    assert len(backend.rows("outbox")) == 1
    with relaying(backend, kafka):
        until(lambda: not backend.rows("outbox"))
    found = published(kafka, backend.outbox.topic, 2)
    assert len(found) == 2
    assert len({headers["ce_id"] for headers in found}) == 1


@pytest.mark.usefixtures("topics")
def test_a_record_that_is_not_taken_at_once_holds_up_no_other(
    backend: Backend, kafka: KafkaSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = Producer.send
    refused: list[Any] = []

    def refuse_first(producer: Producer, *record: Any) -> None:
        if not refused:
            refused.append(record)
            raise errors.Unavailable("the client refuses it")
        send(producer, *record)

    monkeypatch.setattr(Producer, "send", refuse_first)
    for number in range(5):
        backend.create(str(number))
    with relaying(backend, kafka):
        until(lambda: not backend.rows("outbox"))
    assert len(published(kafka, backend.outbox.topic, 5)) == 5


@pytest.mark.parametrize("backend", ["postgres"], indirect=True)
def test_a_broker_that_is_away_delays_but_loses_nothing(backend: Backend, tmp_path: Path) -> None:
    # A stack of its own, of which only the broker runs.
    own = Layout(31000, tmp_path)
    pki.ensure(own.pki)
    settings = kafka_server.client(own, pki.DEPLOY)
    kafka_server.prepare(own)
    broker = started(own)
    try:
        admin = AdminClient(settings.client())
        for future in admin.create_topics([NewTopic(backend.outbox.topic, 3, 1)]).values():
            future.result(PATIENCE_SECONDS)
        with relaying(backend, settings):
            backend.create("before")
            until(lambda: not backend.rows("outbox"))
            broker.kill()
            broker.wait()
            for number in range(5):
                backend.create(str(number))
            assert len(backend.rows("outbox")) == 5
            broker = started(own)
            until(lambda: not backend.rows("outbox"))
        assert len(published(settings, backend.outbox.topic, 6)) == 6
    finally:
        broker.kill()
        broker.wait()


def test_what_is_missing_at_start_is_named(backend: Backend, kafka: KafkaSettings) -> None:
    relay = Relay(backend.outbox, backend.store, Producer(kafka))
    with pytest.raises(errors.Unavailable, match=f"lacks the topics {backend.outbox.topic}"):
        relay.check()
    with pytest.raises(errors.Unavailable, match="out of reach"):
        Relay(backend.outbox, backend.store, Producer(dataclasses.replace(kafka, bootstrap="127.0.0.1:1"))).check()


def started(own: Layout) -> "subprocess.Popen[bytes]":
    """The broker of a stack of the test's own, ready."""
    with (own.state / "kafka.log").open("ab") as log:
        broker = subprocess.Popen(kafka_server.command(own), stdout=log, stderr=log)
    until(lambda: _ready(own))
    return broker


def _ready(own: Layout) -> bool:
    try:
        kafka_server.ready(own)
    except Exception:
        return False
    return True


@pytest.mark.usefixtures("topics")
@pytest.mark.parametrize("poison", ["larger than the broker takes", "no text at all"])
def test_a_row_that_cannot_be_published_holds_up_its_own_aggregate_alone(
    backend: Backend, kafka: KafkaSettings, monkeypatch: pytest.MonkeyPatch, poison: str
) -> None:
    send = Producer.send

    def spoilt(producer: Producer, topic: str, key: str, value: bytes, headers: Any, delivered: Any) -> None:
        if value == spoilt_rows[0]["payload"]:
            value, headers = (b"x" * 1_100_000, headers) if "larger" in poison else (value, {"ce_id": None})
        send(producer, topic, key, value, headers, delivered)

    monkeypatch.setattr(Producer, "send", spoilt)
    stuck = backend.create("stuck")
    spoilt_rows = [dict(row, payload=bytes(row["payload"])) for row in backend.rows("outbox")]
    backend.rename(stuck.thing_id, "behind it")
    things = [backend.create(str(number)) for number in range(24)]
    with relaying(backend, kafka):
        for thing in things:
            backend.rename(thing.thing_id, f"{thing.name} again")
        until(lambda: {row["aggregate_id"] for row in backend.rows("outbox")} == {stuck.thing_id})
    assert [row["version"] for row in sorted(backend.rows("outbox"), key=lambda row: row["version"])] == [1, 2]
    with monkeypatch.context() as mended:
        mended.setattr(Producer, "send", send)
        with relaying(backend, kafka):
            until(lambda: not backend.rows("outbox"))
    assert len(published(kafka, backend.outbox.topic, 50)) == 50
