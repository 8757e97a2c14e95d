"""Documents print every name as it is, in every script; what no font has is refused by its name; bytes never vary."""

import unicodedata
from dataclasses import asdict
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from services.papers import Unprintable, lender_of, typeset, unprintable
from tests.fakes.readers import data_of, glyphs_of, text_of

NAMES = {
    "Latin": "Łukasz Őry-Dvořák",
    "Vietnamese": "Nguyễn Văn Đạt",
    "Cyrillic": "Дмитрий Шостакович",
    "Ukrainian": "Їжакевич Ґалаґан",
    "Greek": "Ελένη Παπαδοπούλου",
    "Arabic": "محمد بن عبد الله",
    "Persian": "پژمان گلچین",
    "Hebrew": "דוד בן־גוריון",
    "Chinese": "王小明",
    "traditional Chinese": "李小龍",
    "Japanese": "山田 太郎 やまだ タロウ",
    "Korean": "김민수",
    "Thai": "สมชาย ใจดี",
    "Devanagari": "राजेश कुमार",
    "two scripts": "Иван Smith 王",
    "markup": "*Bobby* _Tables_ #let <b> & $x$ [a] \\ // `",
}
# Marks that stand over or under each other: readers of PDFs find the right letters, but some of them twice.
MARKED = {"Latin": "q̃ m̄ x́", "Hebrew": "דָּוִד", "Thai": "กิ่งแก้ว น้ำทิพย์", "Devanagari": "श्रीकृष्ण"}


def note(*lines: str, title: str = "Note") -> bytes:
    data = {"title": title, "date": "2030-06-15", "lender": asdict(lender_of()), "lines": lines}
    return typeset("note-v1", data)


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_name_is_read_back_as_it_is(name: str) -> None:
    pdf = note(name)
    assert unicodedata.normalize("NFC", name) in [line.strip() for line in text_of(pdf).splitlines()]
    assert 0 not in set(glyphs_of(pdf))


@pytest.mark.parametrize("name", MARKED.values(), ids=MARKED)
def test_marks_on_letters_stay(name: str) -> None:
    pdf, plain = note(name), note("".join(each for each in name if not unicodedata.combining(each)))
    assert set(name) <= set(text_of(pdf))
    assert 0 not in set(glyphs_of(pdf))
    assert list(glyphs_of(pdf)) != list(glyphs_of(plain))
    assert data_of(pdf)["lines"] == [unicodedata.normalize("NFC", name)]


@pytest.mark.parametrize("name", ["Jose\u0301 A\u030angstro\u0308m", "Дмитри\u0306"])
def test_decomposed_names_are_composed(name: str) -> None:
    assert unicodedata.normalize("NFC", name) in text_of(note(name))
    assert note(name) == note(unicodedata.normalize("NFC", name))


@pytest.mark.parametrize("missing", ["𓀀", "ᚠ", "😀", "\ue000"])
def test_a_character_that_no_font_has_is_named(missing: str) -> None:
    with pytest.raises(Unprintable) as refused:
        note("Anna", f"An{missing}na")
    assert refused.value.characters == unprintable(f"{missing}x{missing}") == missing
    assert f"U+{ord(missing):04X}" in str(refused.value)


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z", "M")), min_size=1, max_size=12)


@settings(max_examples=6)
@given(st.lists(TEXTS, min_size=6, max_size=6))
def test_what_is_said_to_be_printable_is(texts: list[str]) -> None:
    """Six texts to a page, as a page costs a fifth of a second whatever is on it."""
    for text in texts:
        if missing := unprintable(text):
            with pytest.raises(Unprintable) as refused:
                note(text)
            assert set(refused.value.characters) == set(missing) <= set(unicodedata.normalize("NFC", text))
    printable = [text for text in texts if not unprintable(text)]
    assert 0 not in set(glyphs_of(note(" ".join(printable))))


def test_a_long_word_stays_on_the_page() -> None:
    lines = [line for line in text_of(note("x" * 300)).splitlines() if "xxx" in line]
    assert "".join(lines).count("x") == 300 and max(map(len, lines)) < 120


def test_a_paper_is_tagged_and_says_what_it_is() -> None:
    reader = PdfReader(BytesIO(note("Anna", title="Receipt")))
    root: Any = reader.root_object
    assert root["/MarkInfo"]["/Marked"] and root["/StructTreeRoot"] and root["/Lang"] == "en"
    assert reader.metadata is not None
    assert (reader.metadata.title or "").startswith("Receipt") and reader.metadata.author == lender_of().legal_name
    assert reader.metadata.creation_date_raw == "D:20300615000000Z"
    described = root["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in described and "<pdfaid:conformance>A</pdfaid:conformance>" in described
    assert "<pdfuaid:part>1</pdfuaid:part>" in described


def test_pages_are_counted_on_each() -> None:
    pages = PdfReader(BytesIO(note(*(f"Line {number}" for number in range(200))))).pages
    assert len(pages) > 2
    assert all(f"Page {number} of {len(pages)}" in page.extract_text() for number, page in enumerate(pages, 1))


def test_the_same_data_give_the_same_bytes() -> None:
    assert note("Anna") == note("Anna") != note("Anne")
