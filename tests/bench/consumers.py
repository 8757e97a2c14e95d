"""Times what an event costs its consumer: `python -m tests.bench.consumers`. Not a test: it prints and never fails.

A real broker and real databases, of the running stack; the consumers are kyc (PostgreSQL) and document (MongoDB
API), whose handlers write a row, its audit row and the inbox. Figures are microseconds of the processor of the whole
process, the threads of librdkafka among them: of a backlog of foreign events (of types that the service does not
subscribe to), of a backlog of own ones, and of own ones that come at a rate, with the time from their moment to the end
of their handler. What comes at a rate has the publisher and the idle process in its figure.
"""

import argparse
import json
import resource
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic
from google.protobuf.message import Message

from loanflow.application.v1 import application_events_pb2 as application
from services.document import consumer as document_consumer
from services.document import store as document_store
from services.document.handlers import App as DocumentApp
from services.kyc import consumer as kyc_consumer
from services.kyc.handlers import App as KycApp
from services.kyc.store import UnitOfWork as KycUnit
from services.runtime import context
from services.runtime.context import Caller, RequestContext
from services.runtime.events.avro import Codec
from services.runtime.events.consumer import Consumer
from services.runtime.events.event import Event
from services.runtime.events.inbox import Inbox
from services.runtime.events.kafka import KafkaSettings, Producer, dead_letters, retries
from services.runtime.events.outbox import Outbox
from services.runtime.events.read_ahead import ReadAhead
from services.runtime.stores.archive import ArchivingStore
from services.runtime.stores.ports import OutboxRow
from stack import folders, pki
from stack.layout import Layout
from stack.servers import kafka as kafka_server
from tests.bench.scratch import collections, migrated
from tests.fakes.registry import FakeRegistry

Subscriptions = Mapping[type[Message], Callable[[Any], None]]
# What a service does with its events, and reads before it is shown them one by one.
Listening = tuple[Subscriptions, ReadAhead]


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=int, default=folders.base(), help="base port of a stack whose parts run")
    parser.add_argument("--foreign", type=int, default=20_000)
    parser.add_argument("--own", type=int, default=2_000)
    parser.add_argument("--rate", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=10)
    given = parser.parse_args()
    print(json.dumps(measure(given.base, given.foreign, given.own, given.rate, given.seconds), indent=2))


def measure(
    base: int, foreign: int = 20_000, own: int = 2_000, rate: int = 200, seconds: int = 10
) -> dict[str, dict[str, float]]:
    """The figures by kind of database, against the parts of the stack with this base port."""
    layout = Layout.of(base)
    found = {}
    for name, opened in (("postgres", _kyc), ("mongo", _document)):
        with opened(layout) as (store, listening), _Bench.of(layout, store, *listening) as bench:
            found[name] = {
                **bench.foreign(foreign), **bench.backlog(own), **bench.live(rate, seconds), **bench.idle(seconds)
            }  # fmt: skip
    return found


@dataclass
class _Handled:
    """How many own events were handled, and how long after their moments, in seconds."""

    subscriptions: Subscriptions
    count: int = 0

    def __post_init__(self) -> None:
        self.delays: list[float] = []

    def wrapped(self) -> Subscriptions:
        """The subscriptions, counting."""
        return {kind: self._counting(handler) for kind, handler in self.subscriptions.items()}

    def _counting(self, handler: Callable[[Any], None]) -> Callable[[Any], None]:
        def handle(message: Any) -> None:
            handler(message)
            event = context.current().event
            assert event is not None
            self.delays.append(time.time() - event.time.timestamp())
            self.count += 1

        return handle


class _OneTopic(Inbox):
    """An inbox whose events come on a topic of the bench, so that nothing else in the stack reads or writes there."""

    topic = ""

    def topics(self) -> set[str]:
        return {self.topic}

    def admit(self, event: Event) -> None:
        """Whatever comes on that topic."""


class _Bench:
    """One consumer on one topic."""

    def __init__(
        self, kafka: KafkaSettings, store: ArchivingStore, subscriptions: Subscriptions, read_ahead: ReadAhead
    ) -> None:
        self._kafka, self._store, self._handled, self._read_ahead = kafka, store, _Handled(subscriptions), read_ahead
        self._service = f"bench{uuid4().hex[:12]}"
        self._outbox = Outbox("application", _as_it_is, Codec(FakeRegistry()))
        self._producer, self._peak_mb = Producer(kafka), 0.0
        self.topics = [self._service, dead_letters(self._service), retries(self._service)]

    @classmethod
    @contextmanager
    def of(
        cls, layout: Layout, store: ArchivingStore, subscriptions: Subscriptions, read_ahead: ReadAhead
    ) -> Iterator["_Bench"]:
        kafka = kafka_server.client(layout, pki.DEPLOY)
        bench, admin = cls(kafka, store, subscriptions, read_ahead), AdminClient(kafka.client())
        for future in admin.create_topics([NewTopic(name, 1, 1) for name in bench.topics]).values():
            future.result(20)
        try:
            yield bench
        finally:
            bench._producer.close(0)
            for future in admin.delete_topics(bench.topics).values():
                future.result(20)

    def foreign(self, count: int) -> dict[str, float]:
        """Applications with four events that do not concern the service; the last event of all does."""
        self._publish(row for _ in range(count // 4) for row in _life(self._outbox))
        self._publish([_submitted(self._outbox)])
        return {"foreign_us": self._consumed(1) / count}

    def backlog(self, count: int) -> dict[str, float]:
        """Own events that wait already."""
        self._publish(_submitted(self._outbox) for _ in range(count))
        before, spent = _memory_mb(), self._consumed(count)
        return {"own_us": spent / count, "own_grown_mb": self._peak_mb - before}

    def live(self, rate: int, seconds: int) -> dict[str, float]:
        """Own events, evenly spread."""
        rows, done = [_submitted(self._outbox) for _ in range(rate * seconds)], threading.Event()

        def publish() -> None:
            begun = time.monotonic()
            for number, row in enumerate(rows):
                time.sleep(max(0.0, begun + number / rate - time.monotonic()))
                headers = {**row.headers, "ce_time": datetime.now(UTC).isoformat()}
                self._producer.send(self._service, row.key, row.payload, headers, lambda _: None)
                self._producer.poll(0)
            done.set()

        self._handled.delays.clear()
        thread = threading.Thread(target=publish)
        spent = self._consumed(len(rows), thread)
        delays = sorted(self._handled.delays[rate:])
        return {
            "live_us": spent / len(rows),
            "live_p50_ms": delays[len(delays) // 2] * 1000,
            "live_p99_ms": delays[len(delays) * 99 // 100] * 1000,
        }

    def idle(self, seconds: int) -> dict[str, float]:
        """A consumer that nothing comes to: its share of a core, and how often a second a thread of it wakes."""
        with self._consuming():
            time.sleep(3)
            wakes, begun = resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw, time.process_time()
            time.sleep(seconds)
            woken = resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw - wakes
            spent = time.process_time() - begun
        return {"idle_core": spent / seconds, "idle_wakes": woken / seconds}

    def _publish(self, rows: Iterable[OutboxRow]) -> None:
        for row in rows:
            while True:
                try:
                    self._producer.send(self._service, row.key, row.payload, row.headers, lambda _: None)
                    break
                except BufferError:
                    self._producer.poll(0.1)
            self._producer.poll(0)
        self._producer.close(30)

    def _consumed(self, count: int, publisher: threading.Thread | None = None) -> float:
        """Microseconds of the processor until so many own events are handled; what publishes costs is in it."""
        wanted, self._peak_mb, begun = self._handled.count + count, 0.0, time.process_time()
        with self._consuming():
            if publisher is not None:
                time.sleep(3)
                begun = time.process_time()
                publisher.start()
            while self._handled.count < wanted:
                time.sleep(0.05)
                self._peak_mb = max(self._peak_mb, _memory_mb())
            return (time.process_time() - begun) * 1_000_000

    @contextmanager
    def _consuming(self) -> Iterator[None]:
        wrapped = self._handled.wrapped()
        inbox = _OneTopic(self._service, self._store, self._outbox.codec, wrapped, self._read_ahead)
        inbox.topic = self._service
        consumer = Consumer(self._kafka, inbox, self._producer)
        consumer.start()
        try:
            yield
        finally:
            consumer.stop()


def _memory_mb() -> float:
    """What the process holds in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1_048_576


def _as_it_is(message: Any) -> Message:
    found: Message = message
    return found


def _life(outbox: Outbox) -> list[OutboxRow]:
    application_id = str(uuid4())
    changes = [application.ApplicationStatusChanged(application_id=application_id) for _ in range(4)]
    with _call():
        return _rows(outbox, application_id, changes)


def _submitted(outbox: Outbox) -> OutboxRow:
    application_id = str(uuid4())
    event = application.ApplicationSubmitted(
        application_id=application_id, customer_id=str(uuid4()), facility_type="TERM_LOAN",
        monthly_income={"currency": "EUR", "amount": "3000"},
    )  # fmt: skip
    event.submit_time.GetCurrentTime()
    for money in ("amount", "project_cost", "monthly_debts", "collateral_value"):
        getattr(event, money).currency, getattr(event, money).amount = "EUR", "100"
    with _call():
        return _rows(outbox, application_id, [event])[0]


def _rows(outbox: Outbox, application_id: str, events: list[Any]) -> list[OutboxRow]:
    return outbox.rows("Application", application_id, 1, events, {})


@contextmanager
def _call() -> Iterator[None]:
    with context.bind(RequestContext(Caller.of_service("application"))):
        yield


@contextmanager
def _kyc(layout: Layout) -> Iterator[tuple[ArchivingStore, Listening]]:
    nothing: Any = None
    with migrated(layout, "kyc") as database:
        app = KycApp(lambda: KycUnit(database, nothing), *[nothing] * 6)
        yield database, (kyc_consumer.subscriptions(app), partial(kyc_consumer.read_ahead, app))


@contextmanager
def _document(layout: Layout) -> Iterator[tuple[ArchivingStore, Listening]]:
    nothing: Any = None
    with collections(layout) as database:
        database.prepare(document_store.FOLDERS, document_store.DOCUMENTS)
        app = replace(_DOCUMENT_APP, begin=lambda: document_store.UnitOfWork(database, nothing))
        yield database, (document_consumer.subscriptions(app), partial(document_consumer.read_ahead, app))


_DOCUMENT_APP: Any = DocumentApp(*[None] * 4)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
