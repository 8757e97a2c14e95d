"""Each guard of the runtime switched off by itself: the auditor names what it kept from happening, and else nothing.

The guards of a consumer are those of test_interleavings.py, the chain's those of test_audit_chain.py, the topics' ids
those of test_republish.py; legal moves and distinct persons are switched off in tests/unit/stack/test_guards.py.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pytest
from confluent_kafka import KafkaError

from services.runtime import context
from services.runtime.events import outbox
from services.runtime.events.event import Event
from services.runtime.events.gate import Gate
from services.runtime.events.inbox import Inbox
from services.runtime.events.kafka import KafkaSettings, Producer, RecordRefused
from services.runtime.events.outbox import Relay
from services.runtime.stores import postgres_audit, postgres_statements
from services.runtime.stores.ports import Known
from services.runtime.stores.postgres_rows import PostgresIdempotency, PostgresInbox
from stack.audit import checks, topics
from stack.audit.handled import Handled, event
from stack.audit.scratch import Scratch, events_in, folder
from tests.integration.runtime.listening import relaying
from tests.integration.runtime.test_consumer import made
from tests.integration.runtime.things import Backend, PlainCodec, occasion
from tests.waiting import until

pytestmark = [
    pytest.mark.usefixtures("staff_call"),
    # What is switched off is the runtime's; how each store does it has tests of its own.
    pytest.mark.parametrize("backend", ["postgres"], indirect=True),
]
Off = Callable[[pytest.MonkeyPatch], None]
LISTENER = "listener"


@pytest.fixture
def violations(backend: Backend, kafka: KafkaSettings) -> Callable[[], set[str]]:
    """The letters that the auditor's checks find, of what is in the topic and in the database."""

    def look() -> set[str]:
        name, topic = backend.outbox.service, backend.outbox.topic
        with folder() as files, closing(events_in(files / "events")) as events:
            events.add("events", topics.events(kafka.client(), topics.ends_of(kafka.client(), [topic])))
            with closing(Scratch(files / "databases")) as found:
                rows, audit = backend.rows, backend.rows("audit")
                found.add("aggregates", [(name, "things", row["thing_id"], row["version"]) for row in rows("things")])
                found.add("waiting", [(name, row["aggregate_id"], row["version"]) for row in rows("outbox")])
                found.add("listeners", [("thing.renamed", name)])
                handled = Handled(files / "handled")
                handled.add(name, [event(*each) for each in events.ask("SELECT source, event_id FROM events")])
                columns = ("method", "aggregate_type", "aggregate_id", "version", "correlation_id")
                found.add("changes", [(*(row[each] for each in columns), ",".join(row["after"])) for row in audit])
                found.sum_up(name)
                found.attach(events.file)
                return {letter for letter, _ in checks.violations(found, handled)}

    return look


def nothing(_: pytest.MonkeyPatch) -> None:
    """All guards are on."""


def archived_before_acknowledged(patch: pytest.MonkeyPatch) -> None:
    """A row leaves the outbox whatever the broker said of it."""
    settle = Relay._settle

    def careless(self: Relay) -> None:
        reports = [(row, None) for row, _ in self._reports]
        self._reports.clear()
        self._reports.extend(reports)
        settle(self)

    patch.setattr(Relay, "_settle", careless)


@pytest.mark.usefixtures("topics")
@pytest.mark.parametrize(("off", "letters"), [(nothing, set()), (archived_before_acknowledged, {"E"})])
def test_no_event_leaves_the_outbox_before_the_broker_has_it(
    backend: Backend, kafka: KafkaSettings, violations: Callable[[], set[str]], monkeypatch: pytest.MonkeyPatch,
    off: Off, letters: set[str],
) -> None:  # fmt: skip
    send, lost = Producer.send, list[str]()

    def lose_first(self: Producer, topic: str, key: str, *rest: Any) -> None:
        if lost:
            send(self, topic, key, *rest)
        else:
            lost.append(key)
            rest[-1](KafkaError(KafkaError._MSG_TIMED_OUT))

    monkeypatch.setattr(Producer, "send", lose_first)
    off(monkeypatch)
    for number in range(3):
        backend.create(str(number))
    with relaying(backend, kafka):
        until(lambda: not backend.rows("outbox"))
    assert lost
    assert violations() == letters


def others_pass(patch: pytest.MonkeyPatch) -> None:
    """What follows an event that was refused does not wait for it."""
    patch.setattr(Relay, "_is_refused", lambda *_: False)


@pytest.mark.usefixtures("topics")
@pytest.mark.parametrize(("off", "letters"), [(nothing, set()), (others_pass, {"O"})])
def test_an_event_that_is_refused_holds_up_what_follows_it(
    backend: Backend, kafka: KafkaSettings, violations: Callable[[], set[str]], monkeypatch: pytest.MonkeyPatch,
    off: Off, letters: set[str],
) -> None:  # fmt: skip
    send, refused = Producer.send, list[str]()

    def refuse_first(self: Producer, topic: str, key: str, value: bytes, headers: Any, delivered: Any) -> None:
        if not refused:
            refused.append(key)
            raise RecordRefused("too large, for now")
        send(self, topic, key, value, headers, delivered)

    monkeypatch.setattr(Producer, "send", refuse_first)
    monkeypatch.setattr(outbox, "_REFUSED_SECONDS", 0.5)
    off(monkeypatch)
    made_thing = backend.create("1")
    backend.rename(made_thing.thing_id, "2")
    with relaying(backend, kafka):
        until(lambda: not backend.rows("outbox"))
    assert violations() == letters


def inbox_forgets(patch: pytest.MonkeyPatch) -> None:
    """Neither ids nor versions of what was handled are looked at."""
    patch.setattr(PostgresInbox, "take", lambda _, arrivals: Known({each.identity for each in arrivals}))
    patch.setattr(Gate, "is_unseen", lambda *_: True)


@pytest.mark.usefixtures("topics")
@pytest.mark.parametrize(("off", "letters"), [(nothing, set()), (inbox_forgets, {"X"})])
def test_an_event_that_comes_again_has_no_second_effect(
    backend: Backend, kafka: KafkaSettings, violations: Callable[[], set[str]], monkeypatch: pytest.MonkeyPatch,
    off: Off, letters: set[str],
) -> None:  # fmt: skip
    off(monkeypatch)
    (row,) = made(backend, "a")
    copy, producer = backend.create("copy"), Producer(kafka)
    producer.deliver(row.topic, row.key, row.payload, row.headers)
    event = Event.read(row.topic, row.key, row.headers, row.payload)
    names = iter(("first", "second"))
    inbox = Inbox(
        LISTENER, backend.store, PlainCodec(),
        {backend.outbox.event: lambda _: backend.rename(copy.thing_id, next(names))},
    )  # fmt: skip
    for _ in range(2):
        inbox.receive(event)
    # What the effects report waits in the outbox: on the topic it would be of the same type and request.
    producer.close()
    assert violations() == letters


def nothing_is_audited(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(postgres_audit.PostgresAudit, "append", lambda *_: None)


@pytest.mark.usefixtures("topics")
@pytest.mark.parametrize(("off", "letters"), [(nothing, set()), (nothing_is_audited, {"A"})])
def test_every_change_has_its_audit_row(
    backend: Backend, violations: Callable[[], set[str]], monkeypatch: pytest.MonkeyPatch, off: Off, letters: set[str]
) -> None:
    off(monkeypatch)
    backend.rename(backend.create("a").thing_id, "b")
    assert violations() == letters


def rows_are_not_locked(patch: pytest.MonkeyPatch) -> None:
    """What is read for a change is read as if it were for a look."""
    selection = postgres_statements.selection
    patch.setattr(postgres_statements, "selection", lambda table, key, lock: selection(table, key, lock=False))


@pytest.mark.usefixtures("topics")
@pytest.mark.parametrize(("off", "name", "letters"), [(nothing, "2", set()), (rows_are_not_locked, "1", {"E"})])
def test_of_two_changes_at_once_none_is_lost(
    backend: Backend, kafka: KafkaSettings, violations: Callable[[], set[str]], monkeypatch: pytest.MonkeyPatch,
    off: Off, name: str, letters: set[str],
) -> None:  # fmt: skip
    off(monkeypatch)
    thing, met = backend.create("0"), threading.Barrier(2)

    def increment() -> None:
        with context.bind(occasion()), backend.begin() as uow:
            found = uow.things.get(thing.thing_id)
            if off is not nothing:
                met.wait(30)
            found.rename(str(int(found.name) + 1))
            uow.commit()

    with ThreadPoolExecutor(2) as pool:
        for each in [pool.submit(increment) for _ in range(2)]:
            each.result()
    with relaying(backend, kafka):
        until(lambda: not backend.rows("outbox"))
    assert backend.name(thing.thing_id) == name
    assert violations() == letters


def answers_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(PostgresIdempotency, "find", lambda *_: None)
    patch.setattr(PostgresIdempotency, "save", lambda *_: None)


@pytest.mark.parametrize(("off", "effects"), [(nothing, 1), (answers_are_forgotten, 2)])
def test_a_call_that_is_repeated_has_one_effect(
    backend: Backend, monkeypatch: pytest.MonkeyPatch, off: Off, effects: int
) -> None:
    off(monkeypatch)
    for name in ("a", "b"):
        with backend.store.transaction():
            if backend.store.idempotency.find("s", "m", "k") is None:
                backend.create(name)
                backend.store.idempotency.save("s", "m", "k", b"h", b"answer")
    assert len(backend.rows("things")) == effects
