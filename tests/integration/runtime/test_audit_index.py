"""The audit trail in the index of a search engine, on both databases: it finds what the trail has, and holds no one."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from opensearchpy import OpenSearch

from loanflow.audit.v1 import audit_service_pb2 as pb
from services.runtime.audit import indexing, reindex
from services.runtime.audit.chain import Signer
from services.runtime.audit.indexing import BODY, AuditIndex
from services.runtime.audit.sealing import Chaining
from services.runtime.audit.servicer import AuditServicer
from services.runtime.errors import Unavailable
from services.runtime.ids import new_id
from services.runtime.stores.audit_rows import AuditFilter, AuditPlace, AuditRow
from services.runtime.stores.ports import Store
from services.runtime.stores.search_index import SearchIndex, SearchSettings
from stack.layout import Layout
from stack.servers import search as search_server
from tests.integration.conftest import FreshPostgres
from tests.integration.runtime.things import VERSIONS, Backend

SERVICE = "kyc"
EVERYTHING = AuditFilter()
PEOPLE = [new_id() for _ in range(3)]
_DECIDE, _CHANGE = "/things.v1.ThingService/DecideThing", "/things.v1.ThingService/ChangeThing"


@dataclass
class Indexed:
    """A trail and its index; `replica` is the index as another process has it, of another store if one is given."""

    store: Store
    index: AuditIndex
    chaining: Chaining
    replica: Callable[..., AuditIndex]
    engine: OpenSearch

    def write(self, number: int, **values: Any) -> None:
        """Audits a row, whatever is not given being of its number."""
        row = AuditRow(
            f"staff:{PEOPLE[number % 3]}", (_DECIDE, _CHANGE)[number % 2], ("Thing", "Other")[number % 8 == 7],
            f"thing-{number % 4}", number, None, {"status": ("APPROVED", "IN_REVIEW", "LOST")[number % 3]}, "",
            f"request-{number // 2}",
        )  # fmt: skip
        with self.store.transaction():
            self.store.audit.append([replace(row, **values)])

    def follow(self) -> None:
        """Chains what there is, and has the index know it."""
        while self.chaining.chain():
            pass
        while self.index.follow():
            pass
        self.index.refresh()

    def found(self, wanted: AuditFilter = EVERYTHING, size: int = 100) -> list[int]:
        """The versions of the rows that the index finds, page by page."""
        place: AuditPlace | None = None
        versions = list[int]()
        while True:
            sought = self.index.find(wanted, place, size)
            assert len(sought.found.hits) <= size
            versions += [hit.entry.row.version for hit in sought.found.hits]
            if (place := sought.found.reached) is None:
                return versions

    def stored(self) -> str:
        """All that the engine holds of it."""
        return str(self.engine.search(index=self.index.name, body={"query": {"match_all": {}}, "size": 1000}))


@pytest.fixture
def settings(layout: Layout, search_engine: None) -> SearchSettings:
    """The way of a service to the engine."""
    return replace(search_server.settings(layout, SERVICE), seconds=20.0)


@pytest.fixture
def indexed(backend: Backend, settings: SearchSettings, tmp_path: Path) -> Iterator[Indexed]:
    """An index of this test alone."""
    file = tmp_path / "key"
    file.write_text("a key of the test, of 32 characters or more")
    name, made = f"{SERVICE}-audit-{new_id()}", list[AuditIndex]()

    def replica(store: Store = backend.store) -> AuditIndex:
        made.append(AuditIndex(SERVICE, store, SearchIndex(settings, name, BODY)))
        return made[-1]

    engine = OpenSearch(hosts=[settings.url], ssl_context=settings.tls.context(), timeout=20, max_retries=0)
    yield Indexed(backend.store, replica(), Chaining(backend.store, Signer(SERVICE, file)), replica, engine)
    for each in engine.indices.get(index=f"{name}-*"):
        engine.indices.delete(index=each, params={"ignore_unavailable": "true"})
    engine.close()
    for index in made:
        index.close()


WANTED = [
    AuditFilter(),
    AuditFilter(aggregate_id="thing-1"),
    AuditFilter(aggregate_id="thing-3", aggregate_type="Other"),
    AuditFilter(actor=f"staff:{PEOPLE[2]}"),
    AuditFilter(actor=f"staff:{PEOPLE[1]}", method=_DECIDE),
    AuditFilter(method=_CHANGE),
    AuditFilter(correlation_id="request-5"),
    AuditFilter(actor_kind="staff", outcome="IN_REVIEW"),
    AuditFilter(actor_kind="customer"),
    AuditFilter(words=("decide",)),
    AuditFilter(words=("DecideThing", "approved")),
    AuditFilter(words=(PEOPLE[0].upper(),)),
    AuditFilter(words=(f"staff:{PEOPLE[0]}", "change")),
    AuditFilter(words=("request-7",)),
    AuditFilter(words=("nobody",)),
    AuditFilter(actor="' OR true --"),
    AuditFilter(words=("*",)),
]


def test_the_index_finds_what_the_database_finds(indexed: Indexed) -> None:
    """By every filter, in pages of any size, in the same order."""
    for number in range(24):
        indexed.write(number)
    indexed.follow()
    rows = indexed.store.audit.search(AuditFilter(), None, 100).hits
    since, until = rows[17].entry.create_time, rows[6].entry.create_time
    assert len(rows) == 24
    for wanted in (*WANTED, *(replace(each, since=since, until=until) for each in WANTED)):
        expected = [hit.entry.row.version for hit in indexed.store.audit.search(wanted, None, 100).hits]
        for size in (3, 100):
            assert indexed.found(wanted, size) == expected, wanted


def test_words_are_found_in_other_forms_and_with_a_slip(indexed: Indexed) -> None:
    indexed.write(0, after={"refusal_reasons": [{"code": "DEBT_TO_INCOME"}]}, why="the offer was not answered in time")
    indexed.write(1)
    indexed.follow()
    for word in ("decides", "deciding", "DECI", "decdie", "answer", "offers", "income", "DEBT_TO_INCOME", "refusals"):
        assert indexed.found(AuditFilter(words=(word,))) == [0], word


@pytest.mark.parametrize(
    "word", ["*", "_exists_:link", "words:thing", '") OR ("', '{"match_all":{}}', "/.*/", "\\", "%"]
)
def test_what_would_be_syntax_is_a_word_like_others(indexed: Indexed, word: str) -> None:
    indexed.write(0)
    indexed.follow()
    assert indexed.found(AuditFilter(words=(word,))) == []


def test_counts_are_over_all_that_fits_and_come_with_the_first_page(indexed: Indexed) -> None:
    for number in range(8):
        indexed.write(number)
    indexed.follow()
    first = indexed.index.find(AuditFilter(aggregate_type="Thing"), None, 2)
    counts = {name: dict(counted) for name, counted in first.counts.items()}
    assert (first.total, len(first.found.hits), first.degraded) == (7, 2, False)
    assert counts == {
        "method": {_DECIDE: 4, _CHANGE: 3}, "actor_kind": {"staff": 7}, "aggregate_type": {"Thing": 7},
        "outcome": {"APPROVED": 3, "IN_REVIEW": 2, "LOST": 2},
        "day": {first.found.hits[0].entry.create_time.astimezone(UTC).date().isoformat(): 7},
    }  # fmt: skip
    second = indexed.index.find(AuditFilter(aggregate_type="Thing"), first.found.reached, 2)
    assert (second.total, dict(second.counts)) == (0, {})


def test_a_list_goes_on_in_the_database_and_in_the_index_again(
    indexed: Indexed, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(7):
        indexed.write(number)
    indexed.follow()
    seen, told, place = list[int](), list[bool](), None
    for away in (False, True, False, True):
        with monkeypatch.context() as patched:
            if away:
                patched.setattr(SearchIndex, "find", _away)
            sought = indexing.search(SERVICE, indexed.store, indexed.index, AuditFilter(), place, 2)
        seen += [hit.entry.row.version for hit in sought.found.hits]
        told, place = [*told, sought.degraded], sought.found.reached
        indexed.write(7 + len(told))
        indexed.follow()
    assert (seen, told, place) == ([6, 5, 4, 3, 2, 1, 0], [False, True, False, True], None)


def _away(*_: object) -> None:
    raise Unavailable("the engine is away")


def test_without_an_index_and_by_a_beginning_the_database_answers(indexed: Indexed) -> None:
    for number in range(3):
        indexed.write(number)
    indexed.follow()
    for index, wanted in ((None, AuditFilter(words=("decide",))), (indexed.index, AuditFilter(prefix="Decide"))):
        sought = indexing.search(SERVICE, indexed.store, index, wanted, None, 10)
        assert [hit.entry.row.version for hit in sought.found.hits] == [2, 0]
        assert (sought.degraded, sought.total, dict(sought.counts)) == (True, 0, {})


def test_what_is_chained_while_the_engine_is_away_is_indexed_afterwards(
    indexed: Indexed, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexed.write(0)
    indexed.follow()
    indexed.write(1)
    indexed.chaining.chain()
    with monkeypatch.context() as patched:
        patched.setattr(SearchIndex, "put", _away)
        assert not indexed.index.follow(), "it says that there is nothing more to do, and raises nothing"
    assert indexed.found() == [0]
    indexed.follow()
    assert indexed.found() == [1, 0]


def test_a_gap_is_found_and_filled_by_one_that_starts_anew(indexed: Indexed) -> None:
    for number in range(9):
        indexed.write(number)
    indexed.follow()
    for link, _ in indexed.store.audit.links(0, 9):
        if link.sequence in (5, 7):
            same = {"version": 1, "version_type": "external_gte"}
            indexed.engine.delete(index=indexed.index.name, id=link.entry_id, params=same)
    indexed.index.refresh()
    assert indexed.found() == [8, 7, 5, 3, 2, 1, 0]
    assert not indexed.replica().follow()
    indexed.index.refresh()
    assert indexed.found() == [8, 7, 6, 5, 4, 3, 2, 1, 0]


def test_two_that_follow_at_once_write_each_row_once(indexed: Indexed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "_BATCH", 3)
    for number in range(20):
        indexed.write(number)
    while indexed.chaining.chain():
        pass
    threads = [threading.Thread(target=_followed, args=(indexed.replica(),)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    indexed.follow()
    assert indexed.found() == list(range(19, -1, -1))
    assert len(indexed.engine.indices.get_alias(index=f"{indexed.index.name}-*", name=indexed.index.name)) == 1


def _followed(index: AuditIndex) -> None:
    for _ in range(20):
        index.follow()


def test_an_index_that_is_lost_is_made_anew(indexed: Indexed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.runtime.stores.search_index._REST_SECONDS", -1.0)
    for number in range(3):
        indexed.write(number)
    indexed.follow()
    [lost] = indexed.engine.indices.get_alias(index=f"{indexed.index.name}-*", name=indexed.index.name)
    indexed.engine.indices.delete(index=lost)
    with pytest.raises(Unavailable):
        indexed.index.find(AuditFilter(), None, 5)
    indexed.follow()
    assert indexed.found() == [2, 1, 0]


def test_the_index_of_another_chain_is_made_anew(
    indexed: Indexed, fresh_postgres: FreshPostgres, tmp_path: Path
) -> None:
    """A database that was restored and went on has other rows under the same numbers."""
    for number in range(5):
        indexed.write(number)
    indexed.follow()
    other = fresh_postgres(VERSIONS)
    restored = Indexed(
        other, indexed.replica(other), Chaining(other, Signer(SERVICE, tmp_path / "key")), indexed.replica,
        indexed.engine,
    )  # fmt: skip
    for number in range(10, 17):
        restored.write(number)
    restored.follow()
    assert restored.found() == list(range(16, 9, -1))
    assert restored.index.find(AuditFilter(), None, 1).total == 7


def test_a_rebuild_while_rows_are_chained_misses_none(indexed: Indexed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "_BATCH", 4)
    for number in range(40):
        indexed.write(number)
    indexed.follow()
    [before] = indexed.engine.indices.get_alias(index=f"{indexed.index.name}-*", name=indexed.index.name)
    done, problems = threading.Event(), list[BaseException]()

    def rebuild() -> None:
        try:
            indexed.replica().rebuild()
        except BaseException as error:
            problems.append(error)
        finally:
            done.set()

    thread, number = threading.Thread(target=rebuild), 40
    thread.start()
    while not done.is_set() or number < 45:
        indexed.write(number)
        indexed.chaining.chain()
        indexed.index.follow()
        number += 1
    thread.join()
    indexed.follow()
    assert not problems, problems
    [after] = indexed.engine.indices.get_alias(index=f"{indexed.index.name}-*", name=indexed.index.name)
    assert after != before and indexed.found() == list(range(number - 1, -1, -1))


def test_nothing_personal_is_in_the_index_before_an_erasure_and_after_it(indexed: Indexed) -> None:
    person, store = new_id(), indexed.store
    with store.transaction():
        key = store.keys.of(person, "reviews")
    indexed.write(
        0, actor=f"customer:{person}", aggregate_id=person, correlation_id=new_id(),
        after={"status": "APPROVED", "name": key.seal("Ada Lovelace", "here"), "customer_id": person},
        why=key.seal("she asked for it", "there"),
    )  # fmt: skip
    indexed.write(1, after={"parties": [person]})
    indexed.follow()
    stored = indexed.stored()
    assert "APPROVED" in stored
    for text in (person, "Ada", "Lovelace", "asked", key.key_id, PEOPLE[1]):
        assert text not in stored, text
    servicer = AuditServicer(SERVICE, store, indexed.index)
    assert _shown(servicer, person) == {1: "", 0: "sealed"}
    with store.transaction():
        store.keys.forget(person, datetime.now(UTC), {"reviews": None})
    assert indexed.index.rebuild() == 2
    assert person not in indexed.stored()
    assert _shown(servicer, person) == {1: "", 0: "erased"}


def _shown(servicer: AuditServicer, person: str) -> dict[int, str]:
    """The reasons of the rows that name a person, by their versions, as auditors see them."""
    answer = servicer.SearchRows(pb.SearchRowsRequest(filter=pb.Filter(query=person), limit=10), None)
    assert not answer.degraded
    return {row.version: row.why for row in answer.rows}


def test_the_command_makes_it_anew(
    indexed: Indexed, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command's own store is that of the test."""
    for number in range(3):
        indexed.write(number)
    indexed.follow()
    monkeypatch.setattr(reindex, "opened", lambda _: indexed.store)
    monkeypatch.setattr(indexed.store, "close", lambda: None)
    assert reindex.main([SERVICE]) == 1
    assert "no search engine" in capsys.readouterr().err
    monkeypatch.setattr(reindex, "audit_index", lambda *_: indexed.replica())
    assert reindex.main([SERVICE]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"{indexed.index.name}: 3 rows"
    assert indexed.found() == [2, 1, 0]
