"""The audit trails of three services, on both databases and over the mesh, read through auth."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from loanflow.audit.v1 import audit_service_pb2 as mesh_pb
from loanflow.auth.v1 import auth_service_pb2 as pb
from services.auth import audit_trails
from services.auth.peers import TrailPeer
from services.runtime import context, errors
from services.runtime.audit import exporting
from services.runtime.audit.chain import Signer
from services.runtime.audit.sealing import Chaining
from services.runtime.audit.servicer import AuditServicer
from services.runtime.audit.verify import verify_links
from services.runtime.calling import clients
from services.runtime.context import Caller, RequestContext
from services.runtime.stores.audit_rows import AuditRow
from services.runtime.stores.ports import Store
from tests.harness import Servers, customer, program, service, staff
from tests.integration.auth.conftest import Auth, servicer_of
from tests.integration.conftest import FreshMongo, FreshPostgres
from tests.waiting import until

ADMIN = staff("ADMIN")
_MILLISECOND = 0.001


@dataclass
class Audited:
    """Auth with two other services, of which `document` keeps documents; `search` and `export` as an administrator."""

    client: Callable[[Caller], Any]
    stores: dict[str, Store]
    peers: dict[str, Any]
    written: float = 0.0

    def write(self, service_name: str, aggregate_id: str, **after: Any) -> None:
        """Has a service audit a change, a millisecond after the last one at least: MongoDB keeps times no finer."""
        until(lambda: time.time() - self.written >= _MILLISECOND)
        row = AuditRow("staff:u1", "/things/Change", "Thing", aggregate_id, 2, {"size": 1}, after, "why", "c1")
        store = self.stores[service_name]
        with store.transaction():
            store.audit.append([row])
        self.written = time.time()

    def search(self, **wanted: Any) -> Any:
        return self.client(ADMIN).SearchAudit(pb.SearchAuditRequest(**wanted))

    def export(self, **wanted: Any) -> list[bytes]:
        chunks = self.client(ADMIN).ExportAudit(pb.ExportAuditRequest(**wanted))
        return b"".join(chunk.file.data for chunk in chunks).splitlines(keepends=True)


@pytest.fixture
def audited(
    auth: Auth, fresh_postgres: FreshPostgres, fresh_mongo: FreshMongo, client_for: Servers
) -> Iterator[Audited]:
    stores: dict[str, Store] = {"kyc": fresh_postgres("kyc"), "document": fresh_mongo()}
    stores["document"].prepare()  # type: ignore[attr-defined]
    peers, channels = {}, []
    for name, store in stores.items():
        running = client_for.serve(AuditServicer(name, store), store=store)
        caller = running.mesh.caller_identity(service("auth"))
        channels.append(clients.channel(running.name, running.target, caller))
        peers[name] = running
    trails = {name: TrailPeer(channel) for name, channel in zip(stores, channels, strict=True)}
    servicer = servicer_of(auth.app, auth.database, trails)
    stores["auth"] = auth.database

    def client(caller: Caller) -> Any:
        return client_for(servicer, caller, store=auth.database)

    with context.bind(RequestContext(Caller.of_service("kyc"))):
        yield Audited(client, stores, peers)
    for channel in channels:
        channel.close()
    servicer._trails.close()


def test_rows_of_all_services_come_newest_first_with_what_was_changed(audited: Audited) -> None:
    for number in range(6):
        audited.write(("kyc", "document", "auth")[number % 3], f"thing-{number}", size=2, sort="large")
    found = audited.search(prefix="thing-")
    assert [row.aggregate_id for row in found.rows] == [f"thing-{number}" for number in range(5, -1, -1)]
    assert [row.service for row in found.rows[:3]] == ["auth", "document", "kyc"]
    row = found.rows[0]
    assert (row.actor_kind, row.actor_id, row.method, row.version) == ("staff", "u1", "/things/Change", 2)
    assert (row.aggregate_type, row.why, row.correlation_id, row.chained) == ("Thing", "why", "c1", False)
    changes = [(each.name, each.before, each.after) for each in row.changes]
    assert changes == [("size", "1", "2"), ("sort", "null", '"large"')]
    assert not found.next_page_token and not found.unavailable_services


def test_pages_of_all_services_are_one_list(audited: Audited) -> None:
    for number in range(11):
        audited.write(("kyc", "document", "kyc", "auth")[number % 4], f"thing-{number}")
    token, found, pages = "", [], 0
    while pages == 0 or token:
        page = audited.search(prefix="thing-", page_size=2, page_token=token)
        found += [row.aggregate_id for row in page.rows]
        token, pages = page.next_page_token, pages + 1
    assert found == [f"thing-{number}" for number in range(10, -1, -1)]


def test_a_token_of_another_filter_or_service_is_refused(audited: Audited) -> None:
    for number in range(3):
        audited.write("kyc", f"thing-{number}")
    token = audited.search(prefix="thing-", page_size=1).next_page_token
    for wanted in ({}, {"prefix": "thing-1"}, {"prefix": "thing-", "service": "kyc"}):
        with pytest.raises(errors.InvalidArgument) as refused:
            audited.search(**wanted, page_size=1, page_token=token)
        assert refused.value.reason == "INVALID_PAGE_TOKEN"


def test_a_service_that_is_down_is_named_and_the_others_answer(audited: Audited) -> None:
    for name in ("kyc", "document"):
        audited.write(name, f"thing-{name}")
    audited.peers["kyc"].server.stop()
    found = audited.search(prefix="thing-")
    assert [row.aggregate_id for row in found.rows] == ["thing-document"]
    assert list(found.unavailable_services) == ["kyc"]
    assert not audited.search(service="document", prefix="thing-").unavailable_services
    with pytest.raises(errors.Unavailable):
        audited.export(service="kyc")


def test_reading_is_audited_with_its_filter(audited: Audited) -> None:
    audited.search(service="kyc", actor="staff:u1", time_from="2026-01-31T00:00:00Z")
    audited.export(service="document", aggregate="thing-1")
    rows = audited.search(service="auth", aggregate_type="AuditTrail").rows
    noted = {(row.actor_id, row.method.rpartition("/")[2], row.aggregate_id): row for row in rows}
    search = noted[ADMIN.subject, "SearchAudit", "kyc"]
    assert [(each.name, each.after) for each in search.changes] == [
        ("actor", '"staff:u1"'), ("since", '"2026-01-31T00:00:00+00:00"'),
    ]  # fmt: skip
    assert [each.after for each in noted[ADMIN.subject, "ExportAudit", "document"].changes] == ['"thing-1"']
    assert (ADMIN.subject, "SearchAudit", "auth") in noted, "this one, too, before it was answered"


@pytest.mark.parametrize("name", ["prefix", "actor", "aggregate", "method", "correlation"])
def test_whom_somebody_looked_for_is_not_kept_in_clear(audited: Audited, name: str) -> None:
    for text in ("anna.muster@example.org", "Anna Muster", "Muster", "anna 1970"):
        audited.search(service="kyc", **{name: text})
    rows = audited.search(service="auth", aggregate_type="AuditTrail").rows
    noted = [each.after for row in rows if row.aggregate_id == "kyc" for each in row.changes]
    assert sorted(noted) == sorted(f'"index:indexed {length}"' for length in (23, 11, 6, 9))


def test_what_is_personal_is_sealed_and_then_erased(audited: Audited) -> None:
    store = audited.stores["kyc"]
    with store.transaction():
        key = store.keys.of("p1", "reviews")
    audited.write("kyc", "thing-1", name=key.seal("Ada", "here"), parts=[{"line": key.seal("Ada's", "here")}], size=3)

    def shown() -> dict[str, str]:
        [row] = audited.search(prefix="thing-").rows
        return {each.name: each.after for each in row.changes}

    assert shown() == {"name": '"sealed"', "parts": '[{"line": "sealed"}]', "size": "3"}
    with store.transaction():
        store.keys.forget("p1", datetime.now(UTC), {"reviews": None})
    assert shown() == {"name": '"erased"', "parts": '[{"line": "erased"}]', "size": "3"}


def test_a_filter_that_is_none_is_refused(audited: Audited) -> None:
    for field, text in (
        ("actor", "' OR true --"),
        ("method", '{"$ne": ""}'),
        ("prefix", "50%"),
        ("aggregate", "a\x00b"),
        ("service", "unknown"),
        ("time_from", "yesterday"),
        ("time_to", "2026-13-01T00:00:00Z"),
    ):
        with pytest.raises(errors.InvalidArgument) as refused:
            audited.search(**{field: text})
        assert refused.value.violations[0].field == field


def test_readers_beyond_the_limit_are_refused(audited: Audited, monkeypatch: pytest.MonkeyPatch) -> None:
    """While as many as may read at once are held up."""
    monkeypatch.setattr(audit_trails.AuditTrails, "_note", _refused)
    with pytest.raises(errors.ResourceExhausted) as refused:
        audited.search()
    assert refused.value.reason == "OVERLOADED"
    with pytest.raises(errors.ResourceExhausted):
        audited.export(service="kyc")


def _refused(trails: Any, *_: Any) -> None:
    """Has all places taken, then one more read."""
    taken = 0
    while trails._readers.acquire(blocking=False):
        taken += 1
    try:
        assert taken == 2, "the third reads at this moment"
        with trails._reading():
            raise AssertionError("one too many reads")
    finally:
        trails._readers.release(taken)


def test_no_one_but_administrators_reads(audited: Audited) -> None:
    for caller in (staff("MANAGER"), customer(), program("loans.read"), service("kyc")):
        client = audited.client(caller)
        with pytest.raises(errors.PermissionDenied):
            client.SearchAudit(pb.SearchAuditRequest())
        with pytest.raises(errors.PermissionDenied):
            list(client.ExportAudit(pb.ExportAuditRequest(service="kyc")))


def test_only_auth_reads_a_service_s_own_trail(audited: Audited) -> None:
    for caller in (ADMIN, service("document")):
        with pytest.raises(errors.PermissionDenied):
            audited.peers["kyc"].client(caller).FindRows(mesh_pb.FindRowsRequest(limit=1))


def test_an_export_proves_itself(audited: Audited, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("a key of the test, of 32 characters or more")
    signer = Signer("document", file)
    for number in range(4):
        audited.write("document", f"thing-{number}")
        Chaining(audited.stores["document"], signer).chain()
    lines = audited.export(service="document", aggregate="thing-2")
    heading, pieces = exporting.read(lines)
    kept = list(pieces)
    assert (heading.service, len(kept)) == ("document", 4)
    assert [each.entry.row.aggregate_id for each in kept if each.entry] == ["thing-2"]
    assert list(verify_links("document", kept, [], signer.public_key, heading)) == []
    lines[3] = lines[3].replace(b"staff:u1", b"staff:u2")
    heading, pieces = exporting.read(lines)
    assert [each.kind for each in verify_links("document", pieces, [], signer.public_key, heading)] == ["changed"]
