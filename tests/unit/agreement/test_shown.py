"""What came back from a provider is held against what was shown, page by page and word by word."""

from dataclasses import replace
from typing import Any

import pytest

from services.agreement.pdf import contract_pdf
from services.agreement.shown import _is_within, missing, pages
from stack.servers.signed_papers import certificate, signed
from tests.fakes.files import pdf
from tests.unit.agreement.test_pdf import contract_data

SHOWN = contract_pdf(contract_data())


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
