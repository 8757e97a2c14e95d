"""The document service as the risk service reaches it: itself, on a real server, with a real store."""

from collections.abc import Iterator
from datetime import date

import pytest

from loanflow.document.v1 import document_events_pb2 as events
from loanflow.document.v1 import document_service_pb2 as pb
from services.risk.peers import DocumentPeer
from services.runtime.calling import clients
from services.runtime.errors import FailedPrecondition, InvalidArgument, NotFound
from services.runtime.ids import new_id
from tests.factories.statements import employed
from tests.fakes.multipart import PDF
from tests.harness import Mesh, Servers, staff
from tests.integration.document.conftest import Documents, documents, files, scanner
from tests.integration.risk.conftest import Risk

__all__ = ["documents", "files", "scanner"]

STATEMENT = employed(date(2030, 3, 1)).xml()


@pytest.fixture
def peer(mesh: Mesh, client_for: Servers, documents: Documents) -> Iterator[DocumentPeer]:
    owners = {
        "application_id": documents.app.owner_of_application, "document_id": documents.app.owner_of_document,
    }  # fmt: skip
    store = documents.traffic.store
    served = client_for.serve(documents.servicer, owners=owners, store=store, name="document")
    with clients.channel("document", served.target, mesh.identity("risk")) as opened:
        yield DocumentPeer(opened)


def uploaded(documents: Documents, kind: str = "BANK_STATEMENT", content: bytes = STATEMENT) -> tuple[str, str]:
    """A document of a draft; the ids of both."""
    application_id = documents.draft()
    return application_id, documents.upload(application_id, kind, content, file_name="2030.xml").document_id


def accept(documents: Documents, document_id: str) -> None:
    documents.client(staff("OFFICER")).ValidateDocument(pb.ValidateDocumentRequest(document_id=document_id))


def test_a_statement_comes_as_it_was_uploaded(documents: Documents, peer: DocumentPeer) -> None:
    _, document_id = uploaded(documents)
    assert peer.content(document_id) == ("application/xml", STATEMENT)
    with pytest.raises(NotFound):
        peer.content(new_id())


def test_what_no_scanner_has_looked_at_does_not_come(documents: Documents, peer: DocumentPeer) -> None:
    documents.scanner.away = True
    _, document_id = uploaded(documents)
    with pytest.raises(FailedPrecondition) as refused:
        peer.content(document_id)
    assert refused.value.reason == "DOCUMENT_QUARANTINED"


def test_xml_is_taken_as_a_statement_alone_and_nothing_that_acts(documents: Documents) -> None:
    for kind, content, reason in (
        ("IDENTITY", STATEMENT, "FILE_TYPE_REFUSED"),
        ("BANK_STATEMENT", STATEMENT.replace(b"<Document", b"<!DOCTYPE a><Document", 1), "FILE_UNSAFE"),
        ("BANK_STATEMENT", STATEMENT[:-20], "FILE_TYPE_REFUSED"),
    ):
        with pytest.raises(InvalidArgument) as refused:
            uploaded(documents, kind, content)
        assert refused.value.reason == reason
    assert not documents.stored()


def test_only_an_accepted_document_of_the_application_shows_a_value(documents: Documents, peer: DocumentPeer) -> None:
    application_id, document_id = uploaded(documents, "COLLATERAL", PDF)
    for asked in ((application_id, document_id), (application_id, new_id())):
        with pytest.raises(FailedPrecondition) as refused:
            peer.accepted_evidence(*asked)
        assert refused.value.reason == "EVIDENCE_MISSING"
    accept(documents, document_id)
    found = peer.accepted_evidence(application_id, document_id)
    assert (found.document_id, len(found.sha256)) == (document_id, 64)
    with pytest.raises(FailedPrecondition):
        peer.accepted_evidence(new_id(), document_id)


def test_the_acceptance_of_a_statement_has_it_read(documents: Documents, peer: DocumentPeer, risk: Risk) -> None:
    application_id, document_id = uploaded(documents)
    accept(documents, document_id)
    kinds = events.DocumentUploaded, events.DocumentValidated
    for event in documents.traffic.published(*kinds):
        if isinstance(event, events.DocumentValidated):
            risk.hear(event)
    risk.papers = peer  # type: ignore[assignment]
    risk.read_statements()
    risk.submit(application_id=application_id, customer_id=documents.owner.subject)
    risk.approve_kyc(application_id)
    evidence = risk.report(application_id).figures.income_evidence.evidence
    assert (evidence.document_id, evidence.monthly_income.amount) == (document_id, "3000.00")
