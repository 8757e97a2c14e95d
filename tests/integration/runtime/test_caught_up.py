"""A consumer with nothing left to take is no stalled one, whatever its partitions end with and whatever was committed.

Each case leaves a topic as a consumer may find it when it joins its group anew; then nothing more comes.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from confluent_kafka import Consumer as Client
from confluent_kafka import Producer as TransactionalProducer
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from services.runtime.events import consumer
from services.runtime.events.kafka import KafkaSettings, Producer, group, retries
from services.runtime.events.progress import Progress
from services.runtime.ids import new_id
from tests.integration.runtime.listening import Listener, consuming
from tests.integration.runtime.test_consumer import made, send
from tests.integration.runtime.things import Backend
from tests.waiting import PATIENCE_SECONDS, until

PARTITIONS = range(3)
_MEASURE = Progress.measure
Case = Callable[[Backend, KafkaSettings, str], None]


def consumed(backend: Backend, kafka: KafkaSettings, service: str) -> None:
    """Three events are in each partition, all handled and committed."""
    rows = [made(backend, f"{number}")[0] for number in range(9)]
    producer = Producer(kafka)
    for row in rows:
        producer.deliver(row.topic, row.key, row.payload, row.headers)
    producer.close()
    listener = Listener()
    with consuming(backend, kafka, service, listener):
        until(lambda: len(listener.names) == len(rows))
    assert left(kafka, service, backend.outbox.topic) == 0


def poisoned(backend: Backend, kafka: KafkaSettings, service: str) -> None:
    """The last record of each partition is no event; it is a dead letter, and committed."""
    consumed(backend, kafka, service)
    _append(kafka, backend.outbox.topic)
    with consuming(backend, kafka, service, Listener()):
        until(lambda: left(kafka, service, backend.outbox.topic) == 0)


def with_a_marker(backend: Backend, kafka: KafkaSettings, service: str) -> None:
    """The last record of each partition is the marker of a transaction, which a client is never handed."""
    _in_transactions(kafka, backend.outbox.topic, commit=True)


def with_what_was_aborted(backend: Backend, kafka: KafkaSettings, service: str) -> None:
    """What is behind the last committed offset was aborted by its producer."""
    consumed(backend, kafka, service)
    _in_transactions(kafka, backend.outbox.topic, commit=False)


def emptied(backend: Backend, kafka: KafkaSettings, service: str) -> None:
    """Retention has deleted what was committed, and what came after it."""
    consumed(backend, kafka, service)
    _append(kafka, backend.outbox.topic)
    _delete_all(kafka, backend.outbox.topic)


def emptied_unread(backend: Backend, kafka: KafkaSettings, service: str) -> None:
    """Retention has deleted everything before the group committed anything."""
    _append(kafka, backend.outbox.topic)
    _delete_all(kafka, backend.outbox.topic)


def never_used(backend: Backend, kafka: KafkaSettings, service: str) -> None:
    """Nothing was published, and nothing committed."""


def committed_at_the_beginning(backend: Backend, kafka: KafkaSettings, service: str) -> None:
    """Nothing was published, and the beginning is committed."""
    client = Client({**kafka.client(), "group.id": group(service)})
    client.commit(offsets=[TopicPartition(backend.outbox.topic, each, 0) for each in PARTITIONS], asynchronous=False)
    client.close()


CASES: tuple[Case, ...] = (
    consumed, poisoned, with_a_marker, with_what_was_aborted, emptied, emptied_unread, never_used,
    committed_at_the_beginning,
)  # fmt: skip


@pytest.mark.parametrize("backend", ["postgres"], indirect=True)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
@pytest.mark.usefixtures("staff_call")
def test_a_consumer_that_joins_anew_with_nothing_left_to_take_has_no_lag(
    backend: Backend, kafka: KafkaSettings, topics: str, monkeypatch: pytest.MonkeyPatch, case: Case
) -> None:
    case(backend, kafka, topics)
    topic, fetched = backend.outbox.topic, Fetched()
    monkeypatch.setattr(consumer, "_MEASURE_SECONDS", 0.1)
    monkeypatch.setattr(Progress, "measure", lambda *given, **named: fetched.measure(*given, **named))
    with capture_logs() as logs, consuming(backend, kafka, topics, Listener()) as running:
        until(lambda: fetched.partitions == 3 * len([topic, retries(topics)]), "each partition is fetched from")
        until(lambda: lag(topics, topic) == 0, lambda: f"to have no lag, which is {lag(topics, topic)},")
        until(lambda: gauge("loanflow_consumer_stalled_seconds", service=topics) == 0, "to have no stall")
        assert running.alive()
    assert "consumer_joins_anew" not in [line["event"] for line in logs]


@pytest.mark.parametrize("backend", ["postgres"], indirect=True)
@pytest.mark.usefixtures("staff_call")
def test_what_comes_after_the_end_was_reached_counts_until_it_is_taken(
    backend: Backend, kafka: KafkaSettings, topics: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    consumed(backend, kafka, topics)
    monkeypatch.setattr(consumer, "_MEASURE_SECONDS", 0.1)
    listener = Listener()
    with consuming(backend, kafka, topics, listener):
        until(lambda: lag(topics, backend.outbox.topic) == 0)
        broken = ConnectionError("the store is away")

        def fail(_message: object) -> None:
            raise broken

        listener.failures = fail
        send(kafka, *made(backend, "waits"), *made(backend, "waits too"))
        until(lambda: lag(topics, backend.outbox.topic) > 0, "what waits is lag")
        listener.failures = lambda _message: None
        until(lambda: lag(topics, backend.outbox.topic) == 0)
        assert sorted(listener.names) == ["waits", "waits too"]


@dataclass
class Fetched:
    """Lets measures through, and counts the partitions whose ends were known before the last one was made."""

    partitions: int = 0

    def measure(self, progress: Progress, client: Client, *, waiting: int) -> None:
        ends = [client.get_watermark_offsets(each, cached=True)[1] for each in client.assignment()]
        _MEASURE(progress, client, waiting=waiting)
        self.partitions = sum(end >= 0 for end in ends)


def gauge(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def lag(service: str, topic: str) -> float:
    found = REGISTRY.get_sample_value("loanflow_consumer_lag", {"service": service, "topic": topic})
    return -1.0 if found is None else found


def left(kafka: KafkaSettings, service: str, topic: str) -> int:
    """The records behind what a service has committed."""
    client = Client({**kafka.client(), "group.id": group(service)})
    try:
        places = client.committed([TopicPartition(topic, each) for each in PARTITIONS], timeout=PATIENCE_SECONDS)
        return sum(
            client.get_watermark_offsets(each, timeout=PATIENCE_SECONDS)[1] - max(0, each.offset) for each in places
        )
    finally:
        client.close()


def _append(kafka: KafkaSettings, topic: str) -> None:
    """A record that is no event, to each partition."""
    client = TransactionalProducer(kafka.client())
    for each in PARTITIONS:
        client.produce(topic, b"\xff\x00", b"poison", partition=each)
    assert client.flush(30) == 0


def _in_transactions(kafka: KafkaSettings, topic: str, *, commit: bool) -> None:
    client = TransactionalProducer({**kafka.client(), "transactional.id": new_id()})
    client.init_transactions(30)
    client.begin_transaction()
    for each in PARTITIONS:
        client.produce(topic, b"\xff\x00", b"poison", partition=each)
    client.flush(30)
    if commit:
        client.commit_transaction(30)
    else:
        client.abort_transaction(30)


def _delete_all(kafka: KafkaSettings, topic: str) -> None:
    admin = AdminClient(kafka.client())
    for future in admin.delete_records([TopicPartition(topic, each, -1) for each in PARTITIONS]).values():
        future.result(PATIENCE_SECONDS)
