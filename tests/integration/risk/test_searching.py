"""Reports in the index of a real search engine: words, facets, pages, what it holds, and what happens without it."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from opensearchpy import OpenSearch
from opensearchpy.exceptions import AuthorizationException, ConnectionError

from loanflow.customer.v1 import customer_events_pb2 as customer
from loanflow.risk.v1 import report_pb2
from services.risk import searching
from services.risk.searching import BODY, NAME, ReportIndex
from services.runtime.errors import Unavailable
from services.runtime.ids import new_id
from services.runtime.stores.search_index import Document, SearchIndex, SearchSettings
from services.runtime.tls import TlsSettings
from stack.layout import Layout
from stack.servers import search as search_server
from tests.integration.risk.conftest import RISK_MANAGER, Risk, euros

Status = report_pb2.RiskStatus
_POOR: dict[str, Any] = {
    "monthly_income": euros("600"), "monthly_debts": euros("500"), "collateral_value": euros("0")
}  # fmt: skip


@pytest.fixture
def settings(layout: Layout, search_engine: None) -> SearchSettings:
    """The way of the risk service to the engine."""
    return replace(search_server.settings(layout, "risk"), seconds=20.0)


@pytest.fixture
def engine(settings: SearchSettings) -> Iterator[OpenSearch]:
    """The engine itself, as the risk service reaches it."""
    client = OpenSearch(hosts=[settings.url], ssl_context=settings.tls.context(), timeout=20, max_retries=0)
    yield client
    client.close()


@pytest.fixture
def index(risk: Risk, settings: SearchSettings, engine: OpenSearch) -> Iterator[ReportIndex]:
    """An index of this test alone, which the service follows and searches."""
    name = f"{NAME}-{new_id()}"
    made = ReportIndex(risk.app.begin, SearchIndex(settings, name, BODY))
    risk.use(made)
    yield made
    for each in engine.indices.get(index=f"{name}-*"):
        engine.indices.delete(index=each, params={"ignore_unavailable": "true"})
    made.close()


def _follow(risk: Risk, index: ReportIndex) -> None:
    with risk.background():
        while index.follow():
            pass
    index.refresh()


def test_words_are_found_in_any_form_by_their_beginning_and_with_a_slip(risk: Risk, index: ReportIndex) -> None:
    good, poor = risk.assessed(facility_type="VEHICLE"), risk.assessed(**_POOR)
    _follow(risk, index)
    found = risk.search()
    assert ([each.application_id for each in found.reports], found.total_count, found.degraded) == (
        [poor, good],
        2,
        False,
    )
    for query in ("vehicle", "vehi", "VEHICLES", "vehcile", f"{good} vehicle", good, risk.report(good).customer_id):
        assert risk.found(query=query) == [good], query
    assert risk.found(query=RISK_MANAGER.subject) == []
    risk.decide(good)
    _follow(risk, index)
    assert risk.found(query=RISK_MANAGER.subject) == [good]
    assert risk.found(status=Status.RISK_STATUS_APPROVED) == risk.found(min_score=500) == [good]
    code = risk.report(poor).reasons[0].code
    assert risk.found(reason_code=code) == [poor]


def test_facets_count_all_that_fits_and_not_one_page(risk: Risk, index: ReportIndex) -> None:
    for _ in range(3):
        risk.assessed()
    risk.submit(facility_type="VEHICLE")
    _follow(risk, index)
    found = risk.search(page_size=1)
    counts = {facet.field: {each.value: each.count for each in facet.counts} for facet in found.facets}
    assert counts["status"] == {"ASSESSED": 3, "PENDING": 1}
    assert counts["facility_type"] == {"PERSONAL": 3, "VEHICLE": 1}
    assert sum(counts["score_band"].values()) == sum(counts["rating"].values()) == 3
    vehicles = risk.search(facility_type="VEHICLE")
    assert {facet.field for facet in vehicles.facets if facet.counts} == {"status", "facility_type"}


@pytest.mark.parametrize(
    "query",
    [
        "*",
        "_exists_:score",
        "status:PENDING OR 1=1",
        '") OR ("',
        '{"match_all":{}}',
        "/.*/",
        "a AND NOT b",
        "\\",
        "~",
        "%",
    ],
)
def test_what_would_be_syntax_is_a_word_like_others(risk: Risk, index: ReportIndex, query: str) -> None:
    risk.assessed()
    _follow(risk, index)
    found = risk.search(query=query)
    assert (list(found.reports), found.degraded) == ([], False)


def test_pages_are_stable_while_reports_come_and_go_on_without_the_engine(
    risk: Risk, index: ReportIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [risk.assessed() for _ in range(5)][::-1]
    _follow(risk, index)
    first = risk.search(page_size=2)
    risk.assessed()
    _follow(risk, index)
    second = risk.search(page_size=2, page_token=first.next_page_token)
    monkeypatch.setattr(SearchIndex, "find", _away)
    third = risk.search(page_size=2, page_token=second.next_page_token)
    seen = [each.application_id for page in (first, second, third) for each in page.reports]
    assert (seen, third.degraded, third.next_page_token) == (made, True, "")


def _away(*_: object) -> None:
    raise Unavailable("the engine is away")


def test_no_id_of_a_person_is_in_the_index_and_an_erased_customer_is_not_found(
    risk: Risk, index: ReportIndex, engine: OpenSearch
) -> None:
    kept, gone = risk.assessed(), risk.assessed()
    risk.decide(kept)
    _follow(risk, index)
    customers = [risk.report(each).customer_id for each in (kept, gone)]
    stored = str(engine.search(index=index.name, body={"query": {"match_all": {}}}))
    for person in (*customers, RISK_MANAGER.subject):
        assert person not in stored
    assert kept in stored and gone in stored
    erased = customer.CustomerErased(customer_id=customers[1])
    for moment in (erased.erase_time, erased.relationship_end_time):
        moment.FromDatetime(risk.clock.now())
    risk.hear(erased)
    _follow(risk, index)
    assert risk.found() == [kept]
    with risk.background():
        assert index.rebuild() == 2
    assert risk.found() == [kept]


def test_a_rebuild_while_reports_change_misses_none(
    risk: Risk, index: ReportIndex, engine: OpenSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "_BATCH", 4)
    made = [risk.assessed() for _ in range(12)]
    _follow(risk, index)
    before = set(engine.indices.get_alias(index=f"{index.name}-*", name=index.name))
    done = threading.Event()
    problems: list[BaseException] = []

    def rebuild() -> None:
        try:
            with risk.background():
                index.rebuild()
        except BaseException as error:
            problems.append(error)
        finally:
            done.set()

    thread = threading.Thread(target=rebuild)
    thread.start()
    waiting = list(made)
    while not done.is_set() or waiting:
        if waiting:
            risk.decide(waiting.pop())
        made.append(risk.submit())
        with risk.background():
            index.follow()
    thread.join()
    _follow(risk, index)
    assert not problems, problems
    after = set(engine.indices.get_alias(index=f"{index.name}-*", name=index.name))
    assert len(after) == 1 and not after & before and not engine.indices.exists(index=before.pop())
    found = risk.search(page_size=1)
    counts = {facet.field: {each.value: each.count for each in facet.counts} for facet in found.facets}
    assert (found.total_count, counts["status"]) == (len(made), {"APPROVED": 12, "PENDING": len(made) - 12})


def test_a_late_write_changes_nothing(
    index: ReportIndex, risk: Risk, engine: OpenSearch, settings: SearchSettings
) -> None:
    assessed = risk.assessed()
    _follow(risk, index)
    plain = SearchIndex(settings, index.name, BODY)
    old = {"application_id": assessed, "status": "PENDING", "latest": 0}
    plain.put([Document(assessed, 1, old), Document(assessed, 1, None)])
    plain.close()
    index.refresh()
    assert risk.found(status=Status.RISK_STATUS_ASSESSED) == [assessed]


def test_an_index_that_is_lost_is_made_anew(
    risk: Risk, index: ReportIndex, engine: OpenSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.runtime.stores.search_index._REST_SECONDS", -1.0)
    assessed = risk.assessed()
    _follow(risk, index)
    [lost] = engine.indices.get_alias(index=f"{index.name}-*", name=index.name)
    engine.indices.delete(index=lost)
    found = risk.search()
    assert (found.degraded, [each.application_id for each in found.reports]) == (True, [assessed])
    _follow(risk, index)
    again = risk.search()
    assert (again.degraded, [each.application_id for each in again.reports]) == (False, [assessed])


def test_others_reach_nothing_of_it(layout: Layout, index: ReportIndex, settings: SearchSettings, risk: Risk) -> None:
    risk.submit()
    _follow(risk, index)
    for workload, refused in (("kyc", AuthorizationException), ("", ConnectionError)):
        tls = search_server.settings(layout, workload).tls if workload else TlsSettings(layout.pki / "ca.pem")
        client = OpenSearch(hosts=[settings.url], ssl_context=tls.context(), max_retries=0)
        with pytest.raises(refused):
            client.search(index=index.name)
        with pytest.raises(refused):
            client.indices.delete(index=f"{index.name}-*")
        with pytest.raises(refused):
            client.cat.indices()
        client.close()


def test_without_an_engine_the_database_answers_and_says_so(risk: Risk) -> None:
    good, poor = risk.assessed(), risk.assessed(**_POOR)
    found = risk.search(reason_code="DEBT_TO_INCOME", query="personal")
    assert [each.application_id for each in found.reports] == [poor, good]
    assert (found.degraded, list(found.unapplied_filters), found.total_count) == (True, ["reason_code"], 0)
    assert not list(found.facets)


def test_an_engine_that_is_away_is_left_alone_for_a_while(
    risk: Risk, settings: SearchSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = SearchIndex(replace(settings, url="https://127.0.0.1:1"), NAME, BODY)
    risk.use(ReportIndex(risk.app.begin, away))
    assessed = risk.assessed()
    assert risk.search().degraded
    monkeypatch.setattr(SearchIndex, "_ask", _never)
    found = risk.search()
    assert (found.degraded, [each.application_id for each in found.reports]) == (True, [assessed])


def _never(*_: object) -> None:
    raise AssertionError("it was asked while it rests")
