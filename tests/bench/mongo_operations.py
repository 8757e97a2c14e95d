"""What an operation, a step of the runtime and an event cost on MongoDB: `python -m tests.bench.mongo_operations`.

Not a test. Starts a SecantusDB of its own, as the stack does, in a folder that goes with it. Microseconds for each, the
mean of `--times` calls one after the other: on the wall, of the server's processor, and of the client's. On a noisy
machine the processor's are the ones to compare. Events are handled by the services' own handlers, without a broker.
"""

import argparse
import secrets
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import Mock

from google.protobuf.message import Message
from pymongo import MongoClient, UpdateOne
from pymongo.errors import PyMongoError
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from loanflow.application.v1 import application_events_pb2 as application
from services.bootstrap import documents
from services.document import consumer as document_consumer
from services.document import store as document_store
from services.document.handlers import App as DocumentApp
from services.notification import consumer as notification_consumer
from services.notification import store as notification_store
from services.notification.delivery_queue import Queue
from services.notification.handlers import App as NotificationApp
from services.notification.notices import RULES
from services.runtime import context
from services.runtime.clock import SystemClock
from services.runtime.context import Caller, RequestContext
from services.runtime.events.avro import Codec
from services.runtime.events.event import Event
from services.runtime.events.inbox import Inbox, Subscriptions
from services.runtime.events.outbox import Outbox
from services.runtime.events.read_ahead import ReadAhead
from services.runtime.ids import new_id
from services.runtime.stores.audit_rows import AuditRow
from services.runtime.stores.mongo import Mongo, MongoSettings
from services.runtime.stores.ports import SHARDS, OutboxRow
from services.runtime.stores.wrapping import FileWrapping
from services.runtime.tls import TlsSettings
from stack import programs
from tests.bench.deliveries import deliveries
from tests.fakes.registry import FakeRegistry

KNOWN = 2_000
BATCH = 50


@dataclass
class Server:
    """A server of our own: its port, and its processor time in seconds."""

    process: subprocess.Popen[bytes]
    port: int

    def processor(self) -> float:
        """All its threads' time on a processor so far, in seconds; those that ended included."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        ended = (int(fields[11]) + int(fields[12])) / 100
        tasks = Path(f"/proc/{self.process.pid}/task").iterdir()
        running = sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9
        return max(ended, running)


@contextmanager
def server(*options: str) -> Iterator[Server]:
    """A SecantusDB as `stack.servers.mongo` starts it, but without a log-in."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        command = [
            programs.script("secantusd-py"), "--host", "127.0.0.1", "--port", str(port), "--storage-path", folder,
            "--sync-on-commit", "--cache-size", "128M", "--log-level", "WARNING", *options,
        ]  # fmt: skip
        process = subprocess.Popen(command)
        try:
            _wait(port)
            yield Server(process, port)
        finally:
            process.terminate()
            process.wait(20)


class Bench:
    """Keeps microseconds of each operation: on the wall, of the server's processor and of the client's."""

    def __init__(self, running: Server, times: int) -> None:
        self._server, self.times = running, times
        self.found: dict[str, dict[str, int]] = {}

    def measure(self, name: str, step: Callable[[], object], each: int = 1) -> None:
        """The mean of `step`, which does `each` of the thing."""
        step()
        wall, mine, theirs = time.perf_counter(), time.process_time(), self._server.processor()
        for _ in range(self.times):
            step()
        took = time.perf_counter() - wall, self._server.processor() - theirs, time.process_time() - mine
        names = ("wall_us", "server_us", "client_us")
        self.found[name] = {key: round(1e6 * part / self.times / each) for key, part in zip(names, took, strict=True)}


def operations(bench: Bench, client: MongoClient[dict[str, Any]]) -> None:
    """The operations that the stores are made of."""
    things, numbers = client.bench.things, count(KNOWN)
    things.insert_many([_thing(n) for n in range(KNOWN)])
    things.create_index([("owner", 1), ("make_time", -1)])
    ids, own, seven, more = [str(n) for n in range(BATCH)], {"owner": "o1"}, {"_id": "7"}, {"$inc": {"n": 1}}
    grouped: list[dict[str, Any]] = [{"$match": own}, {"$group": {"_id": "$owner", "n": {"$sum": 1}}}]
    bulk = [UpdateOne({"_id": each}, more) for each in ids]
    measure = bench.measure
    measure("ping", lambda: client.admin.command("ping"))
    measure("find by _id", lambda: things.find_one(seven))
    measure("find by _id, one field", lambda: things.find_one(seven, {"owner": 1}))
    measure("find by _id and a field without an index", lambda: things.find_one({**seven, "state": "A"}))
    measure("find by index, none", lambda: list(things.find({"owner": "none"})))
    measure("find by index, 20 of 20", lambda: list(things.find(own)))
    measure("find by index, sorted, 1 of 20", lambda: list(things.find(own).sort("make_time", -1).limit(1)))
    measure("find 50 by _id, each", lambda: list(things.find({"_id": {"$in": ids}})), BATCH)
    measure("count by index", lambda: things.count_documents(own))
    measure("aggregate: match, group", lambda: list(things.aggregate(grouped)))
    measure("insert", lambda: things.insert_one(_thing(next(numbers))))
    measure("insert 50 at once, each", lambda: things.insert_many([_thing(next(numbers)) for _ in ids]), BATCH)
    measure("update by _id", lambda: things.update_one(seven, more))
    measure("update by _id and a field without an index", lambda: things.update_one({**seven, "state": "A"}, more))
    measure("upsert of a new one", lambda: things.update_one({"_id": new_id()}, more, upsert=True))
    measure("find_one_and_update by _id", lambda: things.find_one_and_update(seven, more))
    measure("delete by _id", lambda: things.delete_one({"_id": str(next(numbers) - 40)}))
    measure("bulk write of 50 updates, each", lambda: things.bulk_write(bulk, ordered=False), BATCH)
    in_transaction = _Transactions(client)
    measure("transaction: a find", lambda: in_transaction(lambda s: things.find_one(seven, session=s)))
    measure(
        "transaction: an insert", lambda: in_transaction(lambda s: things.insert_one(_thing(next(numbers)), session=s))
    )
    measure("transaction: 5 inserts", lambda: in_transaction(
        lambda s: [things.insert_one(_thing(next(numbers)), session=s) for _ in range(5)]))  # fmt: skip
    measure("transaction: 5 inserts in one", lambda: in_transaction(
        lambda s: things.insert_many([_thing(next(numbers)) for _ in range(5)], session=s)))  # fmt: skip


def runtime(bench: Bench, database: Mongo) -> None:
    """The runtime's own steps, each as often as an event or a call needs it."""
    audit = AuditRow("customer:1", "/a.B/C", "Thing", "t1", 1, None, {"status": "NEW"}, "", "corr-1")
    shards = range(SHARDS)

    def inside(step: Callable[[], object]) -> Callable[[], None]:
        def run() -> None:
            with database.transaction():
                step()

        return run

    bench.measure("relay: lease", lambda: database.outbox.lease("me", 30))
    bench.measure("relay: look, nothing waits", lambda: database.outbox.waiting(list(shards), 300))
    bench.measure("relay: backlog", database.outbox.backlog)
    bench.measure("outbox: append, committed", inside(lambda: database.outbox.append([_row()])))

    def publish() -> None:
        database.outbox.archive(database.outbox.waiting(list(shards), 1))

    bench.measure("relay: look for one and delete it", publish)
    bench.measure("audit: append, committed", inside(lambda: database.audit.append([audit])))
    bench.measure("idempotency: find, save, committed", inside(lambda: _keep(database)))


def events(bench: Bench, name: str, database: Mongo, listens: tuple[Subscriptions, ReadAhead]) -> None:
    """Events that a service subscribes to, of applications that it does not know yet; the server knows others."""
    codec = Codec(FakeRegistry())
    inbox, outbox = Inbox(name, database, codec, *listens), Outbox("application", _as_it_is, codec)

    def received(size: int, batches: int) -> Callable[[], None]:
        made = iter([_published(outbox, size) for _ in range(batches)])
        return lambda: inbox.receive_all(next(made), [])

    for _ in range(KNOWN // BATCH):
        received(BATCH, 1)()
    bench.measure(f"{name}: own event, alone", received(1, bench.times + 1))
    bench.measure(f"{name}: own event, of a batch of {BATCH}", received(BATCH, bench.times + 1), BATCH)


def _as_it_is(event: Any) -> Message:
    found: Message = event
    return found


def _published(outbox: Outbox, count: int) -> list[Event]:
    found = []
    with context.bind(RequestContext(Caller.of_service("application"))):
        for application_id in [new_id() for _ in range(count)]:
            (row,) = outbox.rows("Application", application_id, 1, [_submitted(application_id)], {})
            found.append(Event.read(row.topic, row.key, row.headers, row.payload))
    return found


def _submitted(application_id: str) -> Message:
    income = {"currency": "EUR", "amount": "3000"}
    event = application.ApplicationSubmitted(
        application_id=application_id, customer_id=new_id(), facility_type="TERM_LOAN", monthly_income=income
    )
    event.submit_time.GetCurrentTime()
    for money in ("amount", "project_cost", "monthly_debts", "collateral_value"):
        getattr(event, money).currency, getattr(event, money).amount = "EUR", "100"
    return event


def _document(database: Mongo) -> tuple[Subscriptions, ReadAhead]:
    database.prepare(document_store.FOLDERS, document_store.DOCUMENTS)
    begin = lambda: document_store.UnitOfWork(database, None)  # noqa: E731
    app = DocumentApp(begin, *[None] * 3)  # type: ignore[arg-type]
    return document_consumer.subscriptions(app), partial(document_consumer.read_ahead, app)


def _notification(database: Mongo) -> tuple[Subscriptions, ReadAhead]:
    database.prepare(*notification_store.COLLECTIONS)
    nothing: Any = Mock()
    app = NotificationApp(
        begin=lambda: notification_store.UnitOfWork(database), clock=SystemClock(),
        queue=Queue(database), customers=nothing, mail=nothing, live=nothing,
        wake=lambda _: None, wake_webhooks=lambda: None, rules=RULES,
    )  # fmt: skip
    return notification_consumer.subscriptions(app), partial(notification_consumer.read_ahead, app)


def _keep(database: Mongo) -> None:
    key = new_id()
    database.idempotency.find("s", "m", key)
    database.idempotency.save("s", "m", key, b"0" * 32, b"answer" * 40)


def _row() -> OutboxRow:
    headers = {f"ce_{n}": new_id() for n in range(12)}
    return OutboxRow(new_id(), 1, "Thing", "t1", 1, "topic", "key", headers, b"0" * 200, datetime.now(UTC))


def _thing(number: int) -> dict[str, Any]:
    return {
        "_id": str(number), "owner": f"o{number % 100}", "state": "A", "n": 0, "make_time": datetime.now(UTC),
        "words": "some text " * 20,
    }  # fmt: skip


class _Transactions:
    def __init__(self, client: MongoClient[dict[str, Any]]) -> None:
        self._client = client

    def __call__(self, work: Callable[[Any], object]) -> None:
        with self._client.start_session() as session:
            session.start_transaction(ReadConcern("snapshot"), WriteConcern("majority"))
            work(session)
            session.commit_transaction()


@contextmanager
def _opened(running: Server, name: str) -> Iterator[Mongo]:
    settings = MongoSettings(
        "127.0.0.1", running.port, f"bench_{name}", TlsSettings(plaintext=True), retry_writes=False
    )
    with tempfile.NamedTemporaryFile("w", suffix=".key") as key:
        key.write(secrets.token_hex(32))
        key.flush()
        database = Mongo(settings, FileWrapping(Path(key.name)))
        database.prepare()
        documents.make_trail(database.trail)
        yield database
        database.close()


def _wait(port: int) -> None:
    with MongoClient[dict[str, Any]]("127.0.0.1", port, directConnection=True, serverSelectionTimeoutMS=200) as client:
        for _ in range(100):
            try:
                client.admin.command("ping")
                return
            except PyMongoError:
                time.sleep(0.1)
    raise TimeoutError("the server does not start")


def main() -> None:
    """Runs all of it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--times", type=int, default=300, help="calls of each operation")
    parser.add_argument("--server", nargs="*", default=[], help="more options of the server, without their dashes")
    given = parser.parse_args()
    print(f"{'µs each':46} {'wall':>8} {'server':>8} {'client':>8}")
    for name, took in measure(given.times, [f"--{each}" for each in given.server]).items():
        print(f"{name:46} " + " ".join(f"{each:8}" for each in took.values()))


def measure(times: int, options: Sequence[str] = ()) -> dict[str, dict[str, int]]:
    """Microseconds by operation: `wall_us`, `server_us` and `client_us`."""
    with server(*options) as running:
        bench = Bench(running, times)
        with MongoClient[dict[str, Any]](
            "127.0.0.1", running.port, directConnection=True, tz_aware=True, retryWrites=False
        ) as client:
            operations(bench, client)
        with _opened(running, "runtime") as database:
            runtime(bench, database)
        for name, made in (("document", _document), ("notification", _notification)):
            with _opened(running, name) as database:
                events(bench, name, database, made(database))
                if name == "notification":
                    deliveries(bench, database)
        return bench.found


if __name__ == "__main__":
    main()
