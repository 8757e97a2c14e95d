"""An agreement of several: each signs with a code of their own, and it counts when the last of them has."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import permutations
from pathlib import Path

import pytest

from services.agreement import verify
from services.agreement.contract import SignedCopy, StoredFile
from services.agreement.events import AgreementPartySigned, AgreementSigned, SignerRole, SigningMethod
from services.agreement.evidence import SignaturePage
from services.agreement.model import Agreement
from services.agreement.pdf import BoundParty, contract_pdf, signed_pdf
from services.agreement.ports import Party
from services.agreement.signers import CODES, AgreementStatus, Signer, Signing
from services.papers.seals import Sealer
from services.runtime.errors import Aborted, Error, FailedPrecondition, InvalidArgument, NotFound, ResourceExhausted
from tests.fakes.readers import text_of
from tests.unit.agreement.test_model import AT, CONTRACT, COPY, PDF, SHOWN, SIGNED, right, wrong
from tests.unit.agreement.test_pdf import contract_data

S = AgreementStatus
BORROWER, CO, GUARANTOR = "c1", "c2", "c3"
PARTIES = Signer(CO, SignerRole.CO_BORROWER, "ab"), Signer(GUARANTOR, SignerRole.GUARANTOR, "cd")
CODE = Signing("salt", "right", AT + timedelta(minutes=10), shown=SHOWN)
PARTLY = StoredFile("partly", "partly", 10)


def made() -> Agreement:
    found = Agreement("a1", BORROWER)
    found.generate(CONTRACT, PARTIES)
    found.events.clear()
    return found


def sign(agreement: Agreement, by: str, pdf: StoredFile = SIGNED) -> None:
    agreement.start_signing(by, CODE, AT)
    assert agreement.try_code(by, right, AT) is None
    agreement.sign(by, right, pdf, AT, agreement.partly_signed_pdf)


def refusal(kind: type[Error], reason: str, call: Callable[[], object]) -> Error:
    with pytest.raises(kind) as caught:
        call()
    assert caught.value.reason == reason
    return caught.value


@pytest.mark.parametrize("order", list(permutations([BORROWER, CO, GUARANTOR])), ids="-".join)
def test_it_is_signed_when_the_last_has_signed_in_whichever_order(order: tuple[str, ...]) -> None:
    agreement = made()
    for place, by in enumerate(order[:-1]):
        sign(agreement, by, PARTLY)
        role = agreement.signer(by).role
        assert agreement.events == [AgreementPartySigned("a1", BORROWER, by, role, 2 - place, AT)]
        assert (agreement.status, agreement.signed_pdf, agreement.files) == (S.GENERATED, None, (PDF, PARTLY))
        agreement.events.clear()
    sign(agreement, order[-1])
    (event,) = agreement.events
    assert isinstance(event, AgreementSigned)
    assert (event.customer_id, event.decided_by, event.party_customer_ids) == (BORROWER, BORROWER, (CO, GUARANTOR))
    assert (agreement.status, agreement.files) == (S.SIGNED, (SIGNED, PDF))
    assert [each.signature and each.signature.signed_by for each in agreement.signers] == [BORROWER, CO, GUARANTOR]


def test_a_code_signs_for_nobody_else() -> None:
    agreement = made()
    agreement.start_signing(CO, CODE, AT)
    for by in (BORROWER, GUARANTOR):
        for call in (agreement.try_code, lambda who, code, at: agreement.sign(who, code, SIGNED, at)):
            refusal(FailedPrecondition, "WRONG_STATUS", partial(call, by, right, AT))
    assert all(each.signature is None for each in agreement.signers)
    with pytest.raises(NotFound):
        agreement.start_signing("c4", CODE, AT)


def test_who_has_signed_does_not_sign_again() -> None:
    agreement = made()
    sign(agreement, GUARANTOR, PARTLY)
    refusal(FailedPrecondition, "WRONG_STATUS", lambda: agreement.check_code_allowed(GUARANTOR, AT))
    refusal(FailedPrecondition, "WRONG_STATUS", lambda: agreement.start_signing(GUARANTOR, CODE, AT))
    agreement.start_signing(CO, CODE, AT)
    refusal(FailedPrecondition, "WRONG_STATUS", lambda: agreement.try_code(GUARANTOR, right, AT))


def test_codes_and_guesses_are_counted_for_each() -> None:
    agreement = made()
    for _ in range(CODES):
        agreement.start_signing(GUARANTOR, CODE, AT)
    refusal(ResourceExhausted, "RATE_LIMITED", lambda: agreement.check_code_allowed(GUARANTOR, AT))
    agreement.start_signing(BORROWER, CODE, AT)
    said = [agreement.try_code(GUARANTOR, wrong, AT) for _ in range(5)]
    assert [each and each.reason for each in said] == ["CODE_WRONG"] * 4 + ["CODE_ATTEMPTS_EXHAUSTED"]
    assert (agreement.status, agreement.signer(BORROWER).signing) == (S.SIGNING, CODE)
    refusal(InvalidArgument, "CODE_WRONG", lambda: agreement.sign(BORROWER, wrong, SIGNED, AT))


def test_two_who_sign_at_the_same_moment_do_not_overwrite_each_other() -> None:
    agreement = made()
    for by in (BORROWER, CO):
        agreement.start_signing(by, CODE, AT)
    agreement.sign(BORROWER, right, PARTLY, AT, None)
    with pytest.raises(Aborted):
        agreement.sign(CO, right, SIGNED, AT, None)
    assert agreement.signer(CO).signature is None
    agreement.sign(CO, right, SIGNED, AT, PARTLY)
    assert agreement.partly_signed_pdf == SIGNED


def test_a_pdf_that_is_made_again_is_signed_anew_by_all() -> None:
    agreement = made()
    sign(agreement, BORROWER, PARTLY)
    sign(agreement, CO, PARTLY)
    agreement.generate(CONTRACT, PARTIES)
    assert [each.signature for each in agreement.signers] == [None] * 3
    assert (agreement.status, agreement.files) == (S.GENERATED, (PDF,))


def test_a_copy_counts_when_the_officer_found_every_signature_on_it() -> None:
    agreement = made()
    sign(agreement, BORROWER, PARTLY)
    agreement.start_signing(CO, CODE, AT)
    agreement.upload(SignedCopy(COPY, BORROWER, AT))
    assert (agreement.status, agreement.signer(CO).signing) == (S.UPLOADED, None)
    for named, missing in (
        ((), "c1,c2,c3"), ((BORROWER, CO), "c3"), ((BORROWER, CO, "c4"), "c3"), ((BORROWER, CO, GUARANTOR, "c4"), ""),
    ):  # fmt: skip
        confirm = partial(agreement.confirm_copy, True, "officer", AT, "", named)
        assert refusal(FailedPrecondition, "SIGNATURES_MISSING", confirm).metadata == {"missing": missing}
    agreement.confirm_copy(True, "officer", AT, "", (GUARANTOR, BORROWER, CO))
    signatures = [each.signature for each in agreement.signers]
    assert {each and (each.method, each.confirmed_by) for each in signatures} == {(SigningMethod.MANUAL, "officer")}
    assert (agreement.status, agreement.signed_pdf) == (S.SIGNED, COPY)


def test_one_from_before_there_were_several_is_signed_by_the_customer_alone() -> None:
    agreement = Agreement("a1", BORROWER, S.GENERATED, contract=CONTRACT)
    sign(agreement, BORROWER)
    (event,) = agreement.events
    assert isinstance(event, AgreementSigned) and event.party_customer_ids == ()
    assert agreement.status is S.SIGNED


def test_a_copy_names_everybody_who_signed_and_who_is_missing(tmp_path: Path) -> None:
    (tmp_path / "seal").write_text("s" * 40)
    sealer = Sealer(tmp_path / "seal", "LoanFlow Lending Ltd")
    bob = BoundParty(GUARANTOR, SignerRole.GUARANTOR, Party("Боб Гарант", ("Elsewhere 7",)))
    data = replace(contract_data(), customer_id=BORROWER, others=(bob,))
    contract = sealer.seal(contract_pdf(data), "to be signed")
    said = " ".join(text_of(contract).split())
    assert "Guarantor Боб Гарант, Elsewhere 7" in said and "Who else is bound" in said
    digest = hashlib.sha256(contract).hexdigest()
    of_bob = SignaturePage(
        "a1",
        "Боб Гарант",
        GUARANTOR,
        "ONE_TIME_CODE",
        AT,
        digest,
        "b" * 64,
        "Safari",
        "192.0.2.8",
        SignerRole.GUARANTOR,
    )
    partly = sealer.seal(signed_pdf(contract, of_bob), "partly")
    report = verify.checked(partly, sealer.certificates)
    assert report.faults == ("Ada Lovelace (BORROWER) has not signed",)
    of_ada = SignaturePage(
        "a1", "Ada Lovelace", BORROWER, "ONE_TIME_CODE", AT, digest, "a" * 64, "Firefox", "192.0.2.7"
    )
    whole = sealer.seal(signed_pdf(contract, of_ada, partly), "signed")
    report = verify.checked(whole, sealer.certificates)
    assert report.intact, report.faults
    named = [(each["name"], each["role"], each["device"], each["address"]) for each in report.signatures]
    assert named == [
        ("Боб Гарант", "GUARANTOR", "Safari", "192.0.2.8"), ("Ada Lovelace", "BORROWER", "Firefox", "192.0.2.7"),
    ]  # fmt: skip
    assert {each["document_sha256"] for each in report.signatures} == {digest}
    assert len({each["code_hash"] for each in report.signatures}) == 2
    printed = " ".join(text_of(whole).split())
    assert printed.count("Signed by") == 2 and "Signed as Guarantor" in printed
