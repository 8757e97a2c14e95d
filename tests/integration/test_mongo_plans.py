"""No query of the services on MongoDB reads a whole collection: each is made once, and the server explains its plan.

Whatever calls the driver in these files has to be run here: a call that was not is named, with its line.
"""

import ast
import inspect
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bson import json_util
from pymongo import monitoring

from services.agreement import store as agreement
from services.agreement.events import SigningMethod
from services.agreement.model import Agreement
from services.agreement.sessions import SigningSession
from services.document import store as document
from services.document.model import Content, Document, DocumentType, Folder
from services.notification import store as notification
from services.runtime import context, errors
from services.runtime.ids import new_id
from services.runtime.stores.archive import Selection
from services.runtime.stores.audit_rows import AuditEntry, AuditFilter, AuditRow, ChainLink
from services.runtime.stores.mongo import Mongo
from services.runtime.stores.mongo_schema import trail
from services.runtime.stores.paging import Page
from services.runtime.stores.ports import SHARDS, Arrival, Known, OutboxRow, ParkedRow
from tests.integration.conftest import FreshMongo
from tests.integration.notification.queries import run_notification, run_templates, run_webhooks
from tests.integration.runtime.things import occasion

ROOT = Path(__file__).parents[2]
MORE_OF_NOTIFICATION = (
    "delivery_queue device_store moment_store number_store occasion_store template_store webhook_store".split()
)
FILES = [
    *sorted((ROOT / "services" / "runtime" / "stores").glob("mongo*.py")),
    *(ROOT / "services" / name / "store.py" for name in ("agreement", "document", "notification")),
    *(ROOT / "services" / "notification" / f"{name}.py" for name in MORE_OF_NOTIFICATION),
]
CALLS = {
    "find", "find_one", "insert_one", "insert_many", "update_one", "update_many", "replace_one", "delete_one",
    "delete_many", "count_documents", "bulk_write", "aggregate", "distinct",
}  # fmt: skip
# SecantusDB writes with the filter beside the id, for which it has no index, whatever the filter is.
SCANNED = {"find_one_and_update", "find_one_and_replace", "find_one_and_delete"}
# Read whole on purpose, without any filter.
WHOLE = {
    "parked": "what waits is worked off, and watched by an alarm",
    "audit": "by who verifies the whole trail",
    "agreements": "once, by who seals what was stored before",
}
NOW = datetime(2026, 1, 1, tzinfo=UTC)
CONTENT = Content("a.pdf", "application/pdf", 1, "0" * 64, scanned=True)


@dataclass
class Watched(monitoring.CommandListener):
    """What was sent to a database: by which functions, and each collection's filters and orders."""

    database: str = ""
    calls: set[tuple[str, str]] = field(default_factory=set)
    queries: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = field(default_factory=dict)
    scanned: set[str] = field(default_factory=set)

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        """Takes note of a command, in the thread that sends it."""
        if event.database_name not in (self.database, trail(self.database)):
            return
        self.calls.update((frame.filename, frame.function) for frame in inspect.stack(0))
        command = json_util.loads(json_util.dumps(event.command))
        collection, commands = command.get(event.command_name), [command]
        if event.command_name == "findAndModify":
            self.scanned.add(collection)
        if event.command_name in ("update", "delete"):
            commands = command[f"{event.command_name}s"]
        if event.command_name == "aggregate":
            commands = [{"filter": command["pipeline"][0].get("$match", {})}]
        for each in commands:
            query = each.get("q", each.get("filter"))
            if query is not None:
                shape = json.dumps([collection, json_util.dumps(query), json_util.dumps(each.get("sort", {}))])
                self.queries[shape] = (collection, query, each.get("sort", {}))

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Says nothing."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Says nothing."""


WATCHED = Watched()
# Of the clients that are made from here on.
monitoring.register(WATCHED)


@pytest.fixture
def mongo(fresh_mongo: FreshMongo) -> Iterator[Mongo]:
    """A database of all three services, that is watched."""
    made = fresh_mongo()
    made.prepare(agreement.AGREEMENTS, document.FOLDERS, document.DOCUMENTS, *notification.COLLECTIONS)
    WATCHED.database = made.database.name
    yield made
    WATCHED.database = ""


def test_every_query_has_an_index(mongo: Mongo) -> None:
    with context.bind(occasion()):
        for run in (run_runtime, run_agreement, run_document, run_notification, run_templates, run_webhooks):
            run(mongo)
    assert not WATCHED.scanned, f"findAndModify on {WATCHED.scanned}: find, and update by _id in one transaction"
    for collection, query, order in list(WATCHED.queries.values()):
        if query or collection not in WHOLE:
            plan = explained(mongo, collection, query, order)
            assert "COLLSCAN" not in json_util.dumps(plan), (
                f"{collection} is read whole for {query}: give its Collection an index whose first fields are just "
                "those that have one value, and then the one that has a range"
            )
    missing = sorted({place for file in FILES for place in call_sites(file)} - WATCHED.calls)
    assert not missing, (
        f"{Path(missing[0][0]).relative_to(ROOT)}: {missing[0][1]} is not run here: have it run by "
        f"{Path(__file__).name}, so that the plans of its queries are looked at"
    )


def explained(mongo: Mongo, collection: str, query: dict[str, Any], order: dict[str, Any]) -> Any:
    """The plan of a filter, whatever it is that reads or writes by it."""
    find = {"find": collection, "filter": query, **({"sort": order} if order else {})}
    return mongo._collection(collection).database.command("explain", find)["queryPlanner"]["winningPlan"]


def call_sites(file: Path) -> Iterator[tuple[str, str]]:
    """The functions of a file that call the driver."""
    for function in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                name = node.func.attr
                assert name not in SCANNED, (
                    f"{file.name}:{node.lineno}: {name} reads a whole collection on SecantusDB: find, and update by "
                    "_id in one transaction"
                )
                if name in CALLS:
                    yield str(file), function.name


def _links(_head: ChainLink | None, entries: Sequence[AuditEntry]) -> list[ChainLink]:
    return [ChainLink(1, entry.entry_id, b"digest", b"link", NOW, b"") for entry in entries]


def run_runtime(mongo: Mongo) -> None:
    """The runtime's own rows."""
    parked = ParkedRow("e1", "source", "Thing/1", "key", 2, 1, dead=False, topic="topic", headers={}, value=b"")
    row = OutboxRow("e1", 1, "Thing", "1", 1, "topic", "key", {}, b"", NOW)
    with mongo.transaction():
        mongo.idempotency.find("s", "m", "k")
        mongo.idempotency.save("s", "m", "k", b"hash", b"answer")
        mongo.audit.append([AuditRow("a", "m", "Thing", "1", 1, None, {}, "", "c")])
        mongo.outbox.append([row])
    assert mongo.audit.chain(_links, 10) == 1 and mongo.audit.chain(_links, 10) == 0
    mongo.audit._chained = replace(mongo.audit._chained, last=None)
    assert mongo.audit.chain(_links, 10) == 0
    head = mongo.audit.head()
    assert head is not None and [link for link, _ in mongo.audit.links(0, 10)] == [head]
    assert mongo.audit.unchained(datetime.now(UTC), 10) == []
    leads = (
        AuditFilter(aggregate_id="1"),
        AuditFilter(correlation_id="c"),
        AuditFilter(actor="a"),
        AuditFilter(method="m"),
    )
    for wanted in (AuditFilter(), *leads):
        [hit] = mongo.audit.search(wanted, None, 10).hits
        assert hit.sequence == head.sequence
        assert mongo.audit.some([head.entry_id]) == [hit]
    event = parked.identity
    with mongo.transaction():
        assert mongo.inbox.take([Arrival("e1", "source", "Thing/1", "key")]) == Known(new={event})
        mongo.inbox.forget([event])
        mongo.inbox.advance({}, {("source", "Thing/1"): 1})
        mongo.inbox.advance({("source", "Thing/1"): 2}, {})
        mongo.inbox.park(parked)
        known = mongo.inbox.take([Arrival("e1", "source", "Thing/1", "another")])
        assert known.reached == {("source", "Thing/1"): 2} and [each.event_id for each in known.waiting] == ["e1"]
        assert mongo.inbox.runnable(10) == [event]
        assert mongo.inbox.copy(event) == parked
        assert mongo.inbox.parked_count() == 1
        mongo.inbox.unpark(event)
    with mongo.transaction():
        key = mongo.keys.of("c1", "things")
    with mongo.transaction():
        assert mongo.keys.by_id({key.key_id}) == {key.key_id: key}
        mongo.keys.rewrap()
        [kept] = [each for each in mongo.keys._rows.page("", 10) if each.key_id == key.key_id]
        mongo.keys._rows.replace(kept, kept.wrapped or "")
        mongo.keys._rows.hold("c1", "a case")
        assert [state.hold for state in mongo.keys._rows.states("c1")] == ["a case"]
        mongo.keys._rows.hold("c1", "")
        mongo.keys.forget("c1", NOW, {"things": None})
    # The first makes the document of the leases, the others change it.
    assert len(mongo.outbox.lease("one", 30)) == SHARDS
    assert len(mongo.outbox.lease("two", 30)) == 0
    assert len(mongo.outbox.lease("one", 30)) == len(mongo.outbox.lease("two", 30)) == SHARDS // 2
    assert mongo.outbox.backlog()[0] == 1
    mongo.outbox.archive(mongo.outbox.waiting(range(SHARDS), 10))
    assert mongo.outbox.backlog() == (0, 0.0)
    assert [each.event_id for each in mongo.archive.read(Selection(), "", 10)] == ["e1"]
    assert mongo.archive.read(Selection(NOW, NOW + timedelta(1), "1"), mongo.archive.place(row), 10) == []
    for place in ("here", ""):
        mongo.archive.note("run", place)
        assert mongo.archive.noted("run") == place
    assert mongo.archive.exchange("claim", "", "mine") and not mongo.archive.exchange("claim", "", "another's")
    assert mongo.archive.notes("cla") == {"claim": "mine"}
    mongo.outbox.release("one")
    assert len(mongo.outbox.lease("two", 30)) == SHARDS


def run_agreement(mongo: Mongo) -> None:
    """The agreements."""
    for _ in range(2):  # made, then changed
        with agreement.UnitOfWork(mongo, None) as uow:
            found = uow.agreements.ensure(Agreement("a1", "c1"))
            found.note_deciders(new_id())
            found.sessions = (_session(),)
            uow.commit()
    queue = agreement.SessionQueue(mongo)
    assert queue.open_since() == NOW
    assert queue.claim(NOW, NOW + timedelta(minutes=1)) == "a1" and queue.claim(NOW, NOW) is None
    queue.postpone("a1", NOW, NOW)
    with agreement.UnitOfWork(mongo, None) as uow:
        assert uow.agreements.quarantined(1) == []
        assert uow.agreements.with_envelope("e1") == "a1" and uow.agreements.with_envelope("e2") is None
        assert len(uow.agreements.of_customer("c1")) == len(uow.agreements.about("customer_id", "c1")) == 1
        assert uow.agreements.ids() == ["a1"]
        with pytest.raises(errors.NotFound):  # that is made
            uow.agreements.read("a1")


def _session() -> SigningSession:
    """A signing at a provider, of which something is due."""
    made = SigningSession("s1", SigningMethod.DOCUSIGN, "0" * 64, (), NOW, NOW, NOW)
    return replace(made.taken("e1", NOW), look_time=NOW)


def run_document(mongo: Mongo) -> None:
    """The folders and documents."""
    for number in range(3):
        with document.UnitOfWork(mongo, None) as uow:
            uow.folders.ensure(Folder("a1", "c1", "HOME"))
            made = Document(new_id(), "a1", "c1", DocumentType.OTHER, number, CONTENT, "c1", NOW)
            uow.documents.add(made)
            uow.commit()
    with document.UnitOfWork(mongo, None) as uow:
        assert len(uow.documents.of_application("a1")) == len(uow.documents.of_customer("c1")) == 3
        assert uow.documents.quarantined(1) == []
        first = uow.documents.page("a1", Page(1))
        assert uow.documents.page("a1", Page(1, first.next_token)).items != first.items
        assert uow.documents.read(made.document_id) == made
        uow.documents.change(made.document_id).delete()
        uow.commit()
