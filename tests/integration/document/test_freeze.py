"""Handing an application in against its documents, and a decision against them: what is checked is what stays."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from loanflow.document.v1 import checklist_pb2
from loanflow.document.v1 import document_events_pb2 as events
from loanflow.document.v1 import document_service_pb2 as pb
from loanflow.types.v1.document_type_pb2 import DocumentType
from services.runtime.errors import Aborted, Error, FailedPrecondition, PermissionDenied
from services.runtime.ids import new_id
from tests.fakes.multipart import holding
from tests.harness import service, staff
from tests.integration.document.conftest import Documents

APPLICATION, KYC, OFFICER = service("application"), service("kyc"), staff("OFFICER")
REQUIRED = ("IDENTITY", "PROOF_OF_INCOME")


def full_draft(documents: Documents) -> tuple[str, list[str]]:
    """A draft with all that it needs; its id and those of its documents."""
    application_id = documents.draft()
    return application_id, [documents.upload(application_id, kind).document_id for kind in REQUIRED]


def freeze(documents: Documents, application_id: str, freeze_id: str = "") -> str:
    """Freezes as a submission does; the freeze's id."""
    request = pb.FreezeDocumentsRequest(application_id=application_id, freeze_id=freeze_id or new_id())
    documents.client(APPLICATION).FreezeDocuments(request)
    return request.freeze_id


def release(documents: Documents, application_id: str, freeze_id: str) -> None:
    request = pb.ReleaseDocumentsRequest(application_id=application_id, freeze_id=freeze_id)
    documents.client(APPLICATION).ReleaseDocuments(request)


def remove(documents: Documents, document_id: str) -> Any:
    return documents.client().DeleteDocument(pb.DeleteDocumentRequest(document_id=document_id))


def checklist(documents: Documents, application_id: str) -> checklist_pb2.Checklist:
    asked = pb.GetChecklistRequest(application_id=application_id)
    found: checklist_pb2.Checklist = documents.client(KYC).GetChecklist(asked).checklist
    return found


def pins(documents: Documents, application_id: str) -> list[checklist_pb2.PinnedDocument]:
    """The documents as somebody sees them now."""
    return [
        checklist_pb2.PinnedDocument(
            type=item.type, document_id=item.document_id, version=item.version, sha256=item.sha256
        )
        for item in checklist(documents, application_id).items
    ]


def pin(documents: Documents, application_id: str, seen: list[checklist_pb2.PinnedDocument]) -> Any:
    return documents.client(KYC).PinDocuments(pb.PinDocumentsRequest(application_id=application_id, documents=seen))


def accept(documents: Documents, *document_ids: str) -> None:
    for document_id in document_ids:
        documents.client(OFFICER).ValidateDocument(pb.ValidateDocumentRequest(document_id=document_id))


def refusal(call: Callable[[], Any]) -> tuple[str, dict[str, str]]:
    with pytest.raises(Error) as caught:
        call()
    return caught.value.reason, caught.value.metadata


def test_what_is_being_handed_in_is_not_removed(documents: Documents) -> None:
    application_id, (document_id, _) = full_draft(documents)
    first, second = freeze(documents, application_id), freeze(documents, application_id)
    for done in (first, second):
        assert refusal(lambda: remove(documents, document_id))[0] == "WRONG_STATUS"
        release(documents, application_id, done)
    remove(documents, document_id)
    assert refusal(lambda: freeze(documents, application_id)) == ("DOCUMENTS_MISSING", {"missing": "IDENTITY"})


def test_a_submission_settles_the_freeze(documents: Documents) -> None:
    application_id, (document_id, _) = full_draft(documents)
    frozen = freeze(documents, application_id)
    documents.submit(application_id)
    release(documents, application_id, frozen)
    assert refusal(lambda: remove(documents, document_id))[0] == "WRONG_STATUS"


def test_a_decision_says_whether_the_application_was_handed_in_by_then(documents: Documents) -> None:
    """The events of document and application come on two topics: a sender has to know which came first."""
    application_id, (first, second) = full_draft(documents)
    accept(documents, first)
    freeze(documents, application_id)
    why = "DOCUMENT_REJECTION_REASON_UNREADABLE"
    rejection = pb.RejectDocumentRequest(document_id=second, rejection_reason=why, reason="blurred")
    documents.client(OFFICER).RejectDocument(rejection)
    *_, accepted, rejected = documents.traffic.published(
        events.DocumentUploaded, events.DocumentValidated, events.DocumentRejected
    )
    assert (accepted.handed_in, rejected.handed_in) == (False, True)


@pytest.mark.parametrize("_", range(8))
def test_of_a_removal_and_a_submission_at_once_one_is_refused(documents: Documents, _: int) -> None:
    application_id, (document_id, _other) = full_draft(documents)
    documents.client(APPLICATION), documents.client()

    def tried(call: Callable[[], Any]) -> bool:
        try:
            call()
        except (FailedPrecondition, Aborted):
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        removed = pool.submit(tried, lambda: remove(documents, document_id))
        frozen = pool.submit(tried, lambda: freeze(documents, application_id))
    assert not (removed.result() and frozen.result())
    assert not frozen.result() or checklist(documents, application_id).complete


def test_only_accepted_documents_are_pinned_and_then_take_no_version(documents: Documents) -> None:
    application_id, document_ids = full_draft(documents)
    documents.submit(application_id)
    seen = pins(documents, application_id)
    lacking = "DOCUMENTS_NOT_ACCEPTED"
    assert refusal(lambda: pin(documents, application_id, seen)) == (lacking, {"lacking": ",".join(REQUIRED)})
    accept(documents, document_ids[0])
    assert refusal(lambda: pin(documents, application_id, seen)) == (lacking, {"lacking": REQUIRED[1]})
    accept(documents, document_ids[1])
    for _ in range(2):
        assert pin(documents, application_id, seen).checklist.accepted
    assert refusal(lambda: documents.upload(application_id, "IDENTITY"))[0] == "DOCUMENT_PINNED"
    documents.upload(application_id, "QUOTE")
    assert checklist(documents, application_id).items[0].document_id == document_ids[0]


def test_documents_that_changed_since_are_not_pinned(documents: Documents) -> None:
    application_id, document_ids = full_draft(documents)
    documents.submit(application_id)
    accept(documents, *document_ids)
    seen = pins(documents, application_id)
    other = documents.upload(application_id, "IDENTITY", holding(b"another")).document_id
    assert refusal(lambda: pin(documents, application_id, seen))[0] == "DOCUMENTS_NOT_ACCEPTED"
    accept(documents, other)
    changed = ("DOCUMENTS_CHANGED", {"changed": "IDENTITY"})
    assert refusal(lambda: pin(documents, application_id, seen)) == changed
    assert refusal(lambda: pin(documents, application_id, []))[1] == {"changed": ",".join(REQUIRED)}
    pin(documents, application_id, pins(documents, application_id))


def test_only_their_service_freezes_and_pins(documents: Documents) -> None:
    application_id, _ = full_draft(documents)
    named = {"application_id": application_id, "freeze_id": new_id()}
    for caller in (KYC, OFFICER, documents.owner):
        with pytest.raises(PermissionDenied):
            documents.client(caller).FreezeDocuments(pb.FreezeDocumentsRequest(**named))
        with pytest.raises(PermissionDenied):
            documents.client(caller).ReleaseDocuments(pb.ReleaseDocumentsRequest(**named))
    for caller in (APPLICATION, OFFICER, documents.owner):
        with pytest.raises(PermissionDenied):
            documents.client(caller).PinDocuments(pb.PinDocumentsRequest(application_id=application_id))


def test_a_document_that_no_scanner_saw_is_no_evidence(documents: Documents) -> None:
    application_id, document_ids = full_draft(documents)
    accept(documents, *document_ids)
    assert checklist(documents, application_id).accepted
    before = documents.traffic.store.database.documents
    before.update_one({"_id": document_ids[0]}, {"$set": {"content.scanned": False}})
    found = checklist(documents, application_id)
    assert [(item.scanned, item.accepted) for item in found.items] == [(False, False), (True, True)]
    assert found.items[0].type == DocumentType.DOCUMENT_TYPE_IDENTITY
