"""The agreement's PDF: the same bytes for the same input, whatever the customer is called and however long it runs."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from services.agreement.codes import OneTimeCodes
from services.agreement.evidence import SignaturePage
from services.agreement.pdf import ORIGINAL, TEMPLATE_VERSION, ContractData, contract_pdf, signed_pdf
from services.agreement.ports import Party
from services.lending import Frequency, LoanTerms, Method, loan_cost, loan_schedule
from services.lending.rules import LateFee
from services.papers import TEMPLATE, Unprintable, formats
from services.runtime.stores.encryption import FieldCipher
from tests.fakes.readers import data_of, text_of

START = date(2030, 6, 15)


def contract_data(name: str = "Ada Lovelace", **terms: object) -> ContractData:
    values = {"principal": Decimal(15000), "currency": "EUR", "annual_rate_percent": Decimal("7.25")}
    agreed = LoanTerms(**{**values, "tenure_months": 48, **terms})  # type: ignore[arg-type]
    party = Party(name, ("12 St James's Square", "10115 Berlin"))
    return ContractData(
        "a1", party, agreed, agreed.hash(), loan_cost(agreed, START), loan_schedule(agreed, START), START
    )


def words_of(pdf: bytes) -> str:
    return " ".join(text_of(pdf).split())


def test_the_same_input_gives_the_same_bytes() -> None:
    assert contract_pdf(contract_data()) == contract_pdf(contract_data()) != contract_pdf(contract_data("Grace Hopper"))


@pytest.mark.parametrize("name", ["<b>Bobby</b> & Sons", "Łukasz Őry", "Дмитрий", "Ελένη", "محمد بن علي", "王小明"])
def test_the_borrower_is_named_as_he_is(name: str) -> None:
    said = text_of(contract_pdf(contract_data(name)))
    assert f"\n{name}\n" in said and said.count("12 St James's Square") == 1


def test_a_name_that_no_font_has_is_refused() -> None:
    with pytest.raises(Unprintable, match="U\\+13000"):
        contract_pdf(contract_data("Ada 𓀀"))


def test_every_instalment_of_a_long_loan_is_there() -> None:
    long = contract_data(tenure_months=480, frequency=Frequency.WEEKLY, method=Method.EQUAL_PRINCIPAL)
    said = text_of(contract_pdf(long))
    assert len(long.schedule.rows) == 2080
    assert all(formats.day(row.due_date) in said for row in long.schedule.rows)


def test_amounts_have_the_currency_s_decimals() -> None:
    assert "1,500,000 JPY" in text_of(contract_pdf(contract_data(currency="JPY", principal=Decimal(1500000))))
    assert "15,000.00 EUR" in text_of(contract_pdf(contract_data()))


def test_the_signature_page_comes_last_and_the_rest_stays() -> None:
    page = SignaturePage("a1", "Ада Лавлейс", "c1", "by code", datetime(2030, 6, 15, 12, tzinfo=UTC), "ab" * 32)
    contract = contract_pdf(contract_data())
    signed = signed_pdf(contract, page)
    assert signed == signed_pdf(contract, page)
    before, after = (PdfReader(BytesIO(each)) for each in (contract, signed))
    assert len(after.pages) == len(before.pages) + 1
    for old, new in zip(before.pages, after.pages, strict=False):
        assert old.extract_text().rpartition("Page")[0] == new.extract_text().rpartition("Page")[0]
    said = after.pages[-1].extract_text()
    assert "15 Jun 2030, 12:00:00 +0000" in said and "ab" * 32 in said and "by code" in said and "Ада Лавлейс" in said
    assert after.attachments[ORIGINAL] == [contract]


def test_an_agreement_without_its_data_gets_its_page_appended() -> None:
    page = SignaturePage("a1", "Ada Lovelace", "c1", "by code", datetime(2030, 6, 15, 12, tzinfo=UTC), "ab" * 32)
    old, result = BytesIO(), PdfWriter()
    result.add_blank_page(200, 200)
    result.write(old)
    pages = PdfReader(BytesIO(signed_pdf(old.getvalue(), page))).pages
    assert len(pages) == 2 and "ab" * 32 in pages[1].extract_text()


def test_the_tariff_of_late_fees_is_printed() -> None:
    tariff = LateFee(Decimal(5), Decimal(1), 5, Decimal(25))
    assert "once: 5.00 EUR and 1 % of what is overdue of it, but never more than 25.00 EUR" in words_of(
        contract_pdf(replace(contract_data(), late_fee=tariff))
    )
    assert "bears no late fee" in words_of(contract_pdf(contract_data()))


def test_the_terms_are_attached_for_machines() -> None:
    agreed = contract_data()
    data = data_of(contract_pdf(agreed))
    assert data["terms_hash"] == agreed.terms.hash() and data["terms"]["annual_rate_percent"] == "7.25"
    assert data["borrower"]["name"] == "Ada Lovelace" and (data["template"], data["form"]) == (
        TEMPLATE,
        f"agreement-{TEMPLATE_VERSION}",
    )


def test_codes_are_known_by_a_keyed_hash_alone(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("k" * 40)
    (tmp_path / "other").write_text("o" * 40)
    codes, others = (OneTimeCodes(FieldCipher(tmp_path / name)) for name in ("key", "other"))
    until = datetime(2030, 6, 15, tzinfo=UTC)
    drawn = [codes.draw(until) for _ in range(20)]
    assert all(len(code) == 6 and code.isdigit() and code not in str(signing) for code, signing in drawn)
    assert len({signing.salt for _, signing in drawn}) == 20
    code, signing = drawn[0]
    assert codes.matches(signing, code) and not others.matches(signing, code)
    assert not codes.matches(signing, f"{(int(code) + 1) % 10**6:06}")
