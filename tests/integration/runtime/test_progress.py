"""A consumer that does not get on is noticed: topics that were made anew, records that no handler takes."""

from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from confluent_kafka import Consumer as Client
from confluent_kafka import KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic
from prometheus_client import REGISTRY

from services.runtime.events import consumer, progress
from services.runtime.events.kafka import KafkaSettings, group
from services.runtime.events.progress import Progress
from services.runtime.events.topics import Topics
from tests.integration.runtime.listening import Listener, consuming
from tests.integration.runtime.test_consumer import made, send
from tests.integration.runtime.things import Backend
from tests.waiting import PATIENCE_SECONDS, until

pytestmark = pytest.mark.usefixtures("staff_call")


def remake(kafka: KafkaSettings, topic: str) -> None:
    """The topic as after a loss of the broker's disk: the same name, nothing in it."""
    admin = AdminClient(kafka.client())
    for future in admin.delete_topics([topic]).values():
        future.result(PATIENCE_SECONDS)
    until(lambda: topic not in admin.list_topics(timeout=PATIENCE_SECONDS).topics)
    until(lambda: created(admin, topic))
    until(lambda: topic in admin.list_topics(timeout=PATIENCE_SECONDS).topics)


def created(admin: AdminClient, topic: str) -> bool:
    for future in admin.create_topics([NewTopic(topic, 3, 1)]).values():
        return future.exception(20) is None
    return False


@pytest.mark.parametrize("backend", ["postgres"], indirect=True)
@pytest.mark.parametrize("running", [True, False])
def test_a_topic_that_was_made_anew_is_read_from_its_beginning(
    backend: Backend, kafka: KafkaSettings, topics: str, monkeypatch: pytest.MonkeyPatch, running: bool
) -> None:
    monkeypatch.setattr(consumer, "_MEASURE_SECONDS", 0.2)
    listener, before = Listener(), [made(backend, f"before {number}")[0] for number in range(30)]
    send(kafka, *before)
    after = [made(backend, f"after {number}")[0] for number in range(6)]
    with consuming(backend, kafka, topics, listener):
        until(lambda: len(listener.names) == 30)
        if running:
            remake(kafka, before[0].topic)
            # Some of what was there, as when it is published again: none of it has a second effect.
            send(kafka, *before[:4], *after)
            until(lambda: len(listener.names) == 36)
    if not running:
        remake(kafka, before[0].topic)
        send(kafka, *before[:4], *after)
        with consuming(backend, kafka, topics, listener):
            until(lambda: len(listener.names) == 36)
    assert sorted(listener.names) == sorted([f"before {n}" for n in range(30)] + [f"after {n}" for n in range(6)])


@pytest.mark.parametrize("backend", ["postgres"], indirect=True)
def test_a_member_whose_name_was_taken_over_joins_again_at_once(
    backend: Backend, kafka: KafkaSettings, topics: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nothing but the fence itself has it join: neither of the two watches is that patient a test.
    monkeypatch.setattr(consumer, "_UNASSIGNED_SECONDS", 1e6)
    monkeypatch.setattr(progress, "_STALLED_SECONDS", 1e6)
    named, listener = replace(kafka, instance="one"), Listener()
    with consuming(backend, named, topics, listener):
        send(kafka, *made(backend, "before"))
        until(lambda: listener.names == ["before"])
        other = Client({**kafka.client(), "group.id": group(topics), "group.instance.id": f"{topics}.one",
                        "partition.assignment.strategy": "cooperative-sticky"})  # fmt: skip
        other.subscribe([backend.outbox.topic])
        until(lambda: other.poll(0.2) is None and other.assignment())
        other.close()
        send(kafka, *made(backend, "after"))
        until(lambda: listener.names == ["before", "after"])
        # One that is fenced goes on with what it fetches, and commits nothing.
        until(lambda: committed(kafka, topics, backend.outbox.topic) == 2)


@pytest.mark.parametrize("backend", ["postgres"], indirect=True)
@pytest.mark.parametrize("instance", ["", "one"])
def test_a_member_that_cannot_be_assigned_joins_again(
    backend: Backend, kafka: KafkaSettings, topics: str, monkeypatch: pytest.MonkeyPatch, instance: str
) -> None:
    """As when the broker that holds the offsets is away at that moment: what a callback raises no `except` catches."""
    monkeypatch.setattr(consumer, "_UNASSIGNED_SECONDS", 1e6)
    monkeypatch.setattr(progress, "_STALLED_SECONDS", 1e6)
    assign, refused = Topics.assign, list[str]()

    def refuse_once(self: Topics, client: Client, partitions: list[TopicPartition]) -> None:
        if partitions and not refused:
            refused.append("once")
            raise KafkaException(KafkaError(KafkaError._TIMED_OUT))
        assign(self, client, partitions)

    monkeypatch.setattr(Topics, "assign", refuse_once)
    listener = Listener()
    with consuming(backend, replace(kafka, instance=instance), topics, listener) as found:
        send(kafka, *made(backend, "a"))
        until(lambda: listener.names == ["a"])
        assert refused and found.alive()


def committed(kafka: KafkaSettings, service: str, topic: str) -> int:
    """How many records of a topic a service has committed."""
    client = Client({**kafka.client(), "group.id": group(service)})
    try:
        found = client.committed([TopicPartition(topic, partition) for partition in range(3)], timeout=PATIENCE_SECONDS)
        return sum(max(0, each.offset) for each in found)
    finally:
        client.close()


class Present:
    """Topics that are there and the same as ever, unless one is missing."""

    gone = False

    def remade(self, *_: Any) -> bool:
        return False

    def missing(self) -> bool:
        return self.gone


class Holding:
    """A client that holds a partition, and hands nothing over of what is there; the broker may be away."""

    away = False
    held: Sequence[TopicPartition] = (TopicPartition("t", 0),)

    def assignment(self) -> list[TopicPartition]:
        return [*self.held]

    def position(self, partitions: list[TopicPartition]) -> list[TopicPartition]:
        return [TopicPartition(each.topic, each.partition, 5) for each in partitions]

    def get_watermark_offsets(self, _: TopicPartition, *, cached: bool = False, **_options: Any) -> tuple[int, int]:
        if self.away and not cached:
            raise KafkaException(KafkaError(KafkaError._TRANSPORT))
        return 2, 9


def test_records_that_are_not_handled_are_a_stall_unless_they_are_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=lambda: now))
    topics: Any = Present()
    found, client = Progress("listener", ["t"], topics), Holding()
    holding: Any = client

    def stalled_seconds() -> float | None:
        found.measure(holding, waiting=0)
        return REGISTRY.get_sample_value("loanflow_consumer_stalled_seconds", {"service": "listener"})

    assert (stalled_seconds(), found.stalled(), found.hopeless()) == (0.0, False, False)
    now += 61
    assert (stalled_seconds(), found.stalled(), found.hopeless()) == (61.0, True, False)
    found.begin()
    assert (found.stalled(), found.hopeless()) == (False, False)
    now += 120
    assert (stalled_seconds(), found.hopeless()) == (181.0, True)
    client.away = True
    now += 181
    assert (stalled_seconds(), found.hopeless()) == (362.0, False)
    client.away = False
    assert (stalled_seconds(), found.hopeless()) == (362.0, True)
    found.measure(holding, waiting=1)
    assert (found.stalled(), found.hopeless()) == (False, False)
    now += 61
    found.note(handled=True)
    assert (stalled_seconds(), found.stalled()) == (0.0, False)


def test_a_batch_that_takes_long_is_no_reason_to_join_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=lambda: now))
    topics: Any = Present()
    found, client = Progress("listener", ["t"], topics), Holding()
    holding: Any = client
    for handled in (True, False):
        found.measure(holding, waiting=0)
        # Longer than any patience; what of it failed waits, which the measurement after it says.
        now += 100
        found.note(handled=handled)
        assert (found.unassigned_seconds(), found.stalled()) == (0.0, False)
        found.measure(holding, waiting=0 if handled else 1)
        assert (found.unassigned_seconds(), found.stalled()) == (0.0, False)
    client.held = []
    now += 40
    found.measure(holding, waiting=0)
    assert found.unassigned_seconds() == 40.0


def test_a_topic_that_stays_away_is_none_to_get_on_with(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=lambda: now))
    topics: Any = Present()
    found, client = Progress("listener", ["t"], topics), Holding()
    holding: Any = client
    topics.gone = True
    for later in (60, 119, 2):
        now += later
        found.note(handled=True)
        assert not found.hopeless() or later == 2
        found.measure(holding, waiting=0)
    assert found.hopeless()
    topics.gone = False
    found.measure(holding, waiting=0)
    assert not found.hopeless()
