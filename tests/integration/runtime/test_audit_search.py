"""The search of an audit trail on both databases: whatever is asked, it gives just the rows that fit, newest first."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from services.runtime import errors
from services.runtime.audit.chain import Signer
from services.runtime.audit.sealing import Chaining
from services.runtime.stores import audit_search, postgres_audit
from services.runtime.stores.audit_rows import AuditEntry, AuditFilter, AuditHit, AuditPlace, AuditRow
from tests.integration.conftest import FreshPostgres
from tests.integration.runtime.things import VERSIONS, Backend

_CREATE, _CHANGE = "/things.v1.ThingService/CreateThing", "/things.v1.ThingService/ChangeThing"


@pytest.fixture
def rows(backend: Backend) -> list[AuditEntry]:
    """Twenty-four rows of four things, three actors and two methods, written one after another; the newest first."""
    for number in range(24):
        row = AuditRow(
            f"staff:{number % 3}", (_CREATE, _CHANGE)[number % 2], ("Thing", "Other")[number % 8 == 7],
            f"thing-{number % 4}", number, None, {"name": str(number)}, "", f"correlation-{number // 2}",
        )  # fmt: skip
        with backend.store.transaction():
            backend.store.audit.append([row])
    found = [hit.entry for hit in _walk(backend, AuditFilter(), 100)]
    assert [each.row.version for each in found] == list(range(23, -1, -1))
    return found


def _walk(backend: Backend, wanted: AuditFilter, limit: int) -> Iterator[AuditHit]:
    place: AuditPlace | None = None
    while True:
        found = backend.store.audit.search(wanted, place, limit)
        assert len(found.hits) <= limit
        yield from found.hits
        if (place := found.reached) is None:
            return


WANTED = [
    AuditFilter(),
    AuditFilter(aggregate_id="thing-1"),
    AuditFilter(aggregate_id="thing-3", aggregate_type="Other"),
    AuditFilter(aggregate_type="Other"),
    AuditFilter(actor="staff:2"),
    AuditFilter(method=_CHANGE),
    AuditFilter(correlation_id="correlation-5"),
    AuditFilter(actor="staff:1", method=_CREATE),
    AuditFilter(correlation_id="correlation-5", actor="staff:1"),
    AuditFilter(prefix="thing-2"),
    AuditFilter(prefix="ChangeTh"),
    AuditFilter(prefix="staff:"),
    AuditFilter(prefix="2"),
    AuditFilter(prefix="nothing begins so"),
    AuditFilter(actor="' OR true --"),
    AuditFilter(prefix="%"),
]


@pytest.mark.parametrize("limit", [1, 5, 100])
def test_every_filter_gives_the_rows_that_fit_and_no_others(
    backend: Backend, rows: list[AuditEntry], limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_search, "LOOKED", 7)
    monkeypatch.setattr(audit_search, "PORTION", 3)
    since, until = rows[17].create_time, rows[6].create_time
    for wanted in (*WANTED, *(replace(each, since=since, until=until) for each in WANTED)):
        expected = [each for each in rows if _fits(wanted, each)]
        assert [hit.entry for hit in _walk(backend, wanted, limit)] == expected, wanted


def _fits(wanted: AuditFilter, entry: AuditEntry) -> bool:
    row = entry.row
    begun = [row.actor, row.actor[6:], row.method, row.method[24:], row.aggregate_type, row.aggregate_id]
    return (
        all(getattr(wanted, name) in ("", getattr(row, name)) for name in vars(row) if hasattr(wanted, name))
        and any(each.startswith(wanted.prefix) for each in begun)
        and (wanted.since is None or wanted.since <= entry.create_time)
        and (wanted.until is None or entry.create_time < wanted.until)
    )


def test_a_look_ends_after_so_many_rows_and_says_where(
    backend: Backend, rows: list[AuditEntry], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_search, "LOOKED", 8)
    monkeypatch.setattr(audit_search, "PORTION", 4)
    oldest = AuditFilter(prefix="thing-0", actor="staff:0", method=_CREATE, until=rows[0].create_time)
    looks = [backend.store.audit.search(AuditFilter(prefix="none"), None, 5)]
    while looks[-1].reached:
        looks.append(backend.store.audit.search(AuditFilter(prefix="none"), looks[-1].reached, 5))
    assert [len(each.hits) for each in looks] == [0, 0, 0, 0], "24 rows by eight, and a look that finds the end"
    assert [hit.entry.row.version for hit in _walk(backend, oldest, 5)] == [12, 0]


def test_a_hit_says_where_it_is_in_the_chain(backend: Backend, rows: list[AuditEntry], tmp_path: Path) -> None:
    def places() -> list[int]:
        return [hit.sequence for hit in _walk(backend, AuditFilter(), 10)]

    assert places() == [0] * 24, "nothing is chained yet"
    file = tmp_path / "key"
    file.write_text("a key of the test, of 32 characters or more")
    Chaining(backend.store, Signer("tested", file)).chain()
    assert places() == list(range(24, 0, -1))


@pytest.mark.parametrize("entry_id", ["1; DROP TABLE audit", "-1", "9" * 30, "\u0663" * 40])
def test_a_place_that_is_none_of_the_store_is_refused(backend: Backend, entry_id: str) -> None:
    with pytest.raises(errors.InvalidArgument) as refused:
        backend.store.audit.search(AuditFilter(), AuditPlace(datetime.now(UTC), entry_id), 5)
    assert refused.value.reason == "INVALID_PAGE_TOKEN"


@pytest.mark.parametrize(
    ("lead", "index"),
    [
        ("", "audit_time"),
        ("aggregate_id", "audit_aggregate"),
        ("correlation_id", "audit_correlation"),
        ("actor", "audit_actor"),
        ("method", "audit_method"),
    ],
)
def test_postgresql_finds_rows_by_the_index_of_the_lead(fresh_postgres: FreshPostgres, lead: str, index: str) -> None:
    """Of many rows: by the index that has a row's neighbours side by side, and no more of them than were asked for."""
    given = {"value": "7", "since": audit_search.BEGINNING, "before": datetime.now(UTC), "position": 0, "limit": 20}
    with fresh_postgres(VERSIONS).engine.begin() as connection:
        connection.execute(text(_MANY))
        connection.execute(text("INSERT INTO audit_chain SELECT position, position, '', '', now(), '', 0 FROM audit"))
        connection.execute(text("ANALYZE audit, audit_chain"))
        found = connection.exec_driver_sql(f"EXPLAIN {postgres_audit._SEARCHES[lead]}", given).scalars().all()
    plan = "\n".join(found)
    assert f"using {index} on audit" in plan or f"on {index}" in plan, plan
    assert "Seq Scan" not in plan, plan
    if lead:
        assert re.search(rf"Index Cond: \(+{lead} = '7'", plan), plan


_MANY = """
    INSERT INTO audit (create_time, actor, method, aggregate_type, aggregate_id, version, after, correlation_id)
    SELECT now() - n * interval '1 second', mod(n, 9)::text, mod(n, 11)::text, 'Thing', (n / 5)::text, 1, '{}',
        (n / 5)::text
    FROM generate_series(1, 20000) AS n
"""
