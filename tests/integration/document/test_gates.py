"""The gates of the document service, each with each of its facts false."""

from typing import Any

import pytest

from loanflow.application.v1 import application_events_pb2 as application
from loanflow.document.v1 import checklist_pb2, document_pb2
from loanflow.document.v1 import document_service_pb2 as pb
from services.document.gates import GATES
from services.gates import Fact, Gate
from services.outsiders import OUTSIDER
from services.runtime.ids import new_id
from tests.gates import Scenarios, facts, refused
from tests.harness import customer, service, staff
from tests.integration.document.conftest import Documents

FALSE = Scenarios()
OFFICER = staff("OFFICER")
UNREADABLE = document_pb2.DOCUMENT_REJECTION_REASON_UNREADABLE


@pytest.mark.parametrize(("gate", "fact"), facts(GATES))
def test_a_fact_that_is_false_closes_the_gate(documents: Documents, gate: Gate, fact: Fact) -> None:
    assert refused(FALSE, gate, fact, documents) == fact.refusal


def accept(documents: Documents, document_id: str) -> Any:
    return documents.client(OFFICER).ValidateDocument(pb.ValidateDocumentRequest(document_id=document_id))


def reject(documents: Documents, document_id: str) -> Any:
    request = pb.RejectDocumentRequest(document_id=document_id, rejection_reason=UNREADABLE, reason="blurred")
    return documents.client(OFFICER).RejectDocument(request)


def remove(documents: Documents, document_id: str) -> Any:
    return documents.client().DeleteDocument(pb.DeleteDocumentRequest(document_id=document_id))


def ended(documents: Documents) -> tuple[str, str]:
    """An application that was withdrawn with a document in it; both ids."""
    application_id = documents.draft()
    document = documents.upload(application_id)
    documents.hear(application.ApplicationWithdrawn(application_id=application_id))
    return application_id, document.document_id


@FALSE.without("the application is the caller's", "upload a document")
def another_customers(documents: Documents) -> None:
    documents.upload(documents.draft(), by=customer())


@FALSE.without("the application has not ended", "upload a document")
def upload_after_the_end(documents: Documents) -> None:
    documents.upload(ended(documents)[0])


@FALSE.without(OUTSIDER, "accept a document")
def accept_as_the_guarantor(documents: Documents) -> None:
    accept(documents, guaranteed(documents))


@FALSE.without(OUTSIDER, "reject a document")
def reject_as_the_guarantor(documents: Documents) -> None:
    reject(documents, guaranteed(documents))


def guaranteed(documents: Documents) -> str:
    """A document of an application that was handed in with the officer as its guarantor; its id."""
    application_id = documents.draft()
    document = documents.upload(application_id)
    documents.submit(application_id, OFFICER.subject)
    return str(document.document_id)


@FALSE.without("the application has not ended", "accept a document")
def accept_after_the_end(documents: Documents) -> None:
    accept(documents, ended(documents)[1])


@FALSE.without("the application has not ended", "reject a document")
def reject_after_the_end(documents: Documents) -> None:
    reject(documents, ended(documents)[1])


@FALSE.without("no officer has accepted or rejected the document", "accept a document")
def accept_what_is_rejected(documents: Documents) -> None:
    document = documents.upload(documents.draft())
    reject(documents, document.document_id)
    accept(documents, document.document_id)


@FALSE.without("no officer has accepted or rejected the document", "reject a document")
def reject_what_is_accepted(documents: Documents) -> None:
    document = documents.upload(documents.draft())
    accept(documents, document.document_id)
    reject(documents, document.document_id)


@FALSE.without("the application is a draft", "remove a document")
def remove_after_the_submission(documents: Documents) -> None:
    application_id = documents.draft()
    document = documents.upload(application_id)
    documents.submit(application_id)
    remove(documents, document.document_id)


@FALSE.without("no officer has accepted the document", "remove a document")
def remove_what_is_accepted(documents: Documents) -> None:
    document = documents.upload(documents.draft())
    accept(documents, document.document_id)
    remove(documents, document.document_id)


def handed_in(documents: Documents) -> tuple[str, list[str]]:
    """An application that is submitted with all that it needs, accepted; its id and those of its documents."""
    application_id = documents.draft()
    document_ids = [documents.upload(application_id, kind).document_id for kind in ("IDENTITY", "PROOF_OF_INCOME")]
    documents.submit(application_id)
    for document_id in document_ids:
        accept(documents, document_id)
    return application_id, document_ids


def freeze(documents: Documents, application_id: str) -> None:
    request = pb.FreezeDocumentsRequest(application_id=application_id, freeze_id=new_id())
    documents.client(service("application")).FreezeDocuments(request)


def present(documents: Documents, application_id: str) -> list[checklist_pb2.PinnedDocument]:
    asked = pb.GetChecklistRequest(application_id=application_id)
    items = documents.client(service("kyc")).GetChecklist(asked).checklist.items
    names = ("type", "document_id", "version", "sha256")
    return [checklist_pb2.PinnedDocument(**{name: getattr(item, name) for name in names}) for item in items]


def pin(documents: Documents, application_id: str, seen: list[checklist_pb2.PinnedDocument]) -> None:
    request = pb.PinDocumentsRequest(application_id=application_id, documents=seen)
    documents.client(service("kyc")).PinDocuments(request)


@FALSE.without("KYC did not decide on the version that is there", "upload a document")
def upload_in_place_of_what_is_pinned(documents: Documents) -> None:
    application_id, _ = handed_in(documents)
    pin(documents, application_id, present(documents, application_id))
    documents.upload(application_id, "IDENTITY")


@FALSE.without("the application is not being handed in", "remove a document")
def remove_during_the_submission(documents: Documents) -> None:
    application_id = documents.draft()
    document = documents.upload(application_id)
    documents.upload(application_id, "PROOF_OF_INCOME")
    freeze(documents, application_id)
    remove(documents, document.document_id)


@FALSE.without("the application has not ended", "freeze the documents of a submission")
def freeze_after_the_end(documents: Documents) -> None:
    application_id, _ = handed_in(documents)
    documents.hear(application.ApplicationClosed(application_id=application_id))
    freeze(documents, application_id)


@FALSE.without("the application has not ended", "pin the documents of a decision")
def pin_after_the_end(documents: Documents) -> None:
    application_id, _ = handed_in(documents)
    documents.hear(application.ApplicationClosed(application_id=application_id))
    pin(documents, application_id, present(documents, application_id))


@FALSE.without("of every required type a document is there, and not rejected", "freeze the documents of a submission")
def freeze_without_a_document(documents: Documents) -> None:
    application_id = documents.draft()
    documents.upload(application_id, "IDENTITY")
    reject(documents, documents.upload(application_id, "PROOF_OF_INCOME").document_id)
    freeze(documents, application_id)


@FALSE.without(
    "the present document of every required type is accepted, and the virus scanner found nothing",
    "pin the documents of a decision",
)
def pin_what_is_rejected(documents: Documents) -> None:
    application_id, _ = handed_in(documents)
    reject(documents, documents.upload(application_id, "IDENTITY").document_id)
    pin(documents, application_id, present(documents, application_id))


@FALSE.without("the virus scanner found nothing in it", "accept a document")
def accept_what_waits_for_the_scanner(documents: Documents) -> None:
    documents.scanner.away = True
    accept(documents, documents.upload(documents.draft()).document_id)


@FALSE.without("the present documents are those that were verified", "pin the documents of a decision")
def pin_what_changed(documents: Documents) -> None:
    application_id, _ = handed_in(documents)
    seen = present(documents, application_id)
    accept(documents, documents.upload(application_id, "IDENTITY").document_id)
    pin(documents, application_id, seen)
