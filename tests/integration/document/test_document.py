"""Documents over gRPC: upload, list, content, decisions, removal, and what each leaves behind."""

import contextlib
import hashlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from loanflow.application.v1 import application_events_pb2 as application
from loanflow.customer.v1 import customer_events_pb2 as customer_events
from loanflow.document.v1 import document_events_pb2 as events
from loanflow.document.v1 import document_pb2
from loanflow.document.v1 import document_service_pb2 as pb
from loanflow.types.v1.document_type_pb2 import DocumentType
from services.document import handlers
from services.runtime.errors import (
    Aborted,
    Error,
    FailedPrecondition,
    InvalidArgument,
    NotFound,
    PermissionDenied,
)
from services.runtime.ids import new_id
from tests.fakes.files import EICAR
from tests.fakes.multipart import PDF, PNG, holding
from tests.harness import customer, service, staff
from tests.integration.document.conftest import LIMIT, Documents

Status = document_pb2.DocumentStatus
OFFICER = staff("OFFICER")
UNREADABLE = document_pb2.DOCUMENT_REJECTION_REASON_UNREADABLE


def refusal(error: type[Error], reason: str) -> Any:
    return pytest.raises(error, check=lambda raised: raised.reason == reason)


def reject(documents: Documents, document_id: str) -> Any:
    request = pb.RejectDocumentRequest(document_id=document_id, rejection_reason=UNREADABLE, reason="blurred")
    return documents.client(OFFICER).RejectDocument(request).document


def validate(documents: Documents, document_id: str) -> Any:
    return documents.client(OFFICER).ValidateDocument(pb.ValidateDocumentRequest(document_id=document_id)).document


def content(documents: Documents, document_id: str) -> tuple[str, bytes]:
    pieces = list(documents.client(OFFICER).GetContent(pb.GetContentRequest(document_id=document_id)))
    return pieces[0].file.content_type, b"".join(piece.file.data for piece in pieces)


def test_an_upload_is_stored_recorded_and_published(documents: Documents) -> None:
    application_id = documents.draft()
    data = holding(b"x" * (LIMIT - 2_000))
    document = documents.upload(application_id, "DOCUMENT_TYPE_IDENTITY", data, file_name="C:\\me\\passport.pdf")
    assert (document.status, document.version, document.type) == (
        Status.DOCUMENT_STATUS_UPLOADED, 1, DocumentType.DOCUMENT_TYPE_IDENTITY
    )  # fmt: skip
    assert (document.file_name, document.content_type) == ("passport.pdf", "application/pdf")
    assert (document.size_bytes, document.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert (document.uploaded_by, document.scanned) == (documents.owner.subject, True)
    assert content(documents, document.document_id) == ("application/pdf", data)
    (uploaded,) = documents.traffic.published(events.DocumentUploaded)
    assert (uploaded.application_id, uploaded.customer_id) == (application_id, documents.owner.subject)
    assert (uploaded.document_version, uploaded.sha256) == (1, document.sha256)
    assert "passport" not in str(uploaded)
    (row,) = documents.traffic.audit(document.document_id)
    assert (row["actor"], row["before"], row["version"]) == (f"customer:{documents.owner.subject}", None, 1)


def test_a_document_has_its_content_by_a_call_of_its_own(documents: Documents) -> None:
    document = documents.upload(documents.draft(), content=PNG, file_name="a.png")
    answer = documents.client().GetDocument(pb.GetDocumentRequest(document_id=document.document_id))
    assert answer.document == document
    assert content(documents, document.document_id) == ("image/png", PNG)


def test_a_new_upload_of_a_type_is_its_next_version(documents: Documents) -> None:
    application_id = documents.draft()
    kinds = ["IDENTITY", "IDENTITY", "PROOF_OF_INCOME", "IDENTITY"]
    uploaded = []
    for kind in kinds:
        documents.clock.advance(timedelta(seconds=1))
        uploaded.append(documents.upload(application_id, kind))
    assert [document.version for document in uploaded] == [1, 2, 1, 3]
    client, listed, token = documents.client(), [], ""
    while True:
        page = client.ListDocuments(
            pb.ListDocumentsRequest(application_id=application_id, page_size=3, page_token=token)
        )
        listed += page.documents
        token = page.next_page_token
        if not token:
            break
    assert [each.document_id for each in listed] == [each.document_id for each in reversed(uploaded)]
    with refusal(InvalidArgument, "INVALID_PAGE_TOKEN"):
        client.ListDocuments(pb.ListDocumentsRequest(application_id=documents.draft(), page_token="nonsense"))


@pytest.mark.parametrize(
    "kind, data, file, reason",
    [
        ("IDENTITY", b"", {}, "FILE_EMPTY"),
        ("IDENTITY", b"MZ\x90\x00" + b"x" * 90, {}, "FILE_TYPE_REFUSED"),
        ("IDENTITY", PNG, {"content_type": "application/pdf"}, "FILE_TYPE_REFUSED"),
        ("IDENTITY", holding(b"x" * LIMIT), {}, "FILE_TOO_LARGE"),
        ("IDENTITY", holding(EICAR), {}, "FILE_INFECTED"),
        ("PASSPORT", PDF, {}, "INVALID_FIELD"),
    ],
)
def test_a_refused_file_leaves_nothing(
    documents: Documents, kind: str, data: bytes, file: dict[str, Any], reason: str
) -> None:
    application_id = documents.draft()
    with refusal(InvalidArgument, reason):
        documents.upload(application_id, kind, data, **file)
    assert documents.stored() == []
    assert documents.traffic.published() == []


def test_uploads_that_are_no_multipart_or_name_no_application(documents: Documents) -> None:
    with refusal(InvalidArgument, "UPLOAD_MALFORMED"):
        documents.upload(documents.draft(), body_type="text/plain")
    with refusal(InvalidArgument, "UPLOAD_MALFORMED"):
        documents.client().UploadDocument(iter(()))
    with refusal(InvalidArgument, "INVALID_FIELD"):
        documents.upload("no-uuid")
    with refusal(NotFound, "NOT_FOUND"):
        documents.upload(new_id())


def test_only_the_owner_of_an_application_uploads_and_sees(documents: Documents) -> None:
    application_id, stranger = documents.draft(), customer()
    document_id = documents.upload(application_id).document_id
    other = documents.client(stranger)
    with refusal(PermissionDenied, "NOT_OWNER"):
        documents.upload(application_id, by=stranger)
    with refusal(PermissionDenied, "ACCESS_DENIED"):
        documents.upload(application_id, by=OFFICER)
    calls: list[Callable[[], Any]] = [
        lambda: other.ListDocuments(pb.ListDocumentsRequest(application_id=application_id)),
        lambda: other.GetDocument(pb.GetDocumentRequest(document_id=document_id)),
        lambda: list(other.GetContent(pb.GetContentRequest(document_id=document_id))),
        lambda: other.DeleteDocument(pb.DeleteDocumentRequest(document_id=document_id)),
        lambda: other.GetChecklist(pb.GetChecklistRequest(application_id=application_id)),
    ]
    for call in calls:
        with refusal(PermissionDenied, "NOT_OWNER"):
            call()
    denys: list[Callable[[], Any]] = [
        lambda: documents.client().ValidateDocument(pb.ValidateDocumentRequest(document_id=document_id)),
        lambda: documents.client(staff("MANAGER")).ValidateDocument(
            pb.ValidateDocumentRequest(document_id=document_id)
        ),
        lambda: documents.client(service("application")).GetChecklist(
            pb.GetChecklistRequest(application_id=application_id)
        ),
    ]
    for deny in denys:
        with refusal(PermissionDenied, "ACCESS_DENIED"):
            deny()
    assert len(documents.stored()) == 1


def test_an_upload_whose_record_fails_leaves_no_file(documents: Documents, monkeypatch: pytest.MonkeyPatch) -> None:
    application_id, tried = documents.draft(), []

    def fail(*_: Any, **__: Any) -> None:
        tried.append(1)
        raise Aborted("two changes met")

    monkeypatch.setattr("services.document.store.UnitOfWork.commit", fail)
    monkeypatch.setattr("time.sleep", lambda _: None)
    with refusal(Aborted, "CONFLICT"):
        documents.upload(application_id)
    assert (len(tried), documents.stored()) == (8, [])


def test_an_application_that_is_not_known_yet_is_waited_for(
    documents: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    application_id, began = new_id(), time.monotonic()
    monkeypatch.setattr(handlers, "PATIENCE", 60.0)
    event = application.ApplicationCreated(
        application_id=application_id, customer_id=documents.owner.subject, facility_type="PERSONAL"
    )
    with ThreadPoolExecutor(1) as pool:
        uploading = pool.submit(documents.upload, application_id)
        time.sleep(0.2)
        documents.hear(event)
        assert uploading.result().version == 1
    assert time.monotonic() - began < handlers.PATIENCE


def test_an_application_that_is_never_known_is_waited_for_a_moment(documents: Documents) -> None:
    with refusal(NotFound, "NOT_FOUND"):
        documents.client(OFFICER).GetChecklist(pb.GetChecklistRequest(application_id=new_id()))
    began = time.monotonic()
    with refusal(NotFound, "NOT_FOUND"):
        documents.upload(new_id())
    assert time.monotonic() - began > handlers.PATIENCE


def test_uploads_that_meet_get_versions_of_their_own(documents: Documents) -> None:
    application_id = documents.draft()
    documents.client()
    # Files of one person are read one after another, and each upload has a deadline.
    with ThreadPoolExecutor(3) as pool:
        uploaded = list(pool.map(lambda _: documents.upload(application_id), range(12)))
    assert sorted(each.version for each in uploaded) == list(range(1, 13))
    assert len(documents.stored()) == 12


def test_an_officer_decides_once(documents: Documents) -> None:
    application_id = documents.draft()
    good, bad = documents.upload(application_id), documents.upload(application_id, "QUOTE")
    assert validate(documents, good.document_id).status == Status.DOCUMENT_STATUS_VALIDATED
    rejected = reject(documents, bad.document_id)
    assert (rejected.status, rejected.rejection_reason) == (Status.DOCUMENT_STATUS_REJECTED, UNREADABLE)
    assert (rejected.decided_by, rejected.reason) == (OFFICER.subject, "blurred")
    *_, told_good, told_bad = documents.traffic.published(
        events.DocumentUploaded, events.DocumentValidated, events.DocumentRejected
    )
    assert (told_good.document_id, told_good.decided_by) == (good.document_id, OFFICER.subject)
    assert (told_bad.document_id, told_bad.rejection_reason) == (bad.document_id, UNREADABLE)
    assert "blurred" not in str(told_bad)
    assert {each.reason for each in documents.client().ListDocuments(pb.ListDocumentsRequest(
        application_id=application_id)).documents} == {""}  # fmt: skip
    assert [row["why"] for row in documents.traffic.audit(bad.document_id)] == ["", "blurred"]
    for document_id in (good.document_id, bad.document_id):
        with refusal(FailedPrecondition, "WRONG_STATUS"):
            validate(documents, document_id)
        with refusal(FailedPrecondition, "WRONG_STATUS"):
            reject(documents, document_id)
    with refusal(NotFound, "NOT_FOUND"):
        validate(documents, new_id())


def test_the_checklist_says_what_is_missing(documents: Documents) -> None:
    application_id = documents.draft()
    asks = pb.GetChecklistRequest(application_id=application_id)
    client = documents.client(service("kyc"))
    needed = [DocumentType.DOCUMENT_TYPE_IDENTITY, DocumentType.DOCUMENT_TYPE_PROOF_OF_INCOME]
    empty = client.GetChecklist(asks).checklist
    assert (list(empty.missing), empty.complete, empty.facility_type) == (needed, False, "PERSONAL")
    first = documents.upload(application_id)
    documents.upload(application_id, "PROOF_OF_INCOME")
    documents.upload(application_id, "OTHER")
    full = client.GetChecklist(asks).checklist
    assert (list(full.missing), full.complete) == ([], True)
    assert [item.type for item in full.items] == needed and full.items[0].document_id == first.document_id
    reject(documents, first.document_id)
    assert list(client.GetChecklist(asks).checklist.missing) == needed[:1]
    documents.upload(application_id)
    assert client.GetChecklist(asks).checklist.complete


def test_a_document_of_a_draft_can_be_removed(documents: Documents) -> None:
    application_id = documents.draft()
    gone, stays, late = (documents.upload(application_id, kind).document_id for kind in ("QUOTE", "OTHER", "IDENTITY"))
    validate(documents, stays)
    client = documents.client()
    deleted = client.DeleteDocument(pb.DeleteDocumentRequest(document_id=gone)).document
    assert deleted.status == Status.DOCUMENT_STATUS_DELETED
    assert f"{application_id}/{gone}" not in documents.stored()
    calls: list[Callable[[], Any]] = [
        lambda: client.GetDocument(pb.GetDocumentRequest(document_id=gone)),
        lambda: list(client.GetContent(pb.GetContentRequest(document_id=gone))),
        lambda: client.DeleteDocument(pb.DeleteDocumentRequest(document_id=gone)),
    ]
    for call in calls:
        with refusal(NotFound, "NOT_FOUND"):
            call()
    with refusal(FailedPrecondition, "WRONG_STATUS"):
        client.DeleteDocument(pb.DeleteDocumentRequest(document_id=stays))
    documents.submit(application_id)
    with refusal(FailedPrecondition, "WRONG_STATUS"):
        client.DeleteDocument(pb.DeleteDocumentRequest(document_id=late))
    assert len(documents.stored()) == 2


def test_a_document_that_is_accepted_while_it_is_removed_keeps_its_content(
    documents: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    document_id = documents.upload(documents.draft()).document_id
    delete = documents.files.delete

    def meanwhile(key: str) -> None:
        with contextlib.suppress(Aborted), ThreadPoolExecutor(1) as officer:
            officer.submit(validate, documents, document_id).result()
        delete(key)

    monkeypatch.setattr(documents.files, "delete", meanwhile)
    with contextlib.suppress(FailedPrecondition):
        documents.client().DeleteDocument(pb.DeleteDocumentRequest(document_id=document_id))
    row = documents.traffic.store.database.documents.find_one({"_id": document_id})
    assert row is not None and (row["status"] == "DELETED") is (documents.stored() == [])


@pytest.mark.parametrize(
    "ending", [application.ApplicationWithdrawn, application.ApplicationRejected, application.ApplicationClosed]
)
def test_an_application_that_ended_is_frozen(documents: Documents, ending: Any) -> None:
    application_id = documents.draft()
    document_id = documents.upload(application_id).document_id
    documents.submit(application_id)
    documents.upload(application_id, "OTHER")
    documents.hear(ending(application_id=application_id, customer_id=documents.owner.subject))
    calls: list[Callable[[], Any]] = [
        lambda: documents.upload(application_id),
        lambda: validate(documents, document_id),
        lambda: reject(documents, document_id),
        lambda: documents.client().DeleteDocument(pb.DeleteDocumentRequest(document_id=document_id)),
    ]
    for call in calls:
        with refusal(FailedPrecondition, "WRONG_STATUS"):
            call()
    assert content(documents, document_id)[1] == PDF


def test_an_erased_customer_leaves_no_file_and_no_text(documents: Documents) -> None:
    application_id = documents.draft()
    document_id = documents.upload(application_id, file_name="ada-lovelace.pdf").document_id
    reject(documents, document_id)
    documents.hear(customer_events.CustomerErased(customer_id=documents.owner.subject))
    assert documents.stored() == []
    rows = documents.traffic.store.database.documents.find({"application_id": application_id})
    assert not any("lovelace" in str(row) or "blurred" in str(row) for row in rows)
    assert "lovelace" not in str(documents.traffic.audit(document_id))
    with refusal(NotFound, "NOT_FOUND"):
        documents.client(OFFICER).GetDocument(pb.GetDocumentRequest(document_id=document_id))
