"""The audit trail on both databases: everything is chained, and whatever is done to it behind its back is named."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from bson import ObjectId
from sqlalchemy import text

from services.runtime import context
from services.runtime.audit import __main__ as command
from services.runtime.audit.anchoring import Anchor, Anchoring, anchors
from services.runtime.audit.chain import Signer, linked
from services.runtime.audit.sealing import Chaining
from services.runtime.audit.verify import Finding, verify
from services.runtime.events.kafka import ANCHORS, KafkaSettings, Producer
from services.runtime.ids import new_id
from services.runtime.stores import mongo_audit
from services.runtime.stores.mongo import Mongo
from services.runtime.stores.postgres import Postgres
from stack.audit import trail as auditor
from tests.integration.runtime.things import Backend, Thing, occasion
from tests.waiting import PATIENCE_SECONDS

pytestmark = pytest.mark.usefixtures("staff_call")
SERVICE = "tested"
LATER = datetime.now(UTC) + timedelta(hours=1)


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return _signer(tmp_path, "the service's own key, of which nothing is in its database")


def _signer(folder: Path, secret: str) -> Signer:
    file = folder / "key"
    file.write_text(secret)
    return Signer(SERVICE, file)


@pytest.fixture
def chaining(backend: Backend, signer: Signer) -> Chaining:
    return Chaining(backend.store, signer)


class Trail:
    """What somebody with every right on the database can do to it: rows by the sequence of their links."""

    def __init__(self, backend: Backend) -> None:
        self.backend, self.store = backend, backend.store

    def ids(self) -> list[str]:
        return [link.entry_id for link, _ in self.store.audit.links(0, 1000)]

    def change(self, entry_id: str, **columns: str) -> None:
        if isinstance(self.store, Mongo):
            self.store.trail.audit.update_one({"_id": ObjectId(entry_id)}, {"$set": columns})
        for name, value in columns.items():
            self._sql(f"UPDATE audit SET {name} = :value WHERE position = :id", value=value, id=entry_id)

    def delete(self, entry_id: str, *, chain: bool = False) -> None:
        if isinstance(self.store, Mongo):
            self.store.trail.audit.delete_one({"_id": ObjectId(entry_id)})
            if chain:
                self.store.trail.audit_chain.delete_one({"audit_id": ObjectId(entry_id)})
        self._sql("DELETE FROM audit WHERE position = :id", id=entry_id)
        if chain:
            self._sql("DELETE FROM audit_chain WHERE position = :id", id=entry_id)

    def swap(self, one: str, other: str) -> None:
        """Has two rows change their places in the chain, each with its digest."""
        links = {link.entry_id: link for link, _ in self.store.audit.links(0, 1000)}
        for sequence, link in ((links[one].sequence, links[other]), (links[other].sequence, links[one])):
            self._place(-sequence, link.entry_id, link.digest)
        for sequence in (links[one].sequence, links[other].sequence):
            self._sql("DELETE FROM audit_chain WHERE sequence = :s", s=sequence)
            self._sql(
                "UPDATE audit_chain SET sequence = :s, position = position + 1000 WHERE sequence = -:s", s=sequence
            )
        self._sql("UPDATE audit_chain SET position = position - 2000 WHERE position > 1000")

    def _place(self, sequence: int, entry_id: str, digest: bytes) -> None:
        if isinstance(self.store, Mongo):
            chain = self.store.trail.audit_chain
            held = chain.find_one({"_id": -sequence})
            assert held
            chain.update_one({"audit_id": ObjectId(entry_id)}, {"$set": {"audit_id": ObjectId()}})
            chain.update_one({"_id": -sequence}, {"$set": {"audit_id": ObjectId(entry_id), "digest": digest}})
        self._sql(
            "INSERT INTO audit_chain SELECT :new, :id + 1000, :digest, link, chain_time, signature, settled"
            " FROM audit_chain WHERE sequence = :old", new=sequence, old=-sequence, id=int(entry_id), digest=digest,
        ) if isinstance(self.store, Postgres) else None  # fmt: skip

    def insert(self, like: str, when: datetime) -> None:
        """Adds a row behind the service's back, where the chain has passed already."""
        if isinstance(self.store, Mongo):
            row = self.store.trail.audit.find_one({"_id": ObjectId(like)})
            assert row
            self.store.trail.audit.insert_one({**row, "_id": ObjectId(), "create_time": when, "actor": "staff:forged"})
        self._sql(
            "INSERT INTO audit OVERRIDING SYSTEM VALUE SELECT -1, :when, 'staff:forged', method, aggregate_type,"
            " aggregate_id, version, before, after, why, correlation_id FROM audit WHERE position = :id",
            id=like, when=when,
        )  # fmt: skip

    def rebuild(self, signer: Signer) -> None:
        """Throws the chain away and makes a new one over the rows as they are now."""
        entries = [entry for _, entry in self.store.audit.links(0, 1000) if entry]
        if isinstance(self.store, Mongo):
            self.store.trail.audit_chain.delete_many({})
        self._sql("DELETE FROM audit_chain")
        made = linked(None, entries, datetime.now(UTC), signer)
        if isinstance(self.store, Mongo):
            times = {each.entry_id: each.create_time for each in entries}
            documents = [{**mongo_audit._document(each), "create_time": times[each.entry_id]} for each in made]
            self.store.trail.audit_chain.insert_many(documents)
        for each in made:
            self._sql(
                "INSERT INTO audit_chain VALUES (:sequence, :position, :digest, :link, :chain_time, :signature, 0)",
                **{**vars(each), "position": int(each.entry_id)} if isinstance(self.store, Postgres) else {},
            )

    def _sql(self, statement: str, **values: Any) -> None:
        if not isinstance(self.store, Postgres):
            return
        if "id" in values:
            values["id"] = int(values["id"])
        with self.store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("SET session_replication_role = replica"))
            connection.execute(text(statement), values)
            connection.execute(text("SET session_replication_role = origin"))


@pytest.fixture
def trail(backend: Backend, chaining: Chaining) -> Trail:
    """Five chained rows."""
    thing = backend.create("0")
    for number in range(1, 5):
        backend.rename(thing.thing_id, str(number))
    chaining.chain()
    return Trail(backend)


def _found(backend: Backend, signer: Signer | None, *anchors: Anchor) -> list[Finding]:
    key = signer.public_key if signer else None
    return list(verify(SERVICE, backend.store.audit, anchors, key, LATER))


def _found_by_the_auditor(backend: Backend, signer: Signer, *anchors: Anchor) -> list[str]:
    """What stack.audit says, which has an implementation of its own."""
    held = [each.encoded() for each in anchors]
    if isinstance(backend.store, Mongo):
        return list(auditor.faults(SERVICE, auditor.of_mongo(backend.store.trail), signer.public_key, held, LATER))
    with psycopg.connect(_conninfo(backend.store)) as connection:
        return list(auditor.faults(SERVICE, auditor.of_postgres(connection), signer.public_key, held, LATER))


def _conninfo(store: Any) -> str:
    with store.engine.connect() as connection:
        info = connection.connection.driver_connection.info
        return f"{info.dsn} password={info.password} sslrootcert={store._settings.tls.authority_file}"


def _anchor(backend: Backend) -> Anchor:
    head = backend.store.audit.head()
    assert head
    return Anchor(SERVICE, head.sequence, head.link, head.signature, head.chain_time)


def test_what_was_written_is_chained_in_its_order_and_verifies(backend: Backend, trail: Trail, signer: Signer) -> None:
    links = backend.store.audit.links(0, 100)
    assert [link.sequence for link, _ in links] == [1, 2, 3, 4, 5]
    assert [entry.row.after["name"] for _, entry in links if entry] == ["0", "1", "2", "3", "4"]
    assert [bool(link.signature) for link, _ in links] == [False] * 4 + [True]
    assert _found(backend, signer, _anchor(backend)) == []
    assert _found_by_the_auditor(backend, signer, _anchor(backend)) == []


def _changed(trail: Trail) -> None:
    trail.change(trail.ids()[1], actor="staff:other")


def _deleted(trail: Trail) -> None:
    trail.delete(trail.ids()[1])


def _deleted_with_link(trail: Trail) -> None:
    trail.delete(trail.ids()[1], chain=True)


def _inserted(trail: Trail) -> None:
    trail.insert(trail.ids()[1], datetime.now(UTC) - timedelta(days=1))


def _reordered(trail: Trail) -> None:
    trail.swap(*trail.ids()[1:3])


@pytest.mark.parametrize(
    ("tampering", "named"),
    [
        (_changed, [("changed", 2)]),
        (_deleted, [("deleted", 2)]),
        (_deleted_with_link, [("deleted", 2)]),
        (_inserted, [("inserted", 0)]),
        (_reordered, [("reordered", 2), ("reordered", 3)]),
    ],
)
def test_tampering_is_named(
    backend: Backend,
    trail: Trail,
    signer: Signer,
    tampering: Callable[[Trail], None],
    named: list[tuple[str, int]],
) -> None:
    anchor = _anchor(backend)
    tampering(trail)
    assert [(each.kind, each.sequence) for each in _found(backend, signer, anchor)] == named
    words = {"deleted": ("missing",)}
    found = _found_by_the_auditor(backend, signer, anchor)
    assert len(found) == len(named), found
    for (kind, _), said in zip(named, found, strict=True):
        assert any(word in said for word in words.get(kind, (kind,))), (kind, said)


def test_a_tail_that_is_cut_off_is_named_by_the_signature_and_by_the_anchor(
    backend: Backend, trail: Trail, signer: Signer
) -> None:
    anchor = _anchor(backend)
    for entry_id in trail.ids()[3:]:
        trail.delete(entry_id, chain=True)
    assert [(each.kind, each.sequence) for each in _found(backend, signer)] == [("cut off", 3)]
    assert [(each.kind, each.sequence) for each in _found(backend, signer, anchor)] == [("cut off", 3), ("cut off", 5)]
    assert _found(backend, None) == [], "without signature and anchor nothing shows it"


def test_a_chain_that_was_made_again_is_named_by_the_signature_and_by_the_anchor(
    backend: Backend, trail: Trail, signer: Signer, tmp_path: Path
) -> None:
    anchor = _anchor(backend)
    trail.change(trail.ids()[1], actor="staff:other")
    trail.rebuild(_signer(tmp_path, "a key of one's own, as an intruder would make it"))
    assert _found(backend, None) == [], "without signature and anchor nothing shows it"
    assert [(each.kind, each.sequence) for each in _found(backend, signer)] == [("unsigned", 5)]
    assert [(each.kind, each.sequence) for each in _found(backend, None, anchor)] == [("anchor", 5)]


def test_an_anchor_that_is_not_signed_is_named(backend: Backend, trail: Trail, signer: Signer) -> None:
    forged = replace(_anchor(backend), signature=bytes(64))
    assert [each.kind for each in _found(backend, signer, forged)] == ["anchor"]


def test_a_row_that_is_committed_late_is_chained_then(backend: Backend, chaining: Chaining, signer: Signer) -> None:
    """The earlier row of two is committed after the later one was chained, and the chain has gone on meanwhile."""
    opened, go = threading.Event(), threading.Event()

    def late() -> None:
        with context.bind(occasion()), backend.store.transaction():
            with backend.begin() as uow:
                uow.things.add(Thing.new("late"))
                uow.commit()
            backend.store.audit.links(0, 1)  # has everything sent that waits
            opened.set()
            go.wait(30)

    thread = threading.Thread(target=late)
    thread.start()
    opened.wait(30)
    for number in range(3):
        backend.create(f"early {number}")
        chaining.chain()
    go.set()
    thread.join(PATIENCE_SECONDS)
    for _ in range(3):
        chaining.chain()
    assert len(backend.store.audit.links(0, 100)) == 4
    assert _found(backend, signer) == []


def test_replicas_that_chain_at_once_make_one_chain(backend: Backend, signer: Signer) -> None:
    replicas = [Chaining(backend.store, signer) for _ in range(4)]
    ended = threading.Event()

    def run(replica: Chaining) -> None:
        while not ended.is_set():
            replica.chain()

    threads = [threading.Thread(target=run, args=(each,)) for each in replicas]
    for thread in threads:
        thread.start()
    for number in range(20):
        backend.create(str(number))
    ended.set()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    while len(backend.store.audit.links(0, 100)) < 20:
        replicas[0].chain()
    assert [link.sequence for link, _ in backend.store.audit.links(0, 100)] == list(range(1, 21))
    assert _found(backend, signer) == []


def test_one_that_starts_anew_goes_on_where_the_chain_ends(backend: Backend, trail: Trail, signer: Signer) -> None:
    backend.create("later")
    Chaining(backend.store, signer).chain()
    assert [link.sequence for link, _ in backend.store.audit.links(0, 100)] == [1, 2, 3, 4, 5, 6]
    assert _found(backend, signer) == []


def test_the_command_names_what_was_changed(
    backend: Backend, trail: Trail, signer: Signer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """The command's own store is that of the test."""
    monkeypatch.setenv("LOANFLOW_AUDIT_KEY_FILE", str(tmp_path / "key"))
    monkeypatch.setattr(command, "opened", lambda _: backend.store)
    monkeypatch.setattr(backend.store, "close", lambda: None)
    assert command.main([SERVICE]) == 0
    trail.change(trail.ids()[1], actor="staff:other")
    assert command.main([SERVICE]) == 1
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == f"{SERVICE}: 5 rows are chained, 0 anchors, 0 findings"
    assert f"the row {trail.ids()[1]} (" in printed[1]
    assert "link 2" in printed[1]


def test_a_head_is_anchored_once_and_what_was_cut_off_is_named_by_it(
    backend: Backend, trail: Trail, signer: Signer, kafka: KafkaSettings
) -> None:
    service = f"tested-{new_id()}"
    producer = Producer(kafka)
    anchoring = Anchoring(service, backend.store, producer, lambda anchor: replace(anchor, attestation="proven"))
    anchoring.check()
    anchoring.anchor()
    anchoring.anchor()
    producer.deliver(ANCHORS, service, b"no anchor", {})
    producer.close()
    [found] = anchors(kafka, service)
    assert (found.sequence, found.link, found.attestation) == (5, _anchor(backend).link, "proven")
    trail.delete(trail.ids()[4], chain=True)
    findings = verify(service, backend.store.audit, [found], None, LATER)
    assert [(each.kind, each.sequence) for each in findings] == [("cut off", 5)]
