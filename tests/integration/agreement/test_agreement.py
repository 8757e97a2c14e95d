"""Agreements over gRPC: made, signed by one-time code, verified, and what each step leaves behind."""

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from loanflow.agreement.v1 import agreement_events_pb2 as events
from loanflow.agreement.v1 import agreement_pb2
from loanflow.agreement.v1 import agreement_service_pb2 as pb
from loanflow.application.v1 import application_events_pb2 as application
from services.agreement.pdf import ORIGINAL, TEMPLATE_VERSION
from services.agreement.ports import Party
from services.agreement.signers import Attempt, Signing
from services.papers.forms import consent
from services.runtime import context
from services.runtime.errors import (
    Aborted,
    DataLoss,
    Error,
    FailedPrecondition,
    InvalidArgument,
    NotFound,
    PermissionDenied,
    ResourceExhausted,
    Unavailable,
)
from services.runtime.ids import new_id
from services.terms import from_terms
from tests.harness import customer, staff
from tests.integration.agreement.conftest import TERMS, UNSHOWN, Agreements

Status = agreement_pb2.AgreementStatus
ENDINGS = [application.ApplicationWithdrawn, application.ApplicationRejected, application.ApplicationClosed]


def refusal(error: type[Error], reason: str) -> Any:
    return pytest.raises(error, check=lambda raised: raised.reason == reason)


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def test_an_approval_makes_the_agreement(agreements: Agreements) -> None:
    application_id = agreements.made()
    agreement, pdf = agreements.read(application_id), agreements.pdf(application_id)
    assert (agreement.status, agreement.template_version) == (Status.AGREEMENT_STATUS_GENERATED, TEMPLATE_VERSION)
    assert (agreement.terms, agreement.terms_hash) == (from_terms(TERMS), TERMS.hash())
    assert (agreement.pdf_sha256, agreement.pdf_size_bytes) == (hashlib.sha256(pdf).hexdigest(), len(pdf))
    assert (agreement.cost.instalments, agreement.cost.instalment.amount) == (48, "360.94")
    said = text_of(pdf)
    for fact in ("Ada Lovelace", "10115 Berlin", "15,000.00 EUR", "7.25 %", "8.05 %", "17,474.91 EUR", TERMS.hash()):
        assert fact in said
    assert said.count("2030") == 8 and said.count("15 Jun 2034") == 2
    (generated,) = agreements.traffic.published(events.AgreementGenerated)
    assert (generated.pdf_sha256, generated.terms_hash) == (agreement.pdf_sha256, TERMS.hash())
    assert generated.cost == agreement.cost
    assert "Lovelace" not in str(generated)


def test_an_approval_that_comes_twice_makes_one_agreement(agreements: Agreements) -> None:
    application_id = agreements.made()
    agreements.hear(agreements.approved(application_id))
    assert len(agreements.traffic.published(events.AgreementGenerated)) == 1
    assert len(agreements.keys(application_id)) == 1


def test_an_approval_waits_for_the_customer_service(agreements: Agreements) -> None:
    application_id, agreements.parties.away = new_id(), True
    with pytest.raises(Unavailable):
        agreements.hear(agreements.approved(application_id))
    agreements.parties.away = False
    agreements.hear(agreements.approved(application_id))
    assert agreements.read(application_id).status == Status.AGREEMENT_STATUS_GENERATED


def test_terms_that_do_not_match_their_hash_are_refused(agreements: Agreements) -> None:
    with pytest.raises(InvalidArgument, match="terms_hash"):
        agreements.hear(agreements.approved(new_id(), terms_hash="0" * 64))


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_application_that_ended_gets_no_agreement(agreements: Agreements, ending: Any) -> None:
    application_id = new_id()
    agreements.hear(ending(application_id=application_id, customer_id=agreements.owner.subject))
    agreements.hear(agreements.approved(application_id))
    assert agreements.keys(application_id) == []
    with refusal(NotFound, "NOT_FOUND"):
        agreements.read(application_id)


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_ending_closes_what_is_not_signed(agreements: Agreements, ending: Any) -> None:
    open_one, signed = agreements.made(), agreements.made()
    code = agreements.start(open_one)
    agreements.confirm(signed, agreements.start(signed))
    for application_id in (open_one, signed):
        agreements.hear(ending(application_id=application_id, customer_id=agreements.owner.subject))
    assert agreements.read(open_one).status == Status.AGREEMENT_STATUS_CLOSED
    assert agreements.read(signed).status == Status.AGREEMENT_STATUS_SIGNED
    calls: list[Callable[[], Any]] = [
        lambda: agreements.start(open_one),
        lambda: agreements.confirm(open_one, code),
        lambda: agreements.upload(open_one),
        lambda: agreements.decide(open_one, approve=True),
        lambda: agreements.start(signed),
        lambda: agreements.upload(signed),
    ]
    for call in calls:
        with refusal(FailedPrecondition, "WRONG_STATUS"):
            call()


def test_what_no_font_has_is_refused_before_anything_is_stored(agreements: Agreements) -> None:
    application_id = new_id()
    agreements.parties.party_ = Party("Ada 𓀀", ())
    with refusal(FailedPrecondition, "TEXT_UNPRINTABLE"):
        agreements.hear(agreements.approved(application_id))
    assert not agreements.keys(application_id)
    agreements.parties.party_ = Party("Ада Лавлейс", ("Невский проспект 1",))
    agreements.hear(agreements.approved(application_id))
    shown = text_of(agreements.pdf(application_id))
    assert "Ада Лавлейс" in shown and "проспект 1" in shown


def test_documents_about_an_agreement_are_made_on_the_spot(agreements: Agreements) -> None:
    application_id = agreements.made()

    def shown(name: str) -> str:
        document = f"AGREEMENT_DOCUMENT_{name}"
        request = pb.GetPdfRequest(application_id=application_id, document=document)
        return text_of(b"".join(piece.file.data for piece in agreements.client().GetPdf(request)))

    assert "Repayment schedule" in shown("SCHEDULE") and "Information before the agreement" in shown("PRECONTRACT")
    with refusal(FailedPrecondition, "WRONG_STATUS"):
        shown("CERTIFICATE")
    ada, agreements.parties.party_ = agreements.parties.party_, Party("Ada 𓀀", ())
    with refusal(FailedPrecondition, "TEXT_UNPRINTABLE"):
        shown("SCHEDULE")
    # What was given is kept, whatever somebody is called since.
    assert "Information before the agreement" in shown("PRECONTRACT")
    agreements.parties.party_ = ada
    agreements.confirm(application_id, agreements.start(application_id))
    assert "one-time code sent to the signer" in shown("CERTIFICATE")


def test_the_signed_file_carries_what_was_signed(agreements: Agreements) -> None:
    application_id = agreements.made()
    before = agreements.pdf(application_id)
    agreements.confirm(application_id, agreements.start(application_id))
    assert PdfReader(BytesIO(agreements.pdf(application_id))).attachments[ORIGINAL] == [before]


def test_a_signature_by_one_time_code(agreements: Agreements) -> None:
    application_id = agreements.made()
    unsigned = agreements.read(application_id)
    request = pb.StartSigningRequest(application_id=application_id)
    signing = agreements.client().StartSigning(request).signing
    assert (signing.sent_to, signing.attempts_left) == ("a•••@example.org", 5)
    assert (signing.consent_version, signing.consent_text) == consent("en")
    assert signing.document_sha256 == hashlib.sha256(agreements.pdf(application_id)).hexdigest()
    assert agreements.read(application_id).status == Status.AGREEMENT_STATUS_SIGNING
    shown = {"consent_version": signing.consent_version, "document_sha256": signing.document_sha256}
    signed = agreements.confirm(application_id, agreements.mail.codes[application_id][0], agreed=shown)
    assert signed.status == Status.AGREEMENT_STATUS_SIGNED
    assert signed.signature.method == agreement_pb2.SIGNING_METHOD_ONE_TIME_CODE
    assert (signed.signature.signed_by, signed.signature.confirmed_by) == (agreements.owner.subject, "")
    pdf = agreements.pdf(application_id)
    assert signed.signed_pdf_sha256 == hashlib.sha256(pdf).hexdigest() != unsigned.pdf_sha256
    page = PdfReader(BytesIO(pdf)).pages[-1].extract_text().replace("\n", "")
    assert "Ada Lovelace" in page and agreements.owner.subject in page and unsigned.pdf_sha256 in page
    _, event = agreements.traffic.published(events.AgreementGenerated, events.AgreementSigned)
    assert (event.terms, event.terms_hash) == (from_terms(TERMS), TERMS.hash())
    assert (event.pdf_sha256, event.decided_by) == (signed.signed_pdf_sha256, agreements.owner.subject)
    verified = agreements.verify(application_id)
    assert verified.intact and verified.recorded_sha256 == verified.actual_sha256 == signed.signed_pdf_sha256
    assert verified.signature == signed.signature


def test_the_code_is_kept_nowhere(agreements: Agreements) -> None:
    application_id = agreements.made()
    code = agreements.start(application_id)
    agreements.confirm(application_id, code)
    database = agreements.traffic.store.database
    kept = [str(row) for name in database.list_collection_names() for row in database[name].find()]
    assert not any(f"'{code}'" in row or f" {code} " in row for row in kept)
    rows = agreements.traffic.audit(application_id)
    assert [row["actor"] for row in rows[-2:]] == [f"customer:{agreements.owner.subject}"] * 2
    assert (rows[-1]["before"]["status"], rows[-1]["after"]["status"]) == ("SIGNING", "SIGNED")


def test_wrong_codes_are_counted_and_end_the_signing(agreements: Agreements) -> None:
    application_id = agreements.made()
    code = agreements.start(application_id)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    for left in ("4", "3", "2", "1"):
        with pytest.raises(InvalidArgument) as caught:
            agreements.confirm(application_id, wrong)
        assert (caught.value.reason, caught.value.metadata) == ("CODE_WRONG", {"attempts_left": left})
    with refusal(FailedPrecondition, "CODE_ATTEMPTS_EXHAUSTED"):
        agreements.confirm(application_id, wrong)
    assert agreements.read(application_id).status == Status.AGREEMENT_STATUS_GENERATED
    with refusal(FailedPrecondition, "WRONG_STATUS"):
        agreements.confirm(application_id, code)
    with refusal(InvalidArgument, "INVALID_FIELD"):
        agreements.confirm(application_id, "12a456")
    assert agreements.keys(application_id) == [key for key in agreements.keys(application_id) if "/agreement-" in key]


def test_a_thief_of_the_token_cannot_have_code_after_code_to_guess_at(agreements: Agreements) -> None:
    application_id = agreements.made()
    for _ in range(5):
        code = agreements.start(application_id)
    with refusal(ResourceExhausted, "RATE_LIMITED"):
        agreements.start(application_id)
    assert len(agreements.mail.codes[application_id]) == 5
    assert agreements.confirm(application_id, code).status == Status.AGREEMENT_STATUS_SIGNED


def test_guesses_at_the_same_moment_are_held_against_what_the_others_left(agreements: Agreements) -> None:
    application_id = agreements.made()
    code = agreements.start(application_id)
    app, wrong = agreements.app, f"{(int(code) + 1) % 10**6:06}"
    agreements.clock.advance(timedelta(seconds=1))

    def while_another_guesses(signing: Signing) -> bool:
        # A second thread has a transaction of its own.
        with ThreadPoolExecutor(1) as other, pytest.raises(InvalidArgument):
            other.submit(agreements.confirm, application_id, wrong).result()
        return app.codes.matches(signing, code)

    standing = app.read(application_id).made.to_show
    guess = agreements.owner.subject, Attempt(while_another_guesses, standing), agreements.clock.now()
    with context.background("agreement", "test"), pytest.raises(Aborted), app.begin() as uow:
        uow.agreements.change(application_id).try_code(*guess)
        uow.commit()
    assert agreements.confirm(application_id, code).status == Status.AGREEMENT_STATUS_SIGNED


def test_codes_expire_and_are_void_after_a_new_start(agreements: Agreements) -> None:
    application_id = agreements.made()
    first = agreements.start(application_id)
    agreements.clock.advance(timedelta(minutes=10))
    with refusal(FailedPrecondition, "CODE_EXPIRED"):
        agreements.confirm(application_id, first)
    second = agreements.start(application_id)
    if first != second:
        with refusal(InvalidArgument, "CODE_WRONG"):
            agreements.confirm(application_id, first)
    assert agreements.confirm(application_id, second).status == Status.AGREEMENT_STATUS_SIGNED


def test_a_code_that_cannot_be_sent_changes_nothing(agreements: Agreements) -> None:
    application_id, agreements.mail.away = agreements.made(), True
    with refusal(Unavailable, "DEPENDENCY_UNAVAILABLE"):
        agreements.start(application_id)
    assert agreements.read(application_id).status == Status.AGREEMENT_STATUS_GENERATED


def test_a_changed_or_lost_pdf_is_not_signed(agreements: Agreements) -> None:
    application_id = agreements.made()
    code, (key,) = agreements.start(application_id), agreements.keys(application_id)
    agreements.files.upload(key, [agreements.pdf(application_id) + b" "])
    with refusal(FailedPrecondition, "AGREEMENT_TAMPERED"):
        agreements.confirm(application_id, code)
    verified = agreements.verify(application_id)
    assert not verified.intact and verified.actual_sha256 not in ("", verified.recorded_sha256)
    with refusal(DataLoss, "FILE_CHANGED"):
        agreements.pdf(application_id)
    agreements.files.delete(key)
    with refusal(FailedPrecondition, "AGREEMENT_TAMPERED"):
        agreements.confirm(application_id, code)
    assert agreements.verify(application_id).actual_sha256 == ""
    with refusal(NotFound, "NOT_FOUND"):
        agreements.pdf(application_id)
    assert agreements.read(application_id).status == Status.AGREEMENT_STATUS_SIGNING


def test_a_pdf_that_is_gone_is_made_again(agreements: Agreements) -> None:
    application_id = agreements.made()
    kept = agreements.read(application_id)
    assert agreements.generate(application_id) == kept
    agreements.files.delete(agreements.keys(application_id)[0])
    again = agreements.generate(application_id)
    # Its seal is of another moment, and so is the file; the terms are the same.
    assert again.terms_hash == kept.terms_hash
    assert again.pdf_sha256 != kept.pdf_sha256
    assert agreements.verify(application_id).intact
    agreements.confirm(application_id, agreements.start(application_id))
    for key in agreements.keys(application_id):
        agreements.files.delete(key)
    with refusal(FailedPrecondition, "WRONG_STATUS"):
        agreements.generate(application_id)


def test_a_signature_that_cannot_be_recorded_leaves_no_file(
    agreements: Agreements, monkeypatch: pytest.MonkeyPatch
) -> None:
    application_id = agreements.made()
    code = agreements.start(application_id)

    def fail(*_: Any, **__: Any) -> None:
        raise Unavailable("the database is out of reach")

    monkeypatch.setattr("services.agreement.model.Agreement.sign", fail)
    with refusal(Unavailable, "DEPENDENCY_UNAVAILABLE"):
        agreements.confirm(application_id, code)
    assert len(agreements.keys(application_id)) == 1


def test_only_the_customer_signs_and_only_his_own(agreements: Agreements) -> None:
    application_id, stranger = agreements.made(), agreements.client(customer())
    named: dict[str, Any] = {"application_id": application_id}
    foreign: list[Callable[[], Any]] = [
        lambda: stranger.GetAgreement(pb.GetAgreementRequest(**named)),
        lambda: list(stranger.GetPdf(pb.GetPdfRequest(**named))),
        lambda: stranger.StartSigning(pb.StartSigningRequest(**named)),
        lambda: stranger.ConfirmSigning(pb.ConfirmSigningRequest(code="000000", **UNSHOWN, **named)),
        lambda: stranger.VerifyAgreement(pb.VerifyAgreementRequest(**named)),
        lambda: agreements.upload(application_id, by=customer()),
    ]
    for call in foreign:
        with refusal(PermissionDenied, "NOT_OWNER"):
            call()
    officer = agreements.client(agreements.officer)
    denied: list[Callable[[], Any]] = [
        lambda: officer.StartSigning(pb.StartSigningRequest(**named)),
        lambda: officer.Generate(pb.GenerateRequest(**named)),
        lambda: agreements.decide(application_id, approve=True, by=staff("MANAGER")),
        lambda: agreements.client().ConfirmUpload(pb.ConfirmUploadRequest(approve=True, **named)),
    ]
    for call in denied:
        with refusal(PermissionDenied, "ACCESS_DENIED"):
            call()
    with refusal(NotFound, "NOT_FOUND"):
        officer.GetAgreement(pb.GetAgreementRequest(application_id=new_id()))


def test_a_start_that_is_repeated_with_its_key_sends_one_code(agreements: Agreements) -> None:
    application_id, client = agreements.made(), agreements.client()
    request, key = pb.StartSigningRequest(application_id=application_id), (("idempotency-key", new_id()),)
    assert client.StartSigning(request, metadata=key) == client.StartSigning(request, metadata=key)
    (code,) = agreements.mail.codes[application_id]
    shown = {"consent_version": "consent-v1", "document_sha256": agreements.read(application_id).pdf_sha256}
    with refusal(FailedPrecondition, "IDEMPOTENCY_KEY_REUSED"):
        client.StartSigning(pb.StartSigningRequest(application_id=agreements.made()), metadata=key)
    assert agreements.confirm(application_id, code, agreed=shown).status == Status.AGREEMENT_STATUS_SIGNED
