"""What is printed beside the agreement: by the law that its facility type follows, with the engine's figures."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from services.agreement import leaflets
from services.agreement.contract import Contract, StoredFile
from services.agreement.documents import Documents
from services.agreement.events import SigningMethod
from services.agreement.leaflets import AgreementDocument
from services.agreement.model import Agreement
from services.agreement.ports import Party
from services.agreement.signers import AgreementStatus, Signature
from services.law import UnknownPack, pack_by_facility, pack_of, packs
from services.lending import loan_cost, loan_schedule
from services.lending.facility import facility
from services.papers import LANGUAGES, forms, lender_of
from services.papers.seals import Sealer, seals_of
from services.runtime.errors import FailedPrecondition, NotFound
from tests.fakes.bucket import MemoryBucket, sealed_files
from tests.fakes.readers import data_of, text_of
from tests.fakes.scanner import FakeScanner
from tests.unit.agreement.test_pdf import START, contract_data

AT = datetime(2030, 6, 15, 12, tzinfo=UTC)
ADA = Party("Ada Lovelace", ("12 St James's Square",))


def agreement(language: str = "en") -> Agreement:
    made = contract_data()
    file = StoredFile("k", "ab" * 32, 10)
    contract = Contract(made.terms, made.terms_hash, made.cost, "v3", file, AT, language=language)
    return Agreement("a1", "c1", AgreementStatus.GENERATED, contract=contract)


@pytest.mark.parametrize("code", packs())
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_law_has_its_form_in_every_language(code: str, language: str) -> None:
    law = packs()[code]
    assert law.precontract in forms.FORMS
    found = leaflets.precontract(agreement(language), ADA, facility("PERSONAL"), lender_of(), law).data()
    values = found["values"]
    assert found["language"] == language
    cost = loan_cost(contract_data().terms, START)
    assert values["apr" if "apr" in values else "us_apr"] == (
        f"{cost.apr_percent}" if "apr" in values else values["us_apr"]
    )
    assert values["total_paid"] == {"amount": f"{cost.total_paid}", "currency": "EUR"}
    assert "{" not in json.dumps(found["blocks"]).replace('{"', "")


def test_the_forms_say_what_their_law_asks() -> None:
    european = text_of(leaflets.precontract(agreement(), ADA, facility("PERSONAL"), lender_of(), packs()["EU"]).pdf())
    for said in ("2008/48/EC", "(EU) 2023/2225", "Right of withdrawal", "within 14 days", "Early repayment", "fixed"):
        assert said in european
    american = text_of(leaflets.precontract(agreement(), ADA, facility("PERSONAL"), lender_of(), packs()["US"]).pdf())
    for said in ("ANNUAL PERCENTAGE RATE", "FINANCE CHARGE", "Amount financed", "Total of payments", "ESIGN"):
        assert said in american


def test_the_interest_of_a_day_is_the_ledger_s() -> None:
    values: Any = leaflets.precontract(agreement(), ADA, facility("PERSONAL"), lender_of(), packs()["EU"]).values
    interest = loan_schedule(contract_data().terms, START).rows[0].interest
    assert abs(values["per_day"].value * 30 - interest) <= Decimal("0.30")


def test_a_facility_type_follows_the_pack_that_it_is_given(tmp_path: Path) -> None:
    assert pack_of("PERSONAL").code == "NEUTRAL"
    (tmp_path / "law.json").write_text('{"PERSONAL": "EU"}')
    assert pack_of("PERSONAL", tmp_path / "law.json").code == "EU"
    assert pack_of("EQUIPMENT", tmp_path / "law.json").code == "NEUTRAL"
    (tmp_path / "wrong.json").write_text('{"PERSONAL": "MARS"}')
    with pytest.raises(UnknownPack, match="PERSONAL: MARS is no pack; there are EU, US, NEUTRAL"):
        pack_by_facility(tmp_path / "wrong.json")


def unasked(customer_id: str) -> Party:
    raise NotFound(f"customer {customer_id} is erased")


def test_a_certificate_is_sealed_and_carries_what_was_signed(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("s" * 40)
    sealer = Sealer(tmp_path / "key", "LoanFlow Lending Ltd")
    documents = Documents(sealed_files(MemoryBucket()), FakeScanner(), lender_of(), sealer)
    with pytest.raises(FailedPrecondition, check=lambda refused: refused.reason == "WRONG_STATUS"):
        documents.certificate(agreement(), unasked)
    terms = contract_data().terms
    contract = documents.contract("a1", "c1", ADA, terms, terms.hash(), facility("PERSONAL"), AT)
    signature = Signature(SigningMethod.ONE_TIME_CODE, "c1", "", AT)
    signed = replace(agreement(), contract=contract, signed_pdf=contract.pdf, signature=signature)
    pdf = documents.certificate(signed, unasked)
    (seal,) = seals_of(pdf, sealer.certificates)
    assert seal.intact and seal.trusted
    assert data_of(pdf)["values"]["document_sha256"] == contract.pdf.sha256
    assert "one-time code sent to the signer" in text_of(pdf)


def test_the_schedule_has_every_instalment() -> None:
    documents = Documents(sealed_files(MemoryBucket()), FakeScanner(), lender_of())
    pdf = documents.leaflet(agreement(), ADA, facility("PERSONAL"), AgreementDocument.SCHEDULE)
    assert len(data_of(pdf)["values"]["schedule"]) == 48
