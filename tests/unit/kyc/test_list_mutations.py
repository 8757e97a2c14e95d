"""Files that are no lists, of every format: a file is a list, or it is refused with the line that is broken."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kyc.identifiers import birth_dates
from services.kyc.list_store import LoadedList
from services.kyc.lists.__main__ import read
from services.kyc.lists.formats import FORMATS
from services.kyc.lists.reading import Refused
from tests.fakes.clock import FakeClock
from tests.unit.kyc.test_lists import FTM, OFAC, SDN_CSV, UK, WHOLE

PERSON: dict[str, Any] = json.loads(FTM.splitlines()[0])
# What a slip, another encoding, or a program that writes lists may put into a file.
PIECES = st.one_of(
    st.binary(max_size=4),
    st.sampled_from([
        b"\xff", b"\x00", b"\n", b"\r", b'"', b",", b"<", b">", b"</", b"&", b"&#0;", b"&a;", b"{", b"}", b"[", b"]",
        b"null", b"1961", b"13/45/2026", b"31/02/2026", b"2026-02-31", b"0000", "\u0661\u0669\u0666\u0661".encode(),
        b"\\ud800", b"\\u0000", b'"' + b"x" * 140_000, b"[" * 20_000, b"<a>" * 300, "Г".encode("utf-16"),
    ]),
)  # fmt: skip
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


def load(source: str, content: bytes) -> LoadedList:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "list"
        path.write_bytes(content)
        return read(path, source, FakeClock())


def loaded(source: str, content: bytes) -> LoadedList | Refused:
    try:
        return load(source, content)
    except Refused as refused:
        return refused


def check(source: str, content: bytes) -> None:
    """It is a list that the store takes and screening understands, or refused at a line that the file has."""
    found = loaded(source, content)
    if isinstance(found, Refused):
        assert 1 <= found.line <= content.count(b"\n") + content.count(b"\r") + 2
        return
    assert re.fullmatch(r"(\d{4}-\d{2}-\d{2})?", found.date)
    assert len({entry.number for entry in found.entries}) == len(found.entries) > 0
    for entry in found.entries:
        assert entry.number.strip() and entry.names and all(name.strip() for name in entry.names)
        json.dumps([entry.number, *entry.names], ensure_ascii=False).encode()
        assert not any("\0" in text for text in (entry.number, *entry.names))
        birth_dates("1961-04-30", entry.birth_dates)
        assert all(re.fullmatch("[A-Z]{2}", country) for country in entry.countries)


@given(st.sampled_from(list(FORMATS)), st.data())
def test_a_file_with_slips_is_a_list_or_refused(source: str, data: st.DataObject) -> None:
    content = WHOLE[source].encode()
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(content)))
        end = data.draw(st.integers(start, min(len(content), start + 12)) | st.just(start))
        content = content[:start] + data.draw(PIECES) + content[end:]
    check(source, content)


@pytest.mark.parametrize("source", FORMATS)
@given(st.data())
def test_a_file_whose_values_are_others_is_a_list_or_refused(source: str, data: st.DataObject) -> None:
    values = [found.span() for found in re.finditer(rb'(?<=[>",=])[^<>",=\n]+(?=[<",\n])', WHOLE[source].encode())]
    start, end = data.draw(st.sampled_from(values))
    content = WHOLE[source].encode()
    check(source, content[:start] + data.draw(PIECES) + content[end:])


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Each member of an object or list below a value, with where it is."""
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, key
        yield from places(value[key])


@given(st.data())
def test_an_entity_whose_members_are_anything_is_an_entry_or_refused(data: st.DataObject) -> None:
    person = json.loads(json.dumps(PERSON))
    holder, key = data.draw(st.sampled_from(list(places(person))))
    holder[key] = data.draw(ANYTHING)
    check("opensanctions", json.dumps(person).encode())


def ftm(**changes: Any) -> str:
    return json.dumps({**PERSON, **changes})


def ftm_with(**changes: Any) -> str:
    return ftm(properties={**PERSON["properties"], **changes})


@pytest.mark.parametrize(
    "entity, reason",
    [
        (ftm_with(name="Ivan Petrov"), "name is no list of texts"),
        (ftm_with(name=None), "name is no list of texts"),
        (ftm_with(name=[1]), "name is no list of texts"),
        (ftm_with(birthDate="1961-04-30"), "birthDate is no list of texts"),
        (ftm_with(birthDate=[1961]), "birthDate is no list of texts"),
        (ftm_with(country=["ru", None]), "country is no list of texts"),
        (ftm(schema={}), "schema or properties is missing"),
        (ftm(schema=None), "schema or properties is missing"),
        (ftm(id=7), "id is no text"),
        (ftm(id=" "), "without a number"),
        (ftm(last_change=20261120), "last_change is no text"),
        (ftm(last_change="2026-02-31"), "no date: 2026-02-31"),
        (ftm_with(name=["Ivan \x00"]), "a character that is none"),
        (ftm_with(name=["Ivan \ud800"]), "a character that is none"),
        ('{"a":' * 100_000, "no JSON"),
        (ftm(id="NK-0"), "NK-0 is there twice"),
    ],
)
def test_an_entity_that_is_none_is_refused_at_its_line(entity: str, reason: str) -> None:
    first = json.dumps({**PERSON, "id": "NK-0"})
    with pytest.raises(Refused, match=reason) as refused:
        load("opensanctions", f"{first}\n{entity}\n".encode())
    assert refused.value.line == 2


@pytest.mark.parametrize(
    "source, content, line, reason",
    [
        ("ofac", OFAC.replace("11/27/2026", "13/45/2026").encode(), 3, "no date: 2026-13-45"),
        ("uk", UK.replace("24/11/2026", "31/02/2026").encode(), 1, "no date: 2026-02-31"),
        ("uk-csv", WHOLE["uk-csv"].replace("27-Nov", "31-Nov").encode(), 1, "no date: 2026-11-31"),
        ("eu", WHOLE["eu"].replace("2026-11-26", "2026-13-26").encode(), 1, "no date: 2026-13-26"),
        ("un", WHOLE["un"].replace("2026-11-25", "2026-11-31").encode(), 1, "no date: 2026-11-31"),
        ("uk-xml", WHOLE["uk-xml"].replace("2026-11-27", "2026-11-31").encode(), 2, "no date: 2026-11-31"),
        ("ofac-advanced", WHOLE["ofac-advanced"].replace(">2026<", ">99999999999999999999<").encode(), 3, "no date"),
        ("ofac-csv", SDN_CSV.replace("RED", "R\xc9D").encode("latin-1"), 2, "no UTF-8"),
        ("opensanctions", FTM.encode("utf-16"), 1, "no UTF-8"),
        ("uk", UK.encode() + b"\xff\n", 5, "no UTF-8"),
        ("opensanctions", FTM.encode() + b"\n\xff\n", 3, "no UTF-8"),
        ("ofac-csv", SDN_CSV.replace("RED", "R" * 200_000).encode(), 2, "field larger"),
        ("ofac-csv", SDN_CSV.replace("\n37", "\n36").encode(), 2, "36 is there twice"),
        ("ofac", OFAC.replace("<uid>37<", "<uid>36<").encode(), 11, "36 is there twice"),
    ],
)
def test_what_is_no_text_no_date_or_twice_is_refused_at_its_line(
    source: str, content: bytes, line: int, reason: str
) -> None:
    with pytest.raises(Refused, match=reason) as refused:
        load(source, content)
    assert refused.value.line == line


def test_a_broken_file_of_aliases_is_named(tmp_path: Path) -> None:
    (tmp_path / "sdn.csv").write_text(SDN_CSV)
    (tmp_path / "alt.csv").write_bytes(b'36,12,"aka","MALKOVETZ",-0- \n36,13,"aka","\xc9",-0- \n')
    with pytest.raises(Refused, match=r"line 2: of alt\.csv: no UTF-8"):
        read(tmp_path / "sdn.csv", "ofac-csv", FakeClock())
