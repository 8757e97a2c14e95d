"""A consumer makes progress whatever bytes arrive: each record is handled, kept or set aside, and only once."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from confluent_kafka import KafkaError, TopicPartition
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from services.runtime import errors
from services.runtime.events.consumer import Consumer
from services.runtime.events.dead_letters import LEFT_OUT, Letter
from services.runtime.events.event import Event
from services.runtime.events.inbox import LETTER, Inbox
from services.runtime.events.kafka import KafkaSettings, Producer, RecordRefused, headers_of, text_of
from services.runtime.events.letters import DeadLetters
from services.runtime.events.outbox import FOLLOWS
from services.runtime.tls import MutualTlsSettings
from tests.integration.runtime.listening import Listener, consuming
from tests.integration.runtime.test_consumer import made, send
from tests.integration.runtime.things import Backend, PlainCodec
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("staff_call")
Pairs = list[tuple[str, bytes | None]]
NASTY: list[bytes | None] = [
    None, b"", b"\x00", b"a\x00b", b"\xed\xa0\x80", b"\xff\xfe", b"\r\n", b"x" * 201, b"x" * 100_000,
    "é".encode() * 150, b"$where", b"a.b", "\u202e\u0000".encode(), b"\xf4\x90\x80\x80",
]  # fmt: skip
VERSIONS = [
    b"0", b"-1", b"1.0", b"1e3", b" 1", b"+1", b"1_0", "\uff11".encode(), b"2147483646", b"2147483647", b"2147483648",
    b"9" * 30, b"9" * 5000, b"NaN",
]  # fmt: skip
TIMES = [
    b"0001-01-01T00:00:00+14:00", b"9999-12-31T23:59:59-14:00", b"2030-01-01T00:00:00", b"2030-01-01", b"1969-12-31",
    b"12026-01-01T00:00:00+00:00", b"2030-W01", b"now",
]  # fmt: skip
NAMES = ("ce_id", "ce_type", "ce_source", "ce_time", "ce_subject", "ce_aggregatetype", "ce_aggregateid",
         "ce_aggregateversion", "ce_actor", "ce_correlationid", "traceparent", "dlq_topic", "content-type")  # fmt: skip


@dataclass
class Record:
    """What the client hands over; headers that it cannot decode raise."""

    pairs: Pairs | None
    raw_key: bytes | None
    raw_value: bytes | None
    where: tuple[str, int, int]

    def error(self) -> None:
        return None

    def topic(self) -> str:
        return self.where[0]

    def partition(self) -> int:
        return self.where[1]

    def offset(self) -> int:
        return self.where[2]

    def key(self) -> bytes | None:
        return self.raw_key

    def value(self) -> bytes | None:
        return self.raw_value

    def headers(self) -> Pairs | None:
        if self.pairs is None:
            raise UnicodeDecodeError("utf-8", b"\xff", 0, 1, "the name of a header")
        return self.pairs


@dataclass
class Broker:
    """Takes letters, but none that is as large as a broker refuses; notes what the consumer passes to its client."""

    letters: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)
    stored: list[int] = field(default_factory=list)
    paused: int = 0

    def deliver(self, topic: str, key: str, value: bytes, headers: dict[str, str]) -> None:
        size = len(key) + len(value) + sum(len(name) + len(text) for name, text in headers.items())
        if size > 1_000_000:
            raise RecordRefused("too large")
        self.letters.append((key, value, headers))

    def store_offsets(self, offsets: list[TopicPartition]) -> None:
        self.stored += [each.offset for each in offsets]

    def pause(self, _: Any) -> None:
        self.paused += 1


@dataclass
class Run:
    """A consumer without its thread, on the real inbox of a backend."""

    backend: Backend
    broker: Broker = field(default_factory=Broker)
    listener: Listener = field(default_factory=Listener)
    offset: int = 0

    def __post_init__(self) -> None:
        inbox = Inbox("listener", self.backend.store, PlainCodec(), {self.backend.outbox.event: self.listener.handle})
        broker: Any = self.broker
        self.consumer = Consumer(KafkaSettings("nowhere", MutualTlsSettings(plaintext=True)), inbox, broker)

    def take(self, pairs: Pairs | None, key: bytes | None, value: bytes | None, *, again: bool = False) -> int:
        """Takes one record, or with `again` the one that names it as a letter; how many letters it made.

        Progress was made, or this fails.
        """
        self.offset += 1
        record: Any = Record(pairs, key, value, (self.backend.outbox.topic, 0, self.offset))
        if again:
            letter, intake = Letter.of(record), self.consumer.intake
            intake._recall = lambda *_: letter
            record = Record([(LETTER, b"0/1")], key, None, ("loanflow.listener.retry", 0, self.offset))
        client: Any = self.broker
        before = len(self.broker.letters)
        self.consumer.take(client, [record])
        self.consumer.intake.try_parked()
        assert self.broker.stored[-1:] == [self.offset + 1]
        assert self.broker.paused == 0
        return len(self.broker.letters) - before


@pytest.fixture
def run(backend: Backend) -> Iterator[Run]:
    with capture_logs() as logs:
        yield Run(backend)
    assert [line for line in logs if line["event"] in ("event_not_buried", "parked_events_failed")] == []


def readable(record: Record) -> bool:
    try:
        event: Any = record
        headers = headers_of(event)
        Event.read(record.topic(), text_of(record.key()), headers, record.value() or b"")
    except ValueError:
        return False
    return True


def changed(pairs: Pairs, changes: list[tuple[str, bytes | None]], dropped: set[str], doubled: set[str]) -> Pairs:
    """The headers with some given other values, some left out and some there twice."""
    named = dict(changes)
    found = [(name, named.pop(name, value)) for name, value in pairs if name not in dropped]
    return [*found, *named.items(), *[pair for pair in found if pair[0] in doubled]]


CHANGE = st.one_of(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NASTY) | st.binary(max_size=40)),
    st.tuples(st.just("ce_aggregateversion"), st.sampled_from(VERSIONS)),
    st.tuples(st.just("ce_time"), st.sampled_from(TIMES)),
    st.tuples(st.text(st.characters(codec="utf-8"), max_size=8), st.binary(max_size=40)),
)
SUBSETS = st.sets(st.sampled_from(NAMES), max_size=2)


OWN = object()
VALUES = st.sampled_from([OWN, None, b"", b"\x00" * 6, b"\xff" * 900])


# Hypothesis describes what it draws; of a header of 100 kB it warns, and a warning is an error here.
@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    fails=st.booleans(),
    changes=st.lists(CHANGE, max_size=3),
    dropped=SUBSETS,
    doubled=SUBSETS,
    key=st.sampled_from([OWN, OWN, *NASTY]),
    value=VALUES,
    nameless=st.integers(0, 9),
    again=st.booleans(),
)
def test_every_record_is_handled_kept_or_set_aside_once(
    run: Run, fails: bool, changes: Any, dropped: Any, doubled: Any, key: Any, value: Any, nameless: int, again: bool
) -> None:
    run.listener.failures = refuse_bad
    (row,) = made(run.backend, f"{'bad' if fails else 'good'} {run.offset}")
    pairs: Pairs = [(name, text.encode()) for name, text in row.headers.items()]
    said = changed(pairs, changes, dropped, doubled) if nameless else None
    key, value = (row.key.encode() if key is OWN else key), (row.payload if value is OWN else value)
    letters = run.take(said, key, value, again=again)
    assert letters <= 1
    if not readable(Record(said, key, value, ("t", 0, 0))):
        assert letters == 1
        assert run.broker.letters[-1][2]["dlq_reason"] == "Undecodable"


def refuse_bad(message: Any) -> None:
    if message.name.startswith("bad"):
        raise errors.FailedPrecondition("no", reason="WRONG_STATUS")


@pytest.mark.parametrize("name", ["ce_id", "ce_source", "ce_type", "ce_aggregateid", "ce_aggregatetype"])
@pytest.mark.parametrize("value", [b"a\x00b", b"\xed\xa0\x80", b"x" * 3_000])
def test_a_name_that_no_store_keeps_makes_one_letter_with_the_same_bytes(run: Run, name: str, value: bytes) -> None:
    (row,) = made(run.backend, "a")
    pairs = changed([(each, text.encode()) for each, text in row.headers.items()], [(name, value)], set(), set())
    assert run.take(pairs, row.key.encode(), row.payload) == 1
    key, body, headers = run.broker.letters[0]
    assert (headers[name].encode(errors="surrogateescape"), key, body) == (value, row.key, row.payload)
    assert headers["dlq_place"] == f"{row.topic}/0/1"
    assert run.listener.names == []


def test_the_last_version_of_all_blocks_no_sweep(run: Run) -> None:
    first, second = made(run.backend, "a", "b")
    for row, version in ((first, b"1"), (second, b"2147483646")):
        headers: Pairs = [(each, text.encode()) for each, text in row.headers.items()]
        assert (
            run.take(
                changed(headers, [("ce_aggregateversion", version), (FOLLOWS, b"listener=2147483645")], set(), set()),
                row.key.encode(),
                b"",
            )
            == 0
        )
    assert [row["version"] for row in run.backend.rows("parked")] == [2147483646]
    assert [row["version"] for row in run.backend.rows("inbox_position")] == [1]


def test_headers_of_a_parked_event_that_no_store_keeps_are_left_out(run: Run) -> None:
    _, second = made(run.backend, "a", "b")
    pairs: Pairs = [(each, text.encode()) for each, text in second.headers.items()]
    pairs += [("bad.name", b"1"), ("$set", b"1"), ("nul", b"\x00"), ("huge", b"x" * 10_000), ("fine", b"1")]
    assert run.take(pairs, second.key.encode(), second.payload) == 0
    (parked,) = run.backend.rows("parked")
    assert set(parked["headers"]) == {*second.headers, "fine"}


def test_a_record_larger_than_a_letter_may_be_is_named_in_one(run: Run) -> None:
    (row,) = made(run.backend, "a")
    pairs: Pairs = [(each, text.encode()) for each, text in row.headers.items() if each != "ce_id"]
    assert run.take([*pairs, ("note", b"x" * 600_000)], row.key.encode(), b"y" * 500_000) == 1
    _, value, headers = run.broker.letters[0]
    assert (value, headers[LEFT_OUT], "note" in headers) == (b"", "500000", False)
    assert headers["dlq_place"] == f"{row.topic}/0/1"


def test_the_letter_is_written_once_while_its_burial_waits(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    (row,) = made(run.backend, "bad")
    run.listener.failures = refuse_bad
    bury, tries = Inbox.bury, []

    def away(inbox: Inbox, event: Event) -> None:
        tries.append(event)
        if len(tries) == 1:
            raise errors.Unavailable("the database is out of reach")
        bury(inbox, event)

    monkeypatch.setattr(Inbox, "bury", away)
    event = Event.read(row.topic, row.key, row.headers, row.payload)
    with pytest.raises(errors.Unavailable):
        run.consumer.intake.work(event)
    run.consumer.intake.work(event)
    assert (len(tries), len(run.broker.letters)) == (2, 1)
    assert [parked["dead"] for parked in run.backend.rows("parked")] == [True]


def test_on_the_broker_too(backend: Backend, kafka: KafkaSettings, topics: str) -> None:
    """An id with NUL came back every second, for ever; every other event of the partition waited behind it."""
    rows = made(backend, "good", "later")
    nasty = [
        {**rows[0].headers, name: text}
        for name in ("ce_id", "ce_source", "ce_aggregateid")
        for text in ("a\0b", "\udcff")
    ]
    nasty += [{**rows[0].headers, "ce_aggregateversion": text} for text in ("2147483648", "-1", "x")]
    producer, listener = Producer(kafka), Listener()
    letters = DeadLetters(kafka, topics, backend.store, "ada")
    with capture_logs() as logs, consuming(backend, kafka, topics, listener):
        for headers in nasty:
            producer.deliver(rows[0].topic, rows[0].key, rows[0].payload, headers)
        producer.deliver(rows[0].topic, "k\0\udcff", b"", rows[0].headers)
        producer.deliver(rows[0].topic, rows[0].key, b"z" * 999_000, {"note": "x" * 500})
        send(kafka, *rows)
        until(lambda: listener.names == ["good", "later"])
        until(lambda: len(letters.find()) == len(nasty) + 2)
        replayed = letters.replay()
        assert [line.split()[1] for line in replayed] == ["replayed"] * (len(nasty) + 2)
        until(lambda: len(letters.find()) == len(nasty) + 2)
        assert all(each.line().isascii() and "\n" not in each.line() for each in letters.find())
        letters.discard(lambda _: True, "no events")
        assert letters.find() == []
    letters.close()
    assert not any(line["event"] == "consumer_restarts" for line in logs)
    assert listener.names == ["good", "later"]


def test_what_the_broker_refuses_for_good_is_distinguished_from_what_it_cannot_take_now(
    kafka: KafkaSettings, topics: str
) -> None:
    producer = Producer(kafka)
    with pytest.raises(RecordRefused, match=KafkaError(KafkaError.MSG_SIZE_TOO_LARGE).name()):
        producer.deliver(f"loanflow.{topics}.dlq", "k", b"x" * 1_100_000, {})
