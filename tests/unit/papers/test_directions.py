"""What is read from left to right stays so in a paper from right to left, and the other way round: in every form."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.lending.rules import LateFee
from services.papers import LANGUAGES, formats, forms, lender_of, lender_values, tariffs
from services.papers.formats import RIGHT_TO_LEFT, isolated
from tests.factories.documents import LATE_FEE, NAMES, document

# The Unicode Bidirectional Algorithm, 2.4 and 2.5.
BEGINS, ENDS = "\u2066\u2067\u2068", "\u2069"
OTHERS = [each for each in LANGUAGES if each not in RIGHT_TO_LEFT]
ARABIC = NAMES["ar"]


def outside(text: str) -> str:
    """What of a text is not kept together, with a mark where something is; nothing is left open."""
    depth, found = 0, ""
    for each in text:
        depth += (each in BEGINS) - (each in ENDS)
        assert depth >= 0, text
        found += "\u25a0" if each in BEGINS and depth == 1 else "" if depth or each in ENDS else each
    assert depth == 0, text
    return found


def sentences(blocks: Any) -> Iterator[str]:
    """The texts that stand in lines of their own, and are no name or figure alone: those have a box of their own."""
    for block in blocks:
        yield from (text for key, text in block.items() if key == "text")
        if block["kind"] == "points":
            yield from block["items"]
        if block["kind"] == "clauses":
            yield from (text for item in block["items"] for text in item)


@pytest.mark.parametrize("form", forms.FORMS)
def test_no_figure_and_no_latin_name_stands_bare_in_a_sentence_from_right_to_left(form: str) -> None:
    fixed = set(forms.texts(form, "ar").values())
    for text in sentences(document(form, "ar").data()["blocks"]):
        bare = outside(text)
        # What the text itself says in Latin letters or digits is the translator's; what was put in is not.
        pattern = re.escape(bare).replace("\u25a0", r"\{\w+\}")
        known = any(re.fullmatch(pattern, each) for each in fixed)
        assert known or not re.search(r"[A-Za-z0-9]", bare), text


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("form", forms.FORMS)
def test_an_arabic_name_in_a_sentence_from_left_to_right_is_kept_together(form: str, language: str) -> None:
    kept = document(form, language)
    changed = {name: ARABIC for name, value in kept.values.items() if isinstance(value, str) and name != "currency"}
    for text in sentences(replace(kept, values={**kept.values, **changed}).data()["blocks"]):
        assert not any(unicodedata.bidirectional(each) in ("R", "AL") for each in outside(text)), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_list_is_printed_as_a_program_writes_it(language: str) -> None:
    for form in forms.FORMS:
        found = document(form, language).data()
        for text in [found["title"], found["subtitle"], *sentences(found["blocks"])]:
            assert not re.search(r"\[['\"]|None|\(\)|\(\s|\s\)|\{", outside(text)), (form, text)


@pytest.mark.parametrize("tariff", [LATE_FEE, LateFee(LATE_FEE.flat, LATE_FEE.percent_of_overdue, 0, None), None])
def test_the_amounts_of_a_tariff_are_kept_together(tariff: LateFee | None) -> None:
    said = outside(tariffs.late_fee(tariff, "EUR", "ar"))
    assert "EUR" not in said and "%" not in said
    assert "\u2068" not in tariffs.late_fee(tariff, "EUR", "de")


def test_the_supervisor_is_kept_together() -> None:
    notes: Any = lender_values(lender_of(), "ar")["lender_notes"]
    assert lender_of().supervisor not in outside(notes[1])


@given(st.text(st.sampled_from("aß9-+., محدא"), max_size=12), st.sampled_from(LANGUAGES))
def test_a_line_of_several_parts_keeps_each_apart(text: str, language: str) -> None:
    parts = [part for part in (text, "Berlin", ARABIC) if part]
    line = forms.listed(parts, language)
    assert all(isolated(each, language) in line for each in parts)
    assert outside(line).count("\u25a0") == sum(isolated(each, language) != each for each in parts)


def test_who_is_bound_beside_is_named_in_one_line() -> None:
    found: Any = next(
        each["rows"] for each in document("agreement-v5", "ar").data()["blocks"]
        if each["kind"] == "facts" and ARABIC in str(each["rows"])
    )  # fmt: skip
    parts = ("Bob", "10115 Berlin", formats.country("FR", "ar"))
    assert found[1][1] == forms.COMMAS["ar"].join(isolated(each, "ar") for each in parts)
