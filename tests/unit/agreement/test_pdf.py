"""The agreement's PDF: the same bytes for the same input, whatever the customer is called and however long it runs."""

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from services.agreement.codes import OneTimeCodes
from services.agreement.pdf import Paper, SignaturePage, contract_pdf, joined, signature_pdf
from services.agreement.ports import Party
from services.lending import Frequency, LoanTerms, Method, loan_cost, loan_schedule
from services.runtime.sealing import Sealer

START = date(2030, 6, 15)


def paper(name: str = "Ada Lovelace", **terms: object) -> Paper:
    values = {"principal": Decimal(15000), "currency": "EUR", "annual_rate_percent": Decimal("7.25")}
    agreed = LoanTerms(**{**values, "tenure_months": 48, **terms})  # type: ignore[arg-type]
    party = Party(name, ("12 St James's Square", "10115 Berlin"))
    return Paper("a1", party, agreed, agreed.hash(), loan_cost(agreed, START), loan_schedule(agreed, START), START)


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def test_the_same_input_gives_the_same_bytes() -> None:
    assert contract_pdf(paper()) == contract_pdf(paper()) != contract_pdf(paper("Grace Hopper"))


@pytest.mark.parametrize(
    "name, shown",
    [
        ("<b>Bobby</b> & Sons", "<b>Bobby</b> & Sons"),
        ("Łukasz Müller", "Łukasz Müller"),
        ("Őry Dvořák", "Ory Dvorák"),
        ("Ж", "?"),
    ],
)
def test_names_are_shown_as_they_are_or_as_near_as_the_font_comes(name: str, shown: str) -> None:
    assert shown in text_of(contract_pdf(paper(name)))


def test_a_name_without_a_blank_fits() -> None:
    assert "Page 1" in text_of(contract_pdf(paper("x" * 200)))


def test_every_instalment_of_a_long_loan_is_there() -> None:
    long = paper(tenure_months=480, frequency=Frequency.WEEKLY, method=Method.EQUAL_PRINCIPAL)
    said = text_of(contract_pdf(long))
    assert len(long.schedule.rows) == 2080
    assert all(row.due_date.isoformat() in said for row in long.schedule.rows)


def test_amounts_have_the_currency_s_decimals() -> None:
    assert "1,500,000 JPY" in text_of(contract_pdf(paper(currency="JPY", principal=Decimal(1500000))))
    assert "15,000.00 EUR" in text_of(contract_pdf(paper()))


def test_the_signature_page_comes_last() -> None:
    page = SignaturePage("a1", "Ada Lovelace", "c1", "by code", datetime(2030, 6, 15, 12, tzinfo=UTC), "ab" * 32)
    contract = contract_pdf(paper())
    pages = PdfReader(BytesIO(joined(contract, signature_pdf(page)))).pages
    assert len(pages) == len(PdfReader(BytesIO(contract)).pages) + 1
    said = pages[-1].extract_text().replace("\n", "")
    assert "2030-06-15T12:00:00+00:00" in said and "ab" * 32 in said and "by code" in said


def test_codes_are_known_by_a_keyed_hash_alone(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("k" * 40)
    (tmp_path / "other").write_text("o" * 40)
    codes, others = (OneTimeCodes(Sealer(tmp_path / name)) for name in ("key", "other"))
    until = datetime(2030, 6, 15, tzinfo=UTC)
    drawn = [codes.draw(until) for _ in range(20)]
    assert all(len(code) == 6 and code.isdigit() and code not in str(signing) for code, signing in drawn)
    assert len({signing.salt for _, signing in drawn}) == 20
    code, signing = drawn[0]
    assert codes.matches(signing, code) and not others.matches(signing, code)
    assert not codes.matches(signing, f"{(int(code) + 1) % 10**6:06}")
