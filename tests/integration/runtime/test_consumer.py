"""From broker to handler: once, in order, and what becomes of an event that cannot be handled."""

from dataclasses import replace
from typing import Any

import pytest
from confluent_kafka import Consumer as Client
from structlog.testing import capture_logs

from services.runtime import errors
from services.runtime.events import consumer
from services.runtime.events.event import Event
from services.runtime.events.inbox import Inbox, NotYet, Outcome
from services.runtime.events.kafka import KafkaSettings, Producer, retries
from services.runtime.events.letters import DeadLetters
from services.runtime.events.outbox import FOLLOWS
from services.runtime.events.provenance import publisher_of
from services.runtime.stores.ports import OutboxRow
from tests.integration.runtime.conftest import made as topics_made
from tests.integration.runtime.listening import Listener, consuming, relaying
from tests.integration.runtime.things import Backend, PlainCodec, event_class
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("staff_call")


def made(backend: Backend, *names: str) -> list[OutboxRow]:
    """The events of one thing that had these names, in order; they are not published."""
    thing = backend.create(names[0])
    for name in names[1:]:
        backend.rename(thing.thing_id, name)
    rows = sorted(backend.store.outbox.waiting(range(12), 1000), key=lambda row: row.version)
    mine = [row for row in rows if row.aggregate_id == thing.thing_id]
    backend.store.outbox.archive(mine)
    return mine


def send(kafka: KafkaSettings, *rows: OutboxRow) -> None:
    producer = Producer(kafka)
    for row in rows:
        producer.deliver(row.topic, row.key, row.payload, row.headers)


def test_from_commit_to_handler(backend: Backend, kafka: KafkaSettings, topics: str) -> None:
    listener = Listener()
    with relaying(backend, kafka), consuming(backend, kafka, topics, listener):
        things = [backend.create(f"{number}.1") for number in range(5)]
        for number, thing in enumerate(things):
            backend.rename(thing.thing_id, f"{number}.2")
        until(lambda: len(listener.names) == 10)
    for number in range(5):
        assert [name for name in listener.names if name.startswith(f"{number}.")] == [f"{number}.1", f"{number}.2"]
    meta = listener.metas[0]
    assert (meta.source, meta.type, meta.actor) == (backend.outbox.service, "thing.renamed", "staff:s1")
    assert len(backend.rows("inbox")) == 10


def test_duplicates_and_reordered_events_are_handled_once_in_order(
    backend: Backend, kafka: KafkaSettings, topics: str
) -> None:
    one, two, three, four = made(backend, "1", "2", "3", "4")
    listener = Listener()
    send(kafka, three, one, one, four, four)
    with consuming(backend, kafka, topics, listener):
        until(lambda: len(backend.rows("parked")) == 2)
        assert listener.names == ["1"]
        send(kafka, two, three, one)
        until(lambda: len(listener.names) == 4)
        until(lambda: not backend.rows("parked"))
    assert listener.names == ["1", "2", "3", "4"]
    assert backend.rows("inbox_position")[0]["version"] == 4
    # A restart finds nothing new to do.
    with consuming(backend, kafka, topics, listener):
        send(kafka, *made(backend, "5"))
        until(lambda: len(listener.names) == 5)
    assert listener.names == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize("error", [errors.Unavailable("away"), errors.Aborted("met"), ConnectionError()])
def test_infrastructure_is_waited_for_while_others_go_on(
    backend: Backend, kafka: KafkaSettings, topics: str, error: Exception
) -> None:
    away = True

    def failures(message: Any) -> None:
        if away and message.name == "stuck":
            raise error

    stuck = made(backend, "stuck", "after")
    # Their ids, drawn at random, decide on their partitions: so many that enough are not behind the one that is stuck.
    others = [made(backend, f"other {number}")[0] for number in range(30)]
    listener = Listener(failures)
    with consuming(backend, kafka, topics, listener):
        send(kafka, *stuck, *others)
        until(lambda: len(listener.names) >= 4)
        assert not {"stuck", "after"} & set(listener.names)
        away = False
        until(lambda: len(listener.names) == 32)
    assert listener.names.index("stuck") < listener.names.index("after")
    assert backend.rows("parked") == []


@pytest.mark.parametrize("announced", [True, False])
def test_what_needs_another_topic_waits_and_holds_up_no_other(
    backend: Backend, kafka: KafkaSettings, topics: str, announced: bool
) -> None:
    here = False

    def failures(message: Any) -> None:
        if not here and message.name == "early":
            raise NotYet("the opener is not here")

    early, after = made(backend, "early", "after")
    [opener] = made(backend, "opener")
    opened = event_class("thing.opened")
    topic = opened.DESCRIPTOR.file.package
    headers = {**opener.headers, "ce_source": publisher_of(topic), "ce_type": "thing.opened"}
    opener = replace(opener, topic=topic, key=early.key, headers=headers)
    listener = Listener(failures)
    with topics_made(kafka, [topic]), consuming(backend, kafka, topics, listener, opened):
        send(kafka, early, after, *(made(backend, f"other {number}")[0] for number in range(12)))
        until(lambda: len(listener.names) >= 12 and len(backend.rows("parked")) == 2)
        assert not {"early", "after"} & set(listener.names)
        here = True
        if announced:
            # An event of the same key, whatever its source, is the occasion for another try; else there is a sweep.
            send(kafka, opener)
        until(lambda: "after" in listener.names)
    assert listener.names[-2:] == ["early", "after"]
    assert backend.rows("parked") == []


def test_poison_is_set_aside_with_what_follows_and_replayed(
    backend: Backend, kafka: KafkaSettings, topics: str
) -> None:
    poisonous = True

    def failures(message: Any) -> None:
        if poisonous and message.name == "bad":
            raise errors.FailedPrecondition("no", reason="WRONG_STATUS")

    rows = made(backend, "good", "bad", "next", "last")
    listener = Listener(failures)
    with consuming(backend, kafka, topics, listener):
        send(kafka, *rows, *made(backend, "other"))
        until(lambda: len(backend.rows("parked")) == 3)
        until(lambda: "other" in listener.names)
        assert sorted(listener.names) == ["good", "other"]
        letters = DeadLetters(kafka, topics, backend.store, "ada")
        (letter,) = letters.find()
        assert letter.headers["ce_id"] == rows[1].event_id
        assert (letter.headers["dlq_reason"], letter.headers["dlq_topic"]) == (
            "FailedPrecondition WRONG_STATUS",
            backend.outbox.topic,
        )
        assert len(letters.replay()) == 1
        until(lambda: len(letters.find()) == 1)
        poisonous = False
        assert len(letters.replay()) == 1
        until(lambda: not backend.rows("parked"))
        assert letters.find() == []
        letters.close()
    assert [name for name in listener.names if name != "other"] == ["good", "bad", "next", "last"]


def test_an_operator_may_pass_over_a_dead_letter(backend: Backend, kafka: KafkaSettings, topics: str) -> None:
    def failures(message: Any) -> None:
        if message.name == "bad":
            raise KeyError(message.name)

    rows = made(backend, "good", "bad", "next")
    listener = Listener(failures)
    with consuming(backend, kafka, topics, listener):
        send(kafka, *rows)
        until(lambda: len(backend.rows("parked")) == 2)
        letters = DeadLetters(kafka, topics, backend.store, "ada")
        assert len(letters.discard(lambda letter: letter.headers["ce_id"] == rows[1].event_id, "wrong")) == 1
        until(lambda: not backend.rows("parked"))
        letters.close()
    assert listener.names == ["good", "next"]


def test_rubbish_goes_to_the_dead_letters_alone(backend: Backend, kafka: KafkaSettings, topics: str) -> None:
    (row,) = made(backend, "good")
    listener = Listener()
    with consuming(backend, kafka, topics, listener):
        Producer(kafka).deliver(row.topic, row.key, b"rubbish", {})
        send(kafka, row)
        until(lambda: listener.names == ["good"])
        letters = DeadLetters(kafka, topics, backend.store, "ada")
        until(lambda: [letter.headers["dlq_reason"] for letter in letters.find()] == ["Undecodable"])
        letters.close()
    assert backend.rows("parked") == []


def test_a_handler_that_fails_leaves_nothing_of_its_transaction(backend: Backend) -> None:
    (row,) = made(backend, "a")
    event = Event.read(row.topic, row.key, row.headers, row.payload)
    attempts: list[str] = []

    def handle(message: Any) -> None:
        backend.create("by the handler")
        attempts.append(message.name)
        if len(attempts) == 1:
            raise errors.Unavailable("after the write")

    inbox = Inbox("listener", backend.store, PlainCodec(), {backend.outbox.event: handle})
    with pytest.raises(errors.Unavailable):
        inbox.receive(event)
    assert backend.rows("inbox") == backend.rows("inbox_position") == []
    assert len(backend.rows("things")) == 1
    assert inbox.receive(event) == (Outcome.APPLIED, [])
    assert inbox.receive(event) == (Outcome.STALE, [])
    assert len(attempts) == 2
    assert len(backend.rows("things")) == 2
    written = next(audit for audit in backend.rows("audit") if audit["actor"] == f"service:{backend.outbox.service}")
    assert (written["method"], written["correlation_id"]) == ("thing.renamed", "corr-1")


def test_events_of_other_types_are_passed_over_without_a_row(
    backend: Backend, kafka: KafkaSettings, topics: str
) -> None:
    first, second, third = made(backend, "a", "b", "c")
    other = replace(second, headers={**second.headers, "ce_type": "thing.painted"}, payload=b"\xff")
    follows = {FOLLOWS: third.headers[FOLLOWS].replace("=2", "=1")}
    third = replace(third, headers={**third.headers, **follows})
    listener = Listener()
    with consuming(backend, kafka, topics, listener):
        send(kafka, other, third)
        until(lambda: len(backend.rows("parked")) == 1)
        send(kafka, first)
        until(lambda: listener.names == ["a", "c"])
    assert [row["version"] for row in backend.rows("inbox_position")] == [3]
    assert len(backend.rows("inbox")) == 2
    assert backend.rows("parked") == []


def test_who_is_left_without_partitions_joins_anew(
    backend: Backend, kafka: KafkaSettings, topics: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer, "_UNASSIGNED_SECONDS", 1.0)
    monkeypatch.setattr(consumer, "_MEASURE_SECONDS", 0.5)
    [row] = made(backend, "1")
    send(kafka, row)
    listener = Listener()
    # Holds all partitions, and never looks up to give some away.
    holder = Client({
        **kafka.client(),
        "group.id": f"loanflow.{topics}",
        "partition.assignment.strategy": "cooperative-sticky",
    })  # fmt: skip
    holder.subscribe([row.topic, retries(topics)])
    until(lambda: holder.poll(0.1) or holder.assignment())
    with capture_logs() as logs, consuming(backend, kafka, topics, listener):
        until(lambda: any(line["event"] == "consumer_joins_anew" for line in logs))
        holder.close()
        until(lambda: listener.names == ["1"])
