"""The audit trails of three services searched by words through auth: one has an index, one whose engine goes away."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from opensearchpy import OpenSearch

from loanflow.audit.v1 import audit_service_pb2 as mesh_pb
from loanflow.auth.v1 import auth_service_pb2 as pb
from services.auth.peers import TrailPeer
from services.runtime import context, errors
from services.runtime.audit.chain import Signer
from services.runtime.audit.indexing import BODY, AuditIndex
from services.runtime.audit.sealing import Chaining
from services.runtime.audit.servicer import AuditServicer
from services.runtime.calling import clients
from services.runtime.context import Caller, RequestContext
from services.runtime.errors import Unavailable
from services.runtime.ids import new_id
from services.runtime.stores.audit_rows import AuditRow
from services.runtime.stores.ports import Store
from services.runtime.stores.search_index import SearchIndex
from stack.layout import Layout
from stack.servers import search as search_server
from tests.harness import Servers, customer, program, service, staff
from tests.integration.auth.conftest import Auth, servicer_of
from tests.integration.conftest import FreshMongo, FreshPostgres

ADMIN = staff("ADMIN")
MANAGER, OWNER = new_id(), new_id()
# Of auth's own trail, which has no index here: it is degraded, and so is what asks all services.
INDEXED = ("kyc", "document")


@dataclass
class Searched:
    """Auth with two other services, of which `document` keeps documents."""

    client: Callable[[Caller], Any]
    stores: dict[str, Store]
    indexes: dict[str, AuditIndex]
    chainings: dict[str, Chaining]
    peers: dict[str, Any]

    def write(self, service_name: str, thing: str, **after: Any) -> None:
        """Has a service audit a change, and its index know it."""
        row = AuditRow(f"staff:{MANAGER}", "/things.v1.ThingService/Decide", "Thing", thing, 1, None, after, "", "c1")
        with self.stores[service_name].transaction():
            self.stores[service_name].audit.append([row])
        self.chainings[service_name].chain()
        self.indexes[service_name].follow()
        self.indexes[service_name].refresh()

    def query(self, **wanted: Any) -> Any:
        return self.client(ADMIN).QueryAudit(pb.QueryAuditRequest(**wanted))

    def pages(self, **wanted: Any) -> Iterator[Any]:
        """Page after page."""
        token, begun = "", False
        while token or not begun:
            page = self.query(**wanted, page_token=token)
            yield page
            token, begun = page.next_page_token, True


@pytest.fixture
def searched(
    auth: Auth, fresh_postgres: FreshPostgres, fresh_mongo: FreshMongo, client_for: Servers, layout: Layout,
    search_engine: None, tmp_path: Path,
) -> Iterator[Searched]:  # fmt: skip
    (tmp_path / "key").write_text("a key of the test, of 32 characters or more")
    stores: dict[str, Store] = {"kyc": fresh_postgres("kyc"), "document": fresh_mongo()}
    indexes, chainings, peers, channels, engines = {}, {}, {}, [], []
    for name, store in stores.items():
        settings = replace(search_server.settings(layout, name), seconds=20.0)
        indexes[name] = AuditIndex(name, store, SearchIndex(settings, f"{name}-audit-{new_id()}", BODY))
        chainings[name] = Chaining(store, Signer(name, tmp_path / "key"))
        engines.append(OpenSearch(hosts=[settings.url], ssl_context=settings.tls.context(), timeout=20))
        indexes[name].follow()
        running = client_for.serve(AuditServicer(name, store, indexes[name]), store=store)
        caller = running.mesh.caller_identity(service("auth"))
        channels.append(clients.channel(running.name, running.target, caller))
        peers[name] = running
    trails = {name: TrailPeer(channel) for name, channel in zip(stores, channels, strict=True)}
    servicer = servicer_of(auth.app, auth.database, trails)
    stores["auth"] = auth.database

    def client(caller: Caller) -> Any:
        return client_for(servicer, caller, store=auth.database)

    with context.bind(RequestContext(Caller.of_service("kyc"))):
        yield Searched(client, stores, indexes, chainings, peers)
    for channel in channels:
        channel.close()
    servicer._trails.close()
    for index, engine in zip(indexes.values(), engines, strict=True):
        for each in engine.indices.get(index=f"{index.name}-*"):
            engine.indices.delete(index=each, params={"ignore_unavailable": "true"})
        engine.close()
        index.close()


def _counts(page: Any) -> dict[str, dict[str, int]]:
    return {facet.field: {each.value: each.count for each in facet.counts} for facet in page.facets}


def _things(page: Any) -> list[str]:
    return [row.aggregate_id for row in page.rows]


def test_rows_of_all_services_are_found_by_words_and_counted(searched: Searched) -> None:
    for number in range(5):
        searched.write(INDEXED[number % 2], f"thing-{number}", status=("APPROVED", "REJECTED")[number % 2])
    found = searched.query(query="decides", actor_kind="staff")
    assert _things(found) == [f"thing-{number}" for number in range(4, -1, -1)]
    assert [row.service for row in found.rows[:2]] == ["kyc", "document"]
    assert found.total_count == 5
    counts = _counts(found)
    assert counts["service"] == {"kyc": 3, "document": 2}
    assert counts["outcome"] == {"APPROVED": 3, "REJECTED": 2}
    assert counts["method"] == {"/things.v1.ThingService/Decide": 5} and counts["actor_kind"] == {"staff": 5}
    assert sum(counts["day"].values()) == 5
    rejected = searched.query(outcome="REJECTED", query="thing")
    assert (_things(rejected), rejected.total_count) == (["thing-3", "thing-1"], 2)
    [row] = searched.query(service="kyc", query="thing-4").rows
    assert (row.actor_id, [each.after for each in row.changes]) == (MANAGER, ['"APPROVED"'])


def test_a_person_is_found_by_the_id_wherever_a_row_has_it(searched: Searched) -> None:
    searched.write("kyc", "thing-1", owner_id=OWNER)
    searched.write("document", "thing-2", owner_id=new_id())
    assert _things(searched.query(query=OWNER, aggregate_type="Thing")) == ["thing-1"]
    looked_for = searched.query(query=OWNER, aggregate_type="AuditTrail")
    assert {row.actor_id for row in looked_for.rows} == {ADMIN.subject}, "and who looked for them"
    assert _things(searched.query(actor=f"staff:{MANAGER}")) == ["thing-2", "thing-1"]


def test_a_service_without_an_index_answers_of_its_database_and_is_named(searched: Searched) -> None:
    searched.write("kyc", "thing-1", status="APPROVED")
    found = searched.query(query="approved")
    assert (found.degraded, list(found.degraded_services)) == (True, ["auth"])
    alone = searched.query(service="kyc", query="approved")
    assert (alone.degraded, list(alone.degraded_services), alone.total_count) == (False, [], 1)


def test_pages_of_all_services_are_one_list_though_the_engine_fails_in_the_middle(
    searched: Searched, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(9):
        searched.write(INDEXED[number % 2], f"thing-{number}")
    pages = list[Any]()
    for page in searched.pages(aggregate_type="Thing", page_size=2):
        pages.append(page)
        if len(pages) == 2:
            monkeypatch.setattr(SearchIndex, "find", _away)
    assert [each for page in pages for each in _things(page)] == [f"thing-{number}" for number in range(8, -1, -1)]
    assert pages[0].total_count == 9 and not list(pages[1].facets)
    assert list(pages[0].degraded_services) == ["auth"]
    assert set(pages[2].degraded_services) >= {"document", "kyc"}


def _away(*_: object) -> None:
    raise Unavailable("the engine is away")


def test_without_any_engine_the_databases_find_the_words(searched: Searched, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in INDEXED:
        searched.write(name, f"thing-{name}", status="APPROVED")
    searched.write("kyc", "thing-other", status="REJECTED")
    monkeypatch.setattr(SearchIndex, "find", _away)
    found = searched.query(query="approv", outcome="APPROVED")
    assert sorted(_things(found)) == ["thing-document", "thing-kyc"]
    assert (found.degraded, list(found.degraded_services)) == (True, ["auth", "document", "kyc"])
    assert (found.total_count, list(found.facets), list(found.unavailable_services)) == (0, [], [])


def test_a_service_that_is_down_is_named(searched: Searched) -> None:
    for name in INDEXED:
        searched.write(name, f"thing-{name}")
    searched.peers["kyc"].server.stop()
    found = searched.query(query="decide")
    assert (_things(found), list(found.unavailable_services)) == (["thing-document"], ["kyc"])
    assert _counts(found)["service"] == {"document": 1}


def test_a_token_of_another_search_or_of_the_list_is_refused(searched: Searched) -> None:
    for number in range(3):
        searched.write("kyc", f"thing-{number}")
    token = searched.query(query="thing", page_size=1).next_page_token
    listed = searched.client(ADMIN).SearchAudit(pb.SearchAuditRequest(prefix="thing", page_size=1)).next_page_token
    for wanted, used in (({}, token), ({"query": "things"}, token), ({"query": "thing"}, listed)):
        with pytest.raises(errors.InvalidArgument) as refused:
            searched.query(**wanted, page_size=1, page_token=used)
        assert refused.value.reason == "INVALID_PAGE_TOKEN"


def test_who_searched_what_is_audited_and_no_word_of_it_in_clear(searched: Searched) -> None:
    searched.query(
        service="kyc", query="Anna Muster", actor_kind="staff", outcome="MUSTER", time_from="2026-01-31T00:00:00Z"
    )
    rows = searched.client(ADMIN).SearchAudit(pb.SearchAuditRequest(service="auth", aggregate_type="AuditTrail")).rows
    [noted] = [row for row in rows if row.method.endswith("/QueryAudit")]
    assert (noted.actor_id, noted.aggregate_id) == (ADMIN.subject, "kyc")
    assert {each.name: each.after for each in noted.changes} == {
        "query": '"index:indexed 11"', "outcome": '"index:indexed 6"', "actor_kind": '"staff"',
        "since": '"2026-01-31T00:00:00+00:00"',
    }  # fmt: skip


@pytest.mark.parametrize(
    "field, text",
    [
        ("actor", "' OR true --"), ("method", '{"$ne": ""}'), ("aggregate", "a\x00b"), ("service", "unknown"),
        ("actor_kind", "root"), ("outcome", "approved"), ("query", "a" * 201), ("query", "two\nlines"),
        ("time_from", "yesterday"), ("time_to", "2026-13-01T00:00:00Z"),
    ],
)  # fmt: skip
def test_a_filter_that_is_none_is_refused(searched: Searched, field: str, text: str) -> None:
    with pytest.raises(errors.InvalidArgument) as refused:
        searched.query(**{field: text})
    assert refused.value.violations[0].field == field


def test_no_one_but_administrators_searches_and_only_auth_asks_a_service(searched: Searched) -> None:
    for caller in (staff("MANAGER"), staff("OFFICER", "RISK_MGR"), customer(), program("loans.read"), service("kyc")):
        with pytest.raises(errors.PermissionDenied):
            searched.client(caller).QueryAudit(pb.QueryAuditRequest())
    for caller in (ADMIN, service("document")):
        with pytest.raises(errors.PermissionDenied):
            searched.peers["kyc"].client(caller).SearchRows(mesh_pb.SearchRowsRequest(limit=1))
