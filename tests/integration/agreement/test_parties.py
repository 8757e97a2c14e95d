"""An agreement of several over gRPC: who reads and signs it, and that it counts when all have signed."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from google.protobuf.message import Message

from loanflow.agreement.v1 import agreement_events_pb2 as events
from loanflow.agreement.v1 import agreement_pb2
from loanflow.agreement.v1 import agreement_service_pb2 as pb
from services.agreement import verify
from services.agreement.events import SignerRole
from services.agreement.ports import Party
from services.runtime.context import Caller
from services.runtime.errors import FailedPrecondition, PermissionDenied
from tests.fakes.readers import text_of
from tests.harness import customer, staff
from tests.integration.agreement.conftest import UNSHOWN, Agreements

SIGNED, GENERATED = agreement_pb2.AGREEMENT_STATUS_SIGNED, agreement_pb2.AGREEMENT_STATUS_GENERATED


class Several:
    """An agreement with a co-borrower and a guarantor."""

    def __init__(self, agreements: Agreements) -> None:
        self.agreements, self.co, self.guarantor = agreements, customer(), customer()
        parties = (self.co.subject, SignerRole.CO_BORROWER), (self.guarantor.subject, SignerRole.GUARANTOR)
        agreements.applications.parties = parties
        names = {self.co.subject: "Charles Babbage", self.guarantor.subject: "Mary Somerville"}
        agreements.parties.others = {each: Party(name, ("1 Dorset Street",)) for each, name in names.items()}
        self.application_id = agreements.made()

    @property
    def all(self) -> tuple[Caller, ...]:
        return self.agreements.owner, self.co, self.guarantor

    def client(self, caller: Caller) -> Any:
        return self.agreements.client(caller)

    def published(self, kind: type[Message]) -> list[Any]:
        made = self.agreements.traffic.published(
            events.AgreementGenerated, events.AgreementPartySigned, events.AgreementSigned
        )
        return [each for each in made if isinstance(each, kind)]

    def start(self, by: Caller) -> str:
        return self.agreements.start(self.application_id, by)

    def confirm(self, by: Caller, code: str) -> Any:
        return self.agreements.confirm(self.application_id, code, by)

    def sign(self, by: Caller) -> Any:
        return self.confirm(by, self.start(by))


@pytest.fixture
def several(agreements: Agreements) -> Several:
    return Several(agreements)


def test_it_counts_when_all_have_signed(several: Several) -> None:
    agreements, application_id = several.agreements, several.application_id
    first = several.sign(several.guarantor)
    assert [each.HasField("signature") for each in first.signers] == [False, False, True]
    assert (first.status, first.signed_pdf_sha256, first.HasField("signature")) == (GENERATED, "", False)
    several.sign(several.agreements.owner)
    assert several.published(events.AgreementSigned) == []
    last = several.sign(several.co)
    assert (last.status, last.signature.signed_by) == (SIGNED, agreements.owner.subject)
    (said,) = several.published(events.AgreementSigned)
    assert list(said.party_customer_ids) == [several.co.subject, several.guarantor.subject]
    partly = several.published(events.AgreementPartySigned)
    assert [(each.signer_customer_id, each.remaining_count) for each in partly] == [
        (several.guarantor.subject, 2), (agreements.owner.subject, 1),
    ]  # fmt: skip
    report = verify.checked(agreements.pdf(application_id))
    assert report.intact, report.faults
    assert [each["name"] for each in report.signatures] == ["Mary Somerville", "Ada Lovelace", "Charles Babbage"]
    found = agreements.verify(application_id)
    assert found.intact and [each.signature.signed_by for each in found.signers] == [
        each.subject for each in several.all
    ]
    # Of the files with some of the signatures none is left.
    assert len(agreements.keys(application_id)) == 2


def test_all_who_sign_read_it_and_nobody_else_does(several: Several) -> None:
    named: dict[str, Any] = {"application_id": several.application_id}
    for reader in (*several.all, staff("OFFICER")):
        client = several.client(reader)
        assert client.GetAgreement(pb.GetAgreementRequest(**named)).agreement.terms_hash
        assert client.VerifyAgreement(pb.VerifyAgreementRequest(**named)).verification.intact
        for document in ("AGREEMENT", "PRECONTRACT", "SCHEDULE"):
            request = pb.GetPdfRequest(document=f"AGREEMENT_DOCUMENT_{document}", **named)
            assert b"".join(each.file.data for each in client.GetPdf(request)).startswith(b"%PDF")
    client = several.client(customer())
    for call in (
        lambda: client.GetAgreement(pb.GetAgreementRequest(**named)),
        lambda: list(client.GetPdf(pb.GetPdfRequest(**named))),
        lambda: client.VerifyAgreement(pb.VerifyAgreementRequest(**named)),
        lambda: client.StartSigning(pb.StartSigningRequest(**named)),
        lambda: client.ConfirmSigning(pb.ConfirmSigningRequest(code="123456", **UNSHOWN, **named)),
    ):
        with pytest.raises(PermissionDenied, match="not yours"):
            call()


def test_the_code_of_one_signs_for_nobody_else(several: Several) -> None:
    code = several.start(several.guarantor)
    with pytest.raises(FailedPrecondition) as caught:
        several.confirm(several.agreements.owner, code)
    assert caught.value.reason == "WRONG_STATUS"
    several.start(several.agreements.owner)
    wrong = several.agreements.mail.codes[several.application_id][-1]
    if wrong != code:
        with pytest.raises(Exception, match="code is wrong"):
            several.confirm(several.guarantor, wrong)
    assert several.confirm(several.guarantor, code).signers[2].HasField("signature")


def test_a_party_of_another_name_does_not_sign(several: Several) -> None:
    several.agreements.parties.others[several.co.subject] = Party("Chuck Babbage", ("1 Dorset Street",))
    with pytest.raises(FailedPrecondition) as caught:
        several.start(several.co)
    assert caught.value.reason == "NAME_CHANGED"


def test_two_sign_at_the_same_moment(several: Several) -> None:
    several.sign(several.guarantor)
    two = several.agreements.owner, several.co
    codes = [several.start(each) for each in two]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(several.confirm, two, codes))
    read = several.agreements.read(several.application_id)
    assert read.status == SIGNED and all(each.HasField("signature") for each in read.signers)
    assert len(verify.checked(several.agreements.pdf(several.application_id)).signatures) == 3
    assert len(several.published(events.AgreementSigned)) == 1


@pytest.mark.parametrize("erased", ["nobody", "guarantor", "co"])
def test_a_certificate_names_all_also_who_is_erased_since(several: Several, erased: str) -> None:
    for each in several.all:
        several.sign(each)
    if erased != "nobody":
        several.agreements.parties.erased.add(getattr(several, erased).subject)
    request = pb.GetPdfRequest(
        application_id=several.application_id, document=agreement_pb2.AGREEMENT_DOCUMENT_CERTIFICATE
    )
    pdf = b"".join(each.file.data for each in several.client(several.agreements.owner).GetPdf(request))
    said = text_of(pdf)
    assert all(name in said for name in ("Ada Lovelace", "Charles Babbage", "Mary Somerville"))
