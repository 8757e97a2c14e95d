"""What came back from a provider is held against what was shown, page by page and word by word."""

import re
from dataclasses import replace
from functools import cache
from itertools import chain, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.agreement.pdf import contract_pdf
from services.agreement.shown import _is_within, _words, missing, pages
from services.papers import LANGUAGES
from stack.servers.signed_papers import certificate, signed
from tests.fakes.files import pdf
from tests.unit.agreement.test_pdf import contract_data

SHOWN = contract_pdf(contract_data())
# The figures as each language groups them, and as others would: with spaces of all widths, an apostrophe, in Arabic.
FIGURES = (
    "360.94", "15,000.00", "360,94", "15.000,00", "15\u202f000,00", "15\u00a0000,00", "15\u2009000,00", "15'000.00",
    "15\u2019000.00", "\u0661\u0665\u066c\u0660\u0660\u0660\u066b\u0660\u0660",
)  # fmt: skip
WORDS = ("Annual", "borrower", "\u0627\u0644\u0642\u0631\u0636")
# What makes another one of each: beside it, in whatever script, and behind what nobody sees.
BEFORE = (
    *("9", "5'", "5.", "1,", "-", "\u2212", "\u2013", "+", "(", "\u20ac", "\u0665", "-\u2066", "5\u200b"),
    *("non-", "non\u2011", "non\u00ad", "co-", "un", "sub/"),
)
AFTER = ("9", "'000", ".5", ",000", "%", "-", "\u20ac", "\u0660", "\u2069%", "-free", "\u00adfree")
BESIDE = [*((each, "") for each in BEFORE), *(("", each) for each in AFTER)]
# And over a space that groups digits, parts a sign, or ends a line.
OF_FIGURES = [
    ("5\u202f", ""),
    ("5\u00a0", ""),
    ("5\u2009", ""),
    ("- ", ""),
    ("\u2212\n", ""),
    ("", "\u202f000"),
    ("", "\u00a0000"),
]
OF_WORDS = [("non-\n", ""), ("co\u2010 ", "")]


def test_what_a_provider_writes_on_it_is_no_difference() -> None:
    there = signed(SHOWN, ["DocuSign Envelope ID: 3f2a", "signed by Ada Lovelace"])
    assert there != SHOWN and "3f2a" in "".join(pages(there)[0])
    assert missing(SHOWN, there) == ""
    assert missing(SHOWN, SHOWN) == ""


def test_a_page_that_is_not_there_is_named() -> None:
    count = len(pages(SHOWN))
    assert count > 1
    assert missing(SHOWN, signed(SHOWN, ["x"], pages=-1)) == f"page {count}"


def test_another_document_is_none() -> None:
    assert missing(SHOWN, certificate("DocuSign", ["something else"])) == "page 1"


@pytest.mark.parametrize("change", [{"language": "de"}, {"application_id": "another"}])
def test_another_wording_is_another_document(change: dict[str, Any]) -> None:
    other = contract_pdf(replace(contract_data(), **change))
    assert missing(SHOWN, signed(other, ["x"])) != ""


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 and no more", b"not a PDF"])
def test_what_cannot_be_read_shows_nothing(content: bytes) -> None:
    assert missing(SHOWN, content) == "file"
    assert missing(content, SHOWN) == "file"
    assert missing(SHOWN, pdf()) == "page 1"


@pytest.mark.parametrize(
    "there",
    [
        "DocuSign 3f2a pay 1,000.00 EUR secured signed by Ada",
        "pay1,000.00EURsecured",
        "p ay 1,0 00.00 E U R sec ured",
        "pay 91,000.00 to nobody, 1,000.00 EUR secured",
    ],
)
def test_what_stands_between_and_how_it_is_spaced_is_the_providers(there: str) -> None:
    assert _is_within("pay 1,000.00 EUR secured".split(), there.split())


@pytest.mark.parametrize(
    "there",
    [
        "pay 91,000.00 EUR secured", "pay 1,000.005 EUR secured", "pay 5,1,000.00 EUR secured",
        "pay 1,000.00.5 EUR secured", "prepay 1,000.00 EUR secured", "pay 1,000.00 EUR unsecured",
        "1,000.00 pay EUR secured", "pay 1,000.00 EUR",
    ],
)  # fmt: skip
def test_a_word_or_figure_that_is_but_a_part_of_another_is_not_there(there: str) -> None:
    assert not _is_within("pay 1,000.00 EUR secured".split(), there.split())


def test_an_agreement_about_other_money_is_another() -> None:
    """One figure more before the point: all that was shown is in it, letter by letter."""
    words = pages(SHOWN)[0]
    figure = next(each for each in words if each[0].isdecimal() and "," in each)
    assert _is_within(words, words)
    for changed in (f"9{figure}", f"{figure}1"):
        assert not _is_within(words, [changed if each == figure else each for each in words])


@cache
def shown_in(language: str) -> bytes:
    return contract_pdf(replace(contract_data(), language=language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_shown_is_there_in_every_language(language: str) -> None:
    made = shown_in(language)
    assert (
        missing(made, signed(made, ["DocuSign Envelope ID: 3f2a-123", "123 signed by Ada Lovelace - 15 Jun 2030"]))
        == ""
    )


@pytest.mark.parametrize(
    "language, figure, changed",
    [
        ("fr", "15\u202f000,00", "15\u202f999\u202f000,00"), ("fr", "15\u202f000,00", "15 999 000,00"),
        ("fr", "360,94", "5\u202f360,94"), ("fr", "360,94", "5 360,94"), ("en", "360.94", "-360.94"),
        ("en", "360.94", "\u2212360.94"), ("en", "Annual", "non-Annual"), ("en", "borrower", "co-borrower"),
        ("de", "15.000,00", "9.15.000,00"), ("es", "15.000,00", "15.000,00%"), ("en", "48", "48 000"),
    ],
)  # fmt: skip
def test_another_figure_or_word_in_the_text_of_a_page_is_not_what_was_shown(
    language: str, figure: str, changed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pypdf import PageObject

    made, extracted = shown_in(language), PageObject.extract_text
    ours = pages(made)
    whole = re.compile(rf"(?<!\S){re.escape(figure)}(?!\S)")
    monkeypatch.setattr(PageObject, "extract_text", lambda page: whole.sub(changed, extracted(page)))
    there = pages(made)
    monkeypatch.undo()
    assert there != ours and not all(map(_is_within, ours, there))


@given(
    st.one_of(
        st.tuples(st.sampled_from(FIGURES), st.sampled_from([*BESIDE, *OF_FIGURES])),
        st.tuples(st.sampled_from(WORDS), st.sampled_from([*BESIDE, *OF_WORDS])),
    )
)
def test_what_goes_on_beside_a_figure_or_a_word_makes_another_of_it(changed: tuple[str, tuple[str, str]]) -> None:
    word, (before, after) = changed
    ours = _words(f"pay {word} EUR")
    assert _is_within(ours, _words(f"pay 2030 {word} of 3 EUR"))
    assert not _is_within(ours, _words(f"pay {before}{word}{after} EUR"))


@given(
    st.lists(st.text("ab1.,-", min_size=1, max_size=4), min_size=1, max_size=6),
    st.lists(st.tuples(st.integers(0, 6), st.text("abx", min_size=1, max_size=3)), max_size=4),
    st.data(),
)
def test_however_it_is_spaced_and_whatever_stands_between_it_is_found(
    words: list[str], between: list[tuple[int, str]], data: st.DataObject
) -> None:
    """Also where a provider's own word is one of ours, or begins as one does."""
    there = [
        [(added, False) for at, added in between if at == place] + [(word, True)] for place, word in enumerate(words)
    ]
    lined = list(chain.from_iterable(there))
    text = lined[0][0]
    for (_, is_ours), (word, too) in pairwise(lined):
        text += word if is_ours and too and data.draw(st.booleans()) else f" {word}"
    assert _is_within(words, text.split())


@given(st.lists(st.sampled_from(["a", "b", "ab", "ba", "aba"]), min_size=1, max_size=5), st.data())
def test_what_is_not_there_in_its_order_is_not_found(words: list[str], data: st.DataObject) -> None:
    """Whole words with a space around each, so that it is but a matter of their order."""
    there = data.draw(st.lists(st.sampled_from(["a", "b", "ab", "ba", "aba"]), max_size=8))
    rest = iter(there)
    if not _is_within(words, there):
        assert not all(any(word == each for each in rest) for word in words)
    assert _is_within(["x"], there) is False
