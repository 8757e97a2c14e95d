"""Who lends: particulars that no paper, mail or file could have are refused when they are read, by their field."""

import json
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from services.papers import lender_of
from services.papers.lender import Lender

# XML takes some of them, and papers and mails do not.
CONTROLS = {chr(each) for each in (*range(0x20), *range(0x7F, 0xA0))}
FIELDS = [each.name for each in fields(Lender) if each.name != "language"]


def particulars(field: str, text: str) -> dict[str, Any]:
    known = asdict(lender_of())
    return {**known, field: text if isinstance(known[field], str) else (*known[field], text)}


def is_writable(text: str) -> bool:
    try:
        etree.Element("Nm").text = text
    except ValueError:
        return False
    return True


@given(st.sampled_from(FIELDS), st.text(max_size=8))
def test_what_can_be_written_is_taken_and_nothing_else(field: str, text: str) -> None:
    if is_writable(text) and not CONTROLS & {*text} and (text.strip() or field not in ("name", "legal_name")):
        Lender(**particulars(field, text))
    else:
        with pytest.raises(ValueError, match=f"^{field} "):
            Lender(**particulars(field, text))


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("character", ["\x00", "\x1b", "\n", "\t", "\x7f", "\x9b", "\ud800", "\ufffe", "\uffff"])
def test_a_character_that_is_none_is_named_with_its_field(field: str, character: str) -> None:
    with pytest.raises(ValueError, match=f"^{field} has the character U\\+{ord(character):04X}"):
        Lender(**particulars(field, f"Bank{character}"))


@pytest.mark.parametrize("field", ["name", "legal_name"])
@pytest.mark.parametrize("empty", ["", " ", "\u00a0\u2003"])
def test_a_lender_has_a_name(tmp_path: Path, field: str, empty: str) -> None:
    file = tmp_path / "lender.json"
    file.write_text(json.dumps(particulars(field, empty)))
    with pytest.raises(ValueError, match=f"^{field} is empty"):
        lender_of(file)


def test_a_lender_has_a_language_of_the_papers_and_does_not_print_it(tmp_path: Path) -> None:
    file, known = tmp_path / "lender.json", lender_of()
    file.write_text(json.dumps({**asdict(known), "language": "tlh"}))
    with pytest.raises(ValueError, match=r"^language is none of ar, de, en, es, fr$"):
        lender_of(file)
    assert replace(known, language="ar").printed == known.printed == {each: getattr(known, each) for each in FIELDS}


@pytest.mark.parametrize("name", ["Łódź Bank «Ā»", "بنك", "株式会社", "Bank 🏦 & <Söhne>"])
def test_names_of_every_script_are_taken(name: str) -> None:
    assert Lender(**particulars("legal_name", name)).legal_name == name
