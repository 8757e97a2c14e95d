"""The evidence of a signature: how its code was sent, what was shown and given before, on the page and for machines."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from services.agreement import verify
from services.agreement.contract import GivenPaper, StoredFile
from services.agreement.evidence import EVIDENCE_FILE, Informed, SentCode, SignaturePage, evidence_file, page_of
from services.agreement.model import Agreement
from services.agreement.pdf import contract_pdf, signed_pdf
from services.agreement.signature_pages import Origin, page_by_code, papers_by_name
from services.agreement.signers import AgreementStatus, Signing
from services.papers import LANGUAGES
from services.papers.seals import COUNTER_FIELD, Unreadable, seals_of
from tests.fakes.readers import data_of
from tests.unit.agreement.test_model import CONTRACT
from tests.unit.agreement.test_pdf import contract_data
from tests.unit.agreement.test_seals import AT, LENDER, page, sealed, sealer, signed

INFORMATION = b"%PDF-1.7 what was given before"
SENT = SentCode("5a17", "a•••@example.org", AT - timedelta(minutes=3), AT + timedelta(minutes=7), 2)
DIGEST = hashlib.sha256(INFORMATION).hexdigest()
GIVEN = Informed("precontract-eu-v1", "information.pdf", DIGEST, AT - timedelta(days=1))


def whole() -> SignaturePage:
    return page(code=SENT, informed=(GIVEN,))


def made(signature: SignaturePage, files: Mapping[str, bytes]) -> verify.Report:
    content = sealer().seal(signed_pdf(sealed(), signature, None, files, countersigned=True), "signed")
    return verify.checked(sealer().countersign(content, "countersigned"), sealer().certificates)


def test_it_says_where_the_code_went_when_and_at_which_try_it_was_right() -> None:
    said = json.loads(evidence_file(whole(), "en", "00" * 32))
    assert said["code"] == {
        "hash": "HMAC-SHA256", "salt": "5a17", "channel": "EMAIL", "sent_to": "a•••@example.org",
        "send_time": "2030-06-15T11:57:00+00:00", "expire_time": "2030-06-15T12:07:00+00:00", "tries": 2,
    }  # fmt: skip
    assert said["informed"] == [
        {"form": GIVEN.form, "file": GIVEN.file, "sha256": GIVEN.sha256, "give_time": "2030-06-14T12:00:00+00:00"}
    ]
    assert page_of(evidence_file(whole(), "en", "00" * 32)) == whole()
    older: dict[str, Any] = {name: value for name, value in said.items() if name not in ("code", "informed")}
    assert page_of(json.dumps(older).encode()) == page()


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_on_the_page_in_every_language(language: str) -> None:
    contract = contract_pdf(replace(contract_data(), language=language))
    pdf = signed_pdf(contract, whole(), None, {GIVEN.file: INFORMATION})
    rows = [value for block in data_of(pdf)["blocks"][-1:] for _, value in block["rows"]]
    for part in ("a•••@example.org", "consent-v1", "precontract-eu-v1 (information.pdf)", GIVEN.sha256, "2"):
        assert part in rows, rows


def test_what_was_given_before_is_attached_and_held_against_its_hash() -> None:
    assert made(whole(), {GIVEN.file: INFORMATION}).intact
    for files in ({}, {GIVEN.file: INFORMATION + b" "}):
        assert made(whole(), files).faults == ("information.pdf is not what was given before the signature",)


def test_a_page_by_code_has_what_was_shown_with_that_code() -> None:
    signing = Signing("5a17", "cd" * 32, SENT.expire_time, 4, CONTRACT.to_show, SENT.sent_to, SENT.send_time)
    paper = GivenPaper(GIVEN.form, StoredFile("k", GIVEN.sha256, 10), "c1", GIVEN.give_time)
    agreement = Agreement("a1", "c1", AgreementStatus.SIGNING, contract=CONTRACT, signing=signing, given=(paper,))
    found = page_by_code(agreement, "c1", "Ada Lovelace", Origin("Firefox", "192.0.2.7"), AT)
    assert (found.code, found.informed, found.consent) == (SENT, (GIVEN,), "consent-v1")
    other = replace(agreement, given=(replace(paper, customer_id="c2"),))
    assert page_by_code(other, "c1", "Ada Lovelace", Origin(), AT).informed == ()


def test_each_paper_is_attached_once_under_a_name_of_its_own() -> None:
    one, two = StoredFile("k1", "aa", 1), StoredFile("k2", "bb", 1)
    given_ = [GivenPaper("f", file, who, AT) for file, who in ((one, "c1"), (one, "c2"), (two, "c1"))]
    assert {name: each.file for name, each in papers_by_name(given_).items()} == {
        "information.pdf": one, "information-2.pdf": two,
    }  # fmt: skip


def countersigned() -> bytes:
    return sealer().countersign(signed(), "countersigned")


def test_the_lender_countersigns_in_a_revision_of_its_own() -> None:
    content = countersigned()
    assert content.startswith(signed()) and len(content) > len(signed())
    report = verify.checked(content, sealer().certificates)
    assert report.intact, report.faults
    assert [(each.signer, each.reason, each.countersigns) for each in report.seals] == [
        (LENDER, "signed", False), (LENDER, "countersigned", True),
    ]  # fmt: skip
    assert [each["name"] for each in report.signatures] == ["Ada Lovelace"]
    fields: Any = PdfReader(BytesIO(content)).get_fields()
    assert COUNTER_FIELD in fields


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_one_changed_byte_is_found_in_either_revision(data: st.DataObject) -> None:
    content = bytearray(countersigned())
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    assert not verify.checked(bytes(content), sealer().certificates).intact


def test_a_countersignature_of_another_is_named() -> None:
    forged = sealer("f" * 40).countersign(signed(), "countersigned")
    report = verify.checked(forged, sealer().certificates)
    assert report.faults == (f"the seal of {LENDER} is not of a trusted certificate",) == report.doubts
    assert [each.trusted for each in report.seals] == [True, False]


def test_a_file_without_a_seal_is_told_from_one_that_cannot_be_read() -> None:
    without = verify.checked(contract_pdf(contract_data()))
    assert (without.faults, without.is_unreadable, without.is_unchanged) == (("it has no seal",), False, True)
    for content in (b"", b"text", b"%PDF-1.7\n%%EOF"):
        found = verify.checked(content)
        assert found.is_unreadable and not found.is_unchanged
        assert found.faults[0].startswith("it cannot be read as a PDF: ")
        with pytest.raises(Unreadable):
            seals_of(content)


def test_the_signatures_that_are_read_are_those_of_the_files() -> None:
    report = made(whole(), {GIVEN.file: INFORMATION})
    assert report.pages == (whole(),) and report.terms_hold
    assert EVIDENCE_FILE == "signature.json"
