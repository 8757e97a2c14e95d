"""Copies signed by hand: uploaded by the customer, decided on by somebody who decided nothing before."""

import hashlib
from typing import Any

import pytest

from loanflow.agreement.v1 import agreement_events_pb2 as events
from loanflow.agreement.v1 import agreement_pb2
from loanflow.agreement.v1 import agreement_service_pb2 as pb
from loanflow.approval.v1 import approval_events_pb2 as approval
from loanflow.customer.v1 import customer_events_pb2 as customer_events
from loanflow.kyc.v1 import kyc_events_pb2 as kyc
from loanflow.risk.v1 import risk_events_pb2 as risk
from services.agreement import documents
from services.agreement.contract import StoredFile
from services.agreement.documents import Documents
from services.agreement.verify import NOTHING, Report
from services.runtime.errors import DataLoss, Error, FailedPrecondition, InvalidArgument, NotFound, PermissionDenied
from services.runtime.ids import new_id
from tests.fakes.clock import NOON
from tests.fakes.files import EICAR
from tests.fakes.multipart import PDF, PNG, holding, messages
from tests.harness import customer, staff
from tests.integration.agreement.conftest import LIMIT, Agreements

Status = agreement_pb2.AgreementStatus


def refusal(error: type[Error], reason: str) -> Any:
    return pytest.raises(error, check=lambda raised: raised.reason == reason)


def test_the_files_of_what_an_erased_customer_never_signed_are_gone(agreements: Agreements) -> None:
    unsigned, uploaded, signed = (agreements.made() for _ in range(3))
    agreements.upload(uploaded)
    agreements.confirm(signed, agreements.start(signed))
    erased, agreements.owner = agreements.owner, customer()
    foreign = agreements.made()
    for _ in range(2):
        agreements.hear(customer_events.CustomerErased(customer_id=erased.subject, erase_time=NOON))
    assert [len(agreements.keys(each)) for each in (unsigned, uploaded, signed, foreign)] == [0, 0, 2, 1]
    agreements.owner = erased
    assert agreements.verify(signed).intact
    for ended in (unsigned, uploaded):
        assert agreements.read(ended).status == Status.AGREEMENT_STATUS_CLOSED
        with pytest.raises(NotFound):
            agreements.pdf(ended)


def test_a_copy_is_uploaded_and_confirmed(agreements: Agreements) -> None:
    application_id = agreements.made()
    made = agreements.pdf(application_id)
    uploaded = agreements.upload(application_id, holding(b"signed"))
    digest = hashlib.sha256(holding(b"signed")).hexdigest()
    assert uploaded.status == Status.AGREEMENT_STATUS_UPLOADED
    assert (uploaded.signed_copy.sha256, uploaded.signed_copy.size_bytes) == (digest, len(holding(b"signed")))
    assert agreements.pdf(application_id, signed_copy=True) == holding(b"signed")
    signed = agreements.decide(application_id, approve=True, comment="both pages signed")
    assert (signed.status, signed.signed_pdf_sha256) == (Status.AGREEMENT_STATUS_SIGNED, digest)
    assert signed.signature.method == agreement_pb2.SIGNING_METHOD_MANUAL
    assert (signed.signature.signed_by, signed.signature.confirmed_by) == (
        agreements.owner.subject, agreements.officer.subject
    )  # fmt: skip
    assert agreements.pdf(application_id) == made
    assert agreements.verify(application_id).actual_sha256 == digest
    _, said, event = agreements.traffic.published(
        events.AgreementGenerated, events.AgreementUploaded, events.AgreementSigned
    )
    assert (said.sha256, said.uploaded_by) == (digest, agreements.owner.subject)
    assert (event.pdf_sha256, event.decided_by) == (digest, agreements.officer.subject)
    assert agreements.traffic.audit(application_id)[-1]["why"] == "both pages signed"


def test_a_copy_is_a_customers_file_that_nobody_reads_for_seals(
    agreements: Agreements, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader of signatures takes time by the square of their number, which whoever made the file chose."""
    read: list[bytes] = []

    def checked(content: bytes, _certificates: Any) -> Report:
        read.append(content)
        return NOTHING

    monkeypatch.setattr(documents, "checked", checked)
    application_id = agreements.made()
    agreements.upload(application_id)
    assert agreements.verify(application_id).intact and len(read) == 1
    agreements.decide(application_id, approve=True)
    assert agreements.verify(application_id).intact and len(read) == 1


def test_a_rejected_copy_is_removed_and_another_may_come(agreements: Agreements) -> None:
    application_id = agreements.made()
    agreements.upload(application_id)
    with refusal(FailedPrecondition, "WRONG_STATUS"):
        agreements.upload(application_id)
    with refusal(FailedPrecondition, "WRONG_STATUS"):
        agreements.start(application_id)
    with refusal(InvalidArgument, "INVALID_FIELD"):
        agreements.decide(application_id, approve=False, comment=" ")
    with refusal(InvalidArgument, "INVALID_FIELD"):
        agreements.client(agreements.officer).ConfirmUpload(pb.ConfirmUploadRequest(application_id=application_id))
    rejected = agreements.decide(application_id, approve=False, comment="a page is missing")
    assert rejected.status == Status.AGREEMENT_STATUS_GENERATED and not rejected.HasField("signed_copy")
    assert [key for key in agreements.keys(application_id) if "/copy-" in key] == []
    with refusal(NotFound, "NOT_FOUND"):
        agreements.pdf(application_id, signed_copy=True)
    with refusal(FailedPrecondition, "WRONG_STATUS"):
        agreements.decide(application_id, approve=True)
    agreements.upload(application_id)
    with refusal(PermissionDenied, "MAKER_CHECKER"):
        agreements.decide(application_id, approve=True)
    assert agreements.decide(application_id, approve=True, by=staff("OFFICER")).status == Status.AGREEMENT_STATUS_SIGNED


def test_a_copy_that_was_replaced_is_not_decided_on_unseen(agreements: Agreements) -> None:
    application_id = agreements.made()
    seen = agreements.upload(application_id, holding(b"first")).signed_copy.sha256
    agreements.decide(application_id, approve=False, comment="a page is missing", by=staff("OFFICER"))
    waiting = agreements.upload(application_id, holding(b"second"))
    for approve in (True, False):
        with refusal(FailedPrecondition, "WRONG_STATUS") as refused:
            agreements.decide(application_id, approve=approve, comment="looked at the first", sha256=seen)
        assert refused.value.metadata == {"sha256": waiting.signed_copy.sha256}
    for malformed in (seen[1:], seen.upper(), f"{seen}0"):
        with refusal(InvalidArgument, "INVALID_FIELD"):
            agreements.decide(application_id, approve=True, sha256=malformed)
    assert agreements.read(application_id) == waiting
    assert agreements.pdf(application_id, signed_copy=True) == holding(b"second")
    signed = agreements.decide(application_id, approve=True, sha256=waiting.signed_copy.sha256)
    assert signed.signed_pdf_sha256 == waiting.signed_copy.sha256


def test_a_copy_that_comes_while_another_is_checked_is_not_signed(
    agreements: Agreements, monkeypatch: pytest.MonkeyPatch
) -> None:
    application_id = agreements.made()
    agreements.upload(application_id, holding(b"first"))
    check = Documents.check

    def replaced(documents: Documents, *files: StoredFile) -> None:
        check(documents, *files)
        agreements.decide(application_id, approve=False, comment="a page is missing", by=staff("OFFICER"))
        agreements.upload(application_id, holding(b"second"))

    monkeypatch.setattr(Documents, "check", replaced)
    with refusal(FailedPrecondition, "WRONG_STATUS"):
        agreements.decide(application_id, approve=True)
    assert agreements.read(application_id).status == Status.AGREEMENT_STATUS_UPLOADED


def test_no_one_confirms_who_decided_before(agreements: Agreements) -> None:
    application_id = new_id()
    verifier, manager, risk_manager, internal, management = (new_id() for _ in range(5))
    named: dict[str, Any] = {"application_id": application_id, "customer_id": agreements.owner.subject}
    agreements.hear(kyc.KycApproved(verified_by=verifier, decided_by=manager, **named))
    agreements.hear(risk.RiskApprovedForDiscussion(decided_by=risk_manager, **named))
    agreements.hear(approval.ApprovalInternalPassed(decided_by=internal, **named))
    with refusal(NotFound, "NOT_FOUND"):
        agreements.read(application_id)
    agreements.hear(agreements.approved(application_id))
    # What is late counts as well.
    agreements.hear(approval.ApprovalManagementPassed(decided_by=management, **named))
    agreements.upload(application_id)
    for account in (verifier, manager, risk_manager, internal, management, agreements.head):
        with refusal(PermissionDenied, "MAKER_CHECKER"):
            agreements.decide(application_id, approve=True, by=staff("OFFICER", account_id=account))
    assert agreements.decide(application_id, approve=True).status == Status.AGREEMENT_STATUS_SIGNED


def test_a_changed_copy_is_not_confirmed(agreements: Agreements) -> None:
    application_id = agreements.made()
    agreements.upload(application_id)
    (key,) = (key for key in agreements.keys(application_id) if "/copy-" in key)
    agreements.files.upload(key, [PDF + b"another page"])
    with refusal(FailedPrecondition, "AGREEMENT_TAMPERED"):
        agreements.decide(application_id, approve=True)
    assert not agreements.verify(application_id).intact
    with refusal(DataLoss, "FILE_CHANGED"):
        agreements.pdf(application_id, signed_copy=True)


@pytest.mark.parametrize(
    "content, reason",
    [
        (b"", "FILE_EMPTY"),
        (PNG, "FILE_TYPE_REFUSED"),
        (holding(b"x" * LIMIT), "FILE_TOO_LARGE"),
        (holding(EICAR), "FILE_INFECTED"),
    ],
)
def test_a_refused_copy_leaves_nothing(agreements: Agreements, content: bytes, reason: str) -> None:
    application_id = agreements.made()
    with refusal(InvalidArgument, reason):
        agreements.upload(application_id, content)
    assert len(agreements.keys(application_id)) == 1
    assert agreements.read(application_id).status == Status.AGREEMENT_STATUS_GENERATED


def test_a_body_that_is_no_multipart_is_refused(agreements: Agreements) -> None:
    application_id = agreements.made()
    stream = messages(pb.UploadSignedRequest, PDF, content_type="application/pdf", application_id=application_id)
    with refusal(InvalidArgument, "UPLOAD_MALFORMED"):
        agreements.client().UploadSigned(stream)
    with refusal(InvalidArgument, "INVALID_FIELD"):
        agreements.client().UploadSigned(iter(()))
