"""The gates of the document service, each with each of its facts false."""

from typing import Any

import pytest

from loanflow.application.v1 import application_events_pb2 as application
from loanflow.document.v1 import document_pb2
from loanflow.document.v1 import document_service_pb2 as pb
from services.document.gates import GATES
from services.gates import Fact, Gate
from tests.gates import Scenarios, facts, refused
from tests.harness import customer, staff
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
