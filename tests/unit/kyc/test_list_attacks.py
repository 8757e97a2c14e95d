"""Lists that are broken on purpose, or as a whole: what the published formats never are is refused, and in time."""

import json
import time
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kyc.identifiers import DetailAgreement, birth_dates
from services.kyc.list_store import LoadedList
from services.kyc.lists.__main__ import read
from services.kyc.lists.formats import FORMATS
from services.kyc.lists.reading import Refused, date
from tests.fakes.clock import NOON, FakeClock
from tests.unit.kyc.test_list_mutations import check, loaded
from tests.unit.kyc.test_lists import FTM, OFAC, SDN_CSV, UK, WHOLE

XML = ("ofac", "ofac-advanced", "eu", "un", "uk-xml")
BOMB = "".join(
    (
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">',
        *(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefghi", "bcdefghij", strict=True)),
        "]>",
    )
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
PARAMETERS = "<!DOCTYPE x [<!ENTITY % a \"<!ENTITY b SYSTEM 'http://127.0.0.1:9/'>\"> %a;]>"


def refused(source: str, content: bytes) -> str:
    found = loaded(source, content)
    assert isinstance(found, Refused), found
    return found.reason


@pytest.mark.parametrize("source", XML)
@pytest.mark.parametrize("prologue", [BOMB, OUTSIDE, PARAMETERS], ids=["bomb", "outside", "parameters"])
def test_entities_are_neither_expanded_nor_fetched(source: str, prologue: str) -> None:
    whole = WHOLE[source]
    head, _, body = whole.rpartition("?>\n") if whole.startswith("<?xml") else ("", "", whole)
    name = "&j;" if prologue is BOMB else "&a;"
    text = f"{head}?>\n{prologue}{body}" if head else prologue + body
    assert refused(source, text.replace("alkhovets", f"alk{name}", 1).encode())


@pytest.mark.parametrize("source", FORMATS)
@pytest.mark.parametrize("content", [b"", b"\n", b"\xef\xbb\xbf", b"\x00" * 64, b"\x1a"], ids=repr)
def test_a_file_of_nothing_is_refused(source: str, content: bytes) -> None:
    assert refused(source, content)


@pytest.mark.parametrize("source", [each for each in FORMATS if each not in XML])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "cp1251"])
def test_a_text_of_another_encoding_is_refused(source: str, encoding: str) -> None:
    assert refused(source, f"Григор\n{WHOLE[source]}".encode(encoding))


@pytest.mark.parametrize("source", XML)
@pytest.mark.parametrize("encoding", ["UTF-16", "ebcdic-nowhere"])
def test_xml_that_is_not_of_the_encoding_that_it_names_is_refused_or_read_as_it_is(source: str, encoding: str) -> None:
    body = WHOLE[source].rpartition("?>\n")[2]
    check(source, f'<?xml version="1.0" encoding="{encoding}"?>{body}'.encode())


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("ofac", OFAC.replace("<uid>37</uid>", "<uid>36</uid>")),
        ("ofac-csv", SDN_CSV.replace("\n37,", "\n36,")),
        ("opensanctions", FTM.replace("NK-2", "NK-1").replace('"schema": "Sanction"', '"schema": "Person"').replace(
            '"program": ["X"]', '"name": ["Ada Lovelace"]')),
    ],
)  # fmt: skip
def test_a_number_that_is_there_twice_is_refused(source: str, text: str) -> None:
    assert "is there twice" in refused(source, text.encode())


@pytest.mark.parametrize(
    ("source", "text", "line"),
    [
        ("ofac-csv", SDN_CSV.replace(",-0- \n\x1a", ',"no end\n38,X\n\x1a'), 2),
        ("uk", UK + 'Lovelace,Ada,,,,,,,,,Individual,"7002\nByron,Anna,,,,,,,,,Individual,7003\n', 5),
    ],
)
def test_a_quote_without_end_hides_no_one(source: str, text: str, line: int) -> None:
    found = loaded(source, text.encode())
    assert isinstance(found, Refused) and (found.line, found.reason) == (line, "a quote has no end"), found


@pytest.mark.parametrize("name", ["-" * 20, "\u200b \u202e", "?"])
def test_an_entry_that_nobody_could_be_found_by_is_refused(name: str) -> None:
    entity = {"id": "NK-1", "schema": "Person", "properties": {"name": [name], "birthDate": ["1961"]}}
    assert "no name" in refused("opensanctions", json.dumps(entity).encode())


def test_so_is_a_name_that_is_the_rest_of_a_file() -> None:
    assert "more than 2000" in refused("opensanctions", FTM.replace("Grigor", "Grigor " * 400).encode())


@pytest.mark.parametrize("text", ["1961 to " * 20_000, "circa " + "1961 " * 20_000, "1961-" * 20_000, " " * 90_000])
def test_a_date_as_long_as_a_file_is_none_and_takes_no_time(text: str) -> None:
    began = time.process_time()
    assert date(text) == ""
    assert time.process_time() - began < 1


YEARS = st.integers(1900, 2020)


@given(YEARS, YEARS, st.sampled_from(["{} to {}", "between {} and {}", "circa {} to {}", "{}-{}", "{}/{}"]))
def test_two_years_rule_out_no_one_between_them_whichever_comes_first(one: int, other: int, form: str) -> None:
    listed = date(form.format(one, other))
    for year in {one, other, (one + other) // 2}:
        assert birth_dates(f"{year}-04-30", [listed]) is not DetailAgreement.DIFFERENT, listed


@pytest.mark.parametrize(
    "text", ["0000", "0061", "0061-04-30", "30 Apr 0061", "circa 0061", "00/00/0000", "0000-00-00"]
)
def test_a_year_in_which_nobody_was_born_rules_no_one_out(text: str) -> None:
    assert birth_dates("1961-04-30", [each for each in [date(text)] if each]) is DetailAgreement.UNKNOWN


def made_on(folder: Path, day: str) -> LoadedList:
    path = folder / "list"
    path.write_text(FTM.replace("2026-11-20", day), encoding="utf-8")
    return read(path, "opensanctions", FakeClock())


def test_a_list_of_a_day_to_come_is_refused(tmp_path: Path) -> None:
    tomorrow = NOON.date() + timedelta(days=1)
    assert made_on(tmp_path, tomorrow.isoformat()).date == tomorrow.isoformat(), "it is tomorrow somewhere"
    for day in (tomorrow + timedelta(days=1), tomorrow + timedelta(days=4000)):
        with pytest.raises(Refused, match="not come yet"):
            made_on(tmp_path, day.isoformat())
