"""A topic that lost its records is noticed under running services, and rebuilt; nothing is missing, or done twice."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from confluent_kafka import Consumer as Client
from confluent_kafka import KafkaException, TopicPartition
from prometheus_client import REGISTRY

from services.runtime import errors
from services.runtime.events import consumer, republish
from services.runtime.events.kafka import KafkaSettings, Producer, dead_letters, group, retries
from services.runtime.events.republish import Report, Republishing
from services.runtime.events.topics import TopicIds, Topics
from services.runtime.stores.archive import Selection
from stack import pki
from stack.layout import Layout
from stack.servers import kafka as kafka_server
from tests import waiting
from tests.integration.runtime.conftest import make
from tests.integration.runtime.listening import Listener, consuming, relaying
from tests.integration.runtime.test_outbox import published, started
from tests.integration.runtime.test_progress import remake
from tests.integration.runtime.things import Backend
from tests.waiting import PATIENCE_SECONDS, until

pytestmark = pytest.mark.usefixtures("staff_call")
ALL = Selection()


@pytest.fixture(autouse=True)
def looking_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumer, "_MEASURE_SECONDS", 0.2)


@pytest.fixture
def producer(kafka: KafkaSettings) -> Iterator[Producer]:
    made = Producer(kafka)
    yield made
    made.close(0)


def republishing(backend: Backend, kafka: KafkaSettings, producer: Producer) -> Republishing:
    return Republishing(backend.outbox.service, backend.store, producer, TopicIds(kafka), backend.outbox.topics())


def complete_once_and_in_order(listener: Listener, names: list[str]) -> None:
    assert sorted(listener.names) == sorted(names)
    for thing_id in {meta.aggregate_id for meta in listener.metas}:
        assert [meta.aggregate_version for meta in listener.metas if meta.aggregate_id == thing_id] == [1, 2]


@contextmanager
def broker(own: Layout) -> "Iterator[subprocess.Popen[bytes]]":
    """A broker of the test's own, with what its folder holds."""
    kafka_server.prepare(own)
    process = started(own)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def created(backend: Backend, word: str, count: int) -> list[str]:
    """Names of things that are made and renamed, two events each."""
    names = []
    for number in range(count):
        thing = backend.create(f"{word} {number}")
        backend.rename(thing.thing_id, f"{word} {number} again")
        names += [f"{word} {number}", f"{word} {number} again"]
    return names


def test_a_topic_that_is_made_anew_under_running_services_is_rebuilt(
    backend: Backend, kafka: KafkaSettings, producer: Producer, topics: str
) -> None:
    listener = Listener()
    with relaying(backend, kafka), consuming(backend, kafka, topics, listener):
        names = created(backend, "before", 12)
        until(lambda: len(listener.names) == len(names))
        remake(kafka, backend.outbox.topic)
        names += created(backend, "after", 3)
        republishing(backend, kafka, producer).run(ALL)
        names += created(backend, "later", 3)
        until(lambda: len(listener.names) >= len(names))
    complete_once_and_in_order(listener, names)
    again = published(kafka, backend.outbox.topic, len(names))
    assert {headers["ce_id"] for headers in again} == {meta.id for meta in listener.metas}


@pytest.mark.parametrize("backend", ["postgres"], indirect=True)
def test_a_broker_that_lost_its_disk_under_running_services_is_filled_again(backend: Backend, tmp_path: Path) -> None:
    listener, own = Listener(), Layout(31000, tmp_path)
    pki.ensure(own.pki)
    name = f"{backend.outbox.service}listener"
    settings, topics = kafka_server.client(own, pki.DEPLOY), [backend.outbox.topic, dead_letters(name), retries(name)]
    with ExitStack() as parts:
        first = parts.enter_context(broker(own))
        make(settings, topics)
        parts.enter_context(relaying(backend, settings))
        parts.enter_context(consuming(backend, settings, name, listener))
        names = created(backend, "before", 12)
        until(lambda: len(listener.names) == len(names))
        first.kill()
        first.wait()
        shutil.rmtree(own.state / "kafka" / "data")
        names += created(backend, "meanwhile", 3)
        with broker(own):
            make(settings, topics)
            producer = Producer(settings)
            republishing(backend, settings, producer).run(ALL)
            producer.close(0)
            names += created(backend, "later", 3)
            until(lambda: len(listener.names) >= len(names))
            assert len(published(settings, backend.outbox.topic, len(names))) >= len(names)
    complete_once_and_in_order(listener, names)


def play_outlived_offsets(backend: Backend, kafka: KafkaSettings, name: str) -> None:
    """The group's offsets outlive the topic, whose partitions are as long again when the consumer is back."""
    listener = Listener()
    with relaying(backend, kafka):
        with consuming(backend, kafka, name, listener):
            names = created(backend, "before", 4)
            until(lambda: len(listener.names) == len(names))
        offsets = Client({**kafka.client(), "group.id": group(name)})
        places = [TopicPartition(backend.outbox.topic, partition) for partition in range(3)]
        outlived = offsets.committed(places, timeout=PATIENCE_SECONDS)
        remake(kafka, backend.outbox.topic)
        names += created(backend, "meanwhile", 24)
        until(lambda: not backend.rows("outbox"))
        until(lambda: recommitted(offsets, outlived))
        offsets.close()
        with consuming(backend, kafka, name, listener):
            names += created(backend, "later", 3)
            until(lambda: len(listener.names) >= len(names))
    complete_once_and_in_order(listener, names)


def recommitted(client: Client, places: list[TopicPartition]) -> bool:
    try:
        client.commit(offsets=places, asynchronous=False)
    except KafkaException:
        # The broker learns in its own time that the topic is there again.
        return False
    return True


def test_offsets_of_a_topic_that_was_are_no_places_in_the_one_that_is(
    backend: Backend, kafka: KafkaSettings, topics: str
) -> None:
    play_outlived_offsets(backend, kafka, topics)
    labels = {"service": topics, "topic": backend.outbox.topic}
    assert REGISTRY.get_sample_value("loanflow_consumer_topics_remade_total", labels) == 1


@pytest.mark.parametrize("backend", ["postgres"], indirect=True)
def test_without_the_ids_of_topics_events_are_missed(
    backend: Backend, kafka: KafkaSettings, topics: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Topics, "_stale", lambda *_: [])
    monkeypatch.setattr(waiting, "PATIENCE_SECONDS", 20.0)
    with pytest.raises(AssertionError, match="in good time"):
        play_outlived_offsets(backend, kafka, topics)


@pytest.mark.usefixtures("topics")
def test_all_is_published_again_as_it_was(backend: Backend, kafka: KafkaSettings, producer: Producer) -> None:
    with relaying(backend, kafka):
        created(backend, "a", 5)
        until(lambda: not backend.rows("outbox"))
    backend.create("not published yet")
    first = published(kafka, backend.outbox.topic, 10)
    remake(kafka, backend.outbox.topic)
    report = republishing(backend, kafka, producer).run(ALL)
    again = published(kafka, backend.outbox.topic, 11)
    assert report.topics == {backend.outbox.topic: 11}
    assert len(again) == 11
    assert {identity(each) for each in first} < {identity(each) for each in again}
    for subject in {headers["ce_subject"] for headers in first}:
        mine = [headers["ce_aggregateversion"] for headers in again if headers["ce_subject"] == subject]
        assert mine == ["1", "2"]
    assert len(backend.rows("outbox")) == 1


def identity(headers: dict[str, str]) -> str:
    return repr(sorted(headers.items()))


@pytest.mark.usefixtures("topics")
def test_a_run_that_ended_early_is_taken_up_where_it_was(
    backend: Backend, kafka: KafkaSettings, producer: Producer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(republish, "_BATCH", 4)
    with relaying(backend, kafka):
        created(backend, "a", 5)
        until(lambda: not backend.rows("outbox"))
    run, steps = republishing(backend, kafka, producer), list[int]()

    def interrupted(report: Report) -> None:
        steps.append(report.topics.total())
        if len(steps) == 2:
            raise KeyboardInterrupt

    assert run.run(ALL, dry=True).topics.total() == 10
    with pytest.raises(KeyboardInterrupt):
        run.run(ALL, progress=interrupted)
    # The first piece is noted, the second was sent and not noted.
    assert run.run(ALL).topics.total() == 6
    assert len(published(kafka, backend.outbox.topic, 24)) == 24
    assert run.run(ALL).topics.total() == 10
    with pytest.raises(KeyboardInterrupt):
        steps.clear()
        run.run(ALL, progress=interrupted)
    remake(kafka, backend.outbox.topic)
    assert run.run(ALL).topics.total() == 10


@pytest.mark.usefixtures("topics")
def test_what_it_cannot_do_is_named(backend: Backend, kafka: KafkaSettings, producer: Producer) -> None:
    backend.create("a")
    strange = Republishing("strange", backend.store, producer, TopicIds(kafka), backend.outbox.topics())
    with pytest.raises(errors.FailedPrecondition, match=f"not of strange, but of {backend.outbox.service}"):
        strange.run(ALL)
    missing = Republishing(backend.outbox.service, backend.store, producer, TopicIds(kafka), ["none.v1"])
    with pytest.raises(errors.Unavailable, match=r"lacks the topics none\.v1"):
        missing.run(ALL)
