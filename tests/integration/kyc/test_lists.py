"""Sanctions lists in the store: loaded whole or not at all, and taken up by a replica that runs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from services.kyc.in_force import ListInForce
from services.kyc.list_store import LoadedList, SanctionsLists
from services.kyc.lists.__main__ import read
from services.kyc.sanctions import current_list
from services.kyc.screening import Entry, Listing, Subject
from services.runtime.errors import FailedPrecondition
from tests.fakes.clock import NOON, FakeClock
from tests.integration.conftest import FreshPostgres

GRIGOR = Entry("36", ("Grigor Malkhovets", "Григор Малховец"), ("1961-04-30",), ("RU",))
LIST = LoadedList("ofac", "ofac 2026-11-27 0a1b2c3d", "2026-11-27", "0a" * 32, NOON, (GRIGOR,))
ANOTHER = Subject("Tomasz Wolski")


@pytest.fixture
def lists(fresh_postgres: FreshPostgres) -> SanctionsLists:
    return SanctionsLists(fresh_postgres("kyc"), "olga")


def test_a_running_replica_takes_a_new_version_up(lists: SanctionsLists) -> None:
    in_force = ListInForce(lists)
    assert in_force.screen(ANOTHER, NOON).list_version == current_list().version
    lists.replace(LIST)
    in_force.refresh()
    found = in_force.screen(Subject("Malkhovets, Grigor", "1961-04-30", ("RU",)), NOON)
    assert (found.list_version, found.matched_entries) == (LIST.version, ("ofac:36",))
    assert found.hits[0].outcome.name == "CONFIRMED"
    other = Entry("1", ("Tomasz Wolski",))
    lists.replace(LoadedList("un", "un 2026-11-28 ffffffff", "2026-11-28", "ff" * 32, NOON, (other,)))
    in_force.refresh()
    found = in_force.screen(ANOTHER, NOON)
    assert (found.list_version, found.matched_entries) == (f"{LIST.version}; un 2026-11-28 ffffffff", ("un:1",))


def test_a_new_version_replaces_the_one_of_its_source_whole(lists: SanctionsLists) -> None:
    lists.replace(LIST)
    lists.replace(replace(LIST, version="ofac later", entries=(replace(GRIGOR, number="37"),)))
    assert lists.versions() == {"ofac": "ofac later"}
    assert lists.entries() == (replace(GRIGOR, number="ofac:37"),)


def test_a_list_that_lost_most_of_its_entries_is_refused(lists: SanctionsLists) -> None:
    lists.replace(replace(LIST, entries=tuple(replace(GRIGOR, number=str(number)) for number in range(5))))
    with pytest.raises(FailedPrecondition, match="2 entries, and 5 in force"):
        lists.replace(replace(LIST, version="cut", entries=(GRIGOR, replace(GRIGOR, number="2"))), least=50)
    assert lists.versions() == {"ofac": LIST.version}
    assert len(lists.entries()) == 5


def test_a_list_of_before_the_one_in_force_is_refused_unless_that_is_meant(lists: SanctionsLists) -> None:
    lists.replace(LIST)
    before = replace(LIST, version="ofac before", date="2026-11-26")
    with pytest.raises(FailedPrecondition, match="made on 2026-11-26, and the list in force on 2026-11-27"):
        lists.replace(before, older=False)
    assert lists.versions() == {"ofac": LIST.version}
    # The same day again, a file that does not say its day, and one of another source are no step back.
    for other in (replace(LIST, version="again"), replace(LIST, date=""), replace(before, source="un")):
        lists.replace(other, older=False)
    lists.replace(LIST)
    lists.replace(before)
    assert lists.versions()["ofac"] == "ofac before"


def test_a_list_of_another_kind_is_refused_however_long_it_is(lists: SanctionsLists) -> None:
    lists.replace(replace(LIST, entries=tuple(replace(GRIGOR, number=str(number)) for number in range(5))))
    exposed = tuple(replace(GRIGOR, number=f"Q{number}", listing=Listing.PEP) for number in range(50))
    with pytest.raises(FailedPrecondition, match="0 sanctions, and 5 in force"):
        lists.replace(replace(LIST, version="peps", entries=exposed), least=50)
    assert lists.versions() == {"ofac": LIST.version}


def audited(lists: SanctionsLists) -> Sequence[Mapping[str, Any]]:
    """What is in the trail about lists, in its order."""
    query = "SELECT * FROM audit WHERE aggregate_type = 'SanctionsList' ORDER BY position"
    with lists._database.engine.connect() as connection:
        return [dict(row) for row in connection.execute(text(query)).mappings()]


def test_whoever_loads_a_list_is_audited_with_what_was_in_force(lists: SanctionsLists) -> None:
    lists.replace(LIST)
    newer = replace(LIST, version="ofac later", sha256="1f" * 32, entries=(GRIGOR, replace(GRIGOR, number="37")))
    lists.replace(newer)
    with pytest.raises(FailedPrecondition):
        lists.replace(replace(LIST, version="cut", entries=()), least=50)
    first, second = audited(lists)
    assert {(each["actor"], each["method"], each["aggregate_id"]) for each in (first, second)} == {
        ("operator:olga", "lists.load", "ofac")
    }
    said = {"version": LIST.version, "date": LIST.date, "sha256": LIST.sha256, "entry_count": 1}
    assert (first["before"], first["after"]) == (None, said)
    assert second["before"] == said
    assert second["after"] == {**said, "version": "ofac later", "sha256": "1f" * 32, "entry_count": 2}


def test_a_source_is_retired_with_its_reason_unless_it_is_the_last(lists: SanctionsLists) -> None:
    lists.replace(LIST)
    lists.replace(replace(LIST, source="ofac-csv", version="ofac-csv 1"))
    assert lists.retire("ofac-csv", "ofac has it all") == "ofac-csv 1"
    assert lists.versions() == {"ofac": LIST.version}
    for source in ("ofac-csv", "ofac"):
        with pytest.raises(FailedPrecondition, match=f"of {source} is in force"):
            lists.retire(source, "again")
    assert lists.versions() == {"ofac": LIST.version}
    row = audited(lists)[-1]
    assert (row["aggregate_id"], row["why"], row["actor"]) == ("ofac-csv", "ofac has it all", "operator:olga")
    assert row["before"]["version"] == "ofac-csv 1"


def test_a_file_becomes_a_list_with_its_version(tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    path.write_text('{"id": "NK-1", "schema": "Person", "properties": {"name": ["Grigor Malkhovets"]}}\n')
    loaded = read(path, "opensanctions", FakeClock())
    assert loaded.version == f"opensanctions {NOON.date()} {loaded.sha256[:8]}"
    assert loaded.entries == (Entry("NK-1", ("Grigor Malkhovets",)),)
