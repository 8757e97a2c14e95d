"""Why an entry is on its list: topics of FollowTheMoney, kept with the hit; and the PEPs of the fictitious list."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.kyc.lists.formats import FORMATS
from services.kyc.lists.reading import ListFile, Refused
from services.kyc.sanctions import SanctionsList, parse
from services.kyc.screening import Entry, Listing, Subject
from stack.demo.applicants import read as read_applicants
from stack.watchlist.__main__ import write
from stack.watchlist.exposed import PEP, SIZE, exposed
from stack.watchlist.people import listed
from tests.contract.conftest import ROOT
from tests.unit.kyc.test_cases import NOW


def read(folder: Path, source: str = "opensanctions-peps", **properties: object) -> ListFile:
    path = folder / "list.json"
    entity = {"id": "Q1", "schema": "Person", "properties": {"name": ["Ada Lovelace"], **properties}}
    path.write_text(json.dumps(entity) + "\n", encoding="utf-8")
    return FORMATS[source](path)


@pytest.mark.parametrize("source", ["opensanctions", "opensanctions-peps"])
@pytest.mark.parametrize(
    ("topics", "listing"),
    [
        ([], Listing.SANCTION),
        (["sanction"], Listing.SANCTION),
        (["role.pep"], Listing.PEP),
        (["role.pep", "role.rca"], Listing.PEP),
        (["role.pep", "gov.national", "role.judge"], Listing.PEP),
        (["role.rca"], Listing.RELATIVE_OR_CLOSE_ASSOCIATE),
        (["role.pep", "sanction"], Listing.SANCTION),
        (["role.rca", "sanction.linked"], Listing.SANCTION),
        (["role.pep", "crime.fin"], Listing.SANCTION),
        (["role.oligarch"], Listing.SANCTION),
        (["something new"], Listing.SANCTION),
    ],
)
def test_only_who_is_nothing_but_exposed_is_no_sanction(
    tmp_path: Path, source: str, topics: list[str], listing: Listing
) -> None:
    (entry,) = read(tmp_path, source, topics=topics, position=["Minister of Finance (2019-)", " "]).entries
    assert (entry.listing, entry.positions) == (listing, ("Minister of Finance (2019-)",))


@pytest.mark.parametrize("broken", [{"topics": "role.pep"}, {"position": [7]}, {"position": ["a\x00"]}])
def test_a_broken_reason_is_refused_with_its_line(tmp_path: Path, broken: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        read(tmp_path, **broken)
    assert refused.value.line == 1


@pytest.mark.parametrize("listing", Listing)
def test_a_hit_says_why_its_entry_is_listed(listing: Listing) -> None:
    entry = Entry("Q1", ("Ada Lovelace",), listing=listing)
    (hit,) = SanctionsList("1", (entry,)).screen(Subject("Lovelace, Ada"), NOW).hits
    assert hit.listing is listing
    text = json.dumps({"version": "1", "entries": [{"number": 1, "names": ["Ada"], "listing": listing.name}]})
    assert parse(text).entries[0].listing is listing


def test_the_exposed_of_the_fictitious_list_are_read_as_they_were_made(tmp_path: Path) -> None:
    made = exposed()
    assert (len(made), made) == (SIZE, exposed())
    assert len({each.number for each in (*made, *listed(500))}) == SIZE + 500
    write(tmp_path / "list.json", made)
    found = FORMATS["opensanctions"](tmp_path / "list.json").entries
    kinds = {True: Listing.PEP, False: Listing.RELATIVE_OR_CLOSE_ASSOCIATE}
    assert [each.listing for each in found] == [kinds[PEP in each.topics] for each in made]
    assert {each.listing for each in found} == set(kinds.values()) and all(each.positions for each in found)


def test_no_applicant_of_the_demo_is_exposed() -> None:
    """A demo loan would wait for due diligence that nobody does there."""
    entries = tuple(Entry(each.number, each.names, each.dates, each.countries) for each in exposed())
    against = SanctionsList("exposed", entries)
    for each in read_applicants(ROOT / "stack" / "demo" / "applicants.csv"):
        assert not against.screen(Subject(each.name, "1988-04-12", ("DE",)), NOW).matches, each.name
