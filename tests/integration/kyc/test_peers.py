"""The calls to application, auth, customer and document, against their contracts on real servers."""

from typing import Any

import grpc
import pytest

from loanflow.application.v1 import application_service_pb2 as application_pb
from loanflow.application.v1.application_service_pb2_grpc import ApplicationServiceServicer
from loanflow.auth.v1 import account_pb2
from loanflow.auth.v1 import auth_service_pb2 as auth_pb
from loanflow.auth.v1.auth_service_pb2_grpc import AuthServiceServicer
from loanflow.customer.v1 import customer_pb2
from loanflow.customer.v1 import customer_service_pb2 as customer_pb
from loanflow.customer.v1.customer_service_pb2_grpc import CustomerServiceServicer
from loanflow.document.v1 import checklist_pb2, document_pb2
from loanflow.document.v1 import document_service_pb2 as document_pb
from loanflow.document.v1.document_service_pb2_grpc import DocumentServiceServicer
from loanflow.options.v1.access_pb2 import ROLE_OFFICER
from loanflow.types.v1.document_type_pb2 import DocumentType
from services.kyc import evidence
from services.kyc.evidence import Evidence, Pin
from services.kyc.peers import ApplicationPeer, AuthPeer, CustomerPeer, DocumentPeer
from services.kyc.ports import Party
from services.kyc.related import Related
from services.kyc.screening import ScreenedRole
from services.runtime.calling import clients
from services.runtime.errors import FailedPrecondition, NotFound, Unavailable
from services.runtime.ids import new_id
from services.runtime.serving.interceptors.ownership import Shared
from tests.harness import Mesh, Servers
from tests.integration.conftest import FreshPostgres

ID, ACCEPTED, UPLOADED = new_id(), new_id(), new_id()


def made(servicer: type[Any]) -> Any:
    """A servicer with every method of its contract, of which all but its own fail."""
    for name in vars(servicer.__base__):
        if name[0].isupper() and name not in vars(servicer):
            setattr(servicer, name, lambda *_: pytest.fail("an unexpected call"))
    return servicer()


class Auth(AuthServiceServicer):
    """Three users, two on a page."""

    def ListUsers(  # noqa: N802 - the name is the contract's
        self, request: auth_pb.ListUsersRequest, context: grpc.ServicerContext
    ) -> auth_pb.ListUsersResponse:
        assert request.role == ROLE_OFFICER
        names, following = (["one", "two"], "more") if not request.page_token else (["three"], "")
        users = [account_pb2.User(account_id=new_id(), holder_id=name) for name in names]
        return auth_pb.ListUsersResponse(users=users, next_page_token=following)


class Customers(CustomerServiceServicer):
    """One customer."""

    def __init__(self) -> None:
        self.customer_id = new_id()

    def GetParty(  # noqa: N802 - the name is the contract's
        self, request: customer_pb.GetPartyRequest, context: grpc.ServicerContext
    ) -> customer_pb.GetPartyResponse:
        if request.customer_id != self.customer_id:
            raise NotFound("no such customer")
        related = customer_pb2.RelatedSubject(
            role=customer_pb2.RELATED_ROLE_DIRECTOR, full_name="Bert Beispiel", birth_date="1990-01-31", country="AT"
        )
        party = customer_pb2.Party(full_name="Ada Lovelace", kyc_version=4, related_subjects=[related])
        return customer_pb.GetPartyResponse(party=party)


class Documents(DocumentServiceServicer):
    """Two required documents, one of them accepted; takes what is pinned."""

    def __init__(self) -> None:
        self.pinned: list[checklist_pb2.PinnedDocument] = []

    def GetChecklist(  # noqa: N802 - the name is the contract's
        self, request: document_pb.GetChecklistRequest, context: grpc.ServicerContext
    ) -> document_pb.GetChecklistResponse:
        there = checklist_pb2.ChecklistItem(
            type=DocumentType.DOCUMENT_TYPE_IDENTITY, document_id=ID, version=2, sha256="ab" * 32, accepted=True
        )
        absent = checklist_pb2.ChecklistItem(type=DocumentType.DOCUMENT_TYPE_QUOTE)
        return document_pb.GetChecklistResponse(checklist=checklist_pb2.Checklist(items=[there, absent]))

    def GetDocument(  # noqa: N802 - the name is the contract's
        self, request: document_pb.GetDocumentRequest, context: grpc.ServicerContext
    ) -> document_pb.GetDocumentResponse:
        if request.document_id not in (ACCEPTED, UPLOADED):
            raise NotFound("no such document")
        status = "VALIDATED" if request.document_id == ACCEPTED else "UPLOADED"
        found = document_pb2.Document(
            document_id=request.document_id, application_id=ID, type=DocumentType.DOCUMENT_TYPE_OTHER, version=3,
            sha256="cd" * 32, status=f"DOCUMENT_STATUS_{status}",
        )  # fmt: skip
        return document_pb.GetDocumentResponse(document=found)

    def PinDocuments(  # noqa: N802 - the name is the contract's
        self, request: document_pb.PinDocumentsRequest, context: grpc.ServicerContext
    ) -> document_pb.PinDocumentsResponse:
        self.pinned += request.documents
        return document_pb.PinDocumentsResponse()


class Applications(ApplicationServiceServicer):
    """One application that goes on; all others have ended."""

    def CheckOngoing(  # noqa: N802 - the name is the contract's
        self, request: application_pb.CheckOngoingRequest, context: grpc.ServicerContext
    ) -> application_pb.CheckOngoingResponse:
        if request.application_id != ID:
            raise FailedPrecondition.wrong_status("application", "WITHDRAWN", ["SUBMITTED"])
        return application_pb.CheckOngoingResponse()


def channel(mesh: Mesh, servers: Servers, servicer: Any, store: Any) -> grpc.Channel:
    owners = dict.fromkeys(("application_id", "customer_id", "document_id"), Shared(lambda _: "", lambda _: ()))
    running = servers.serve(servicer, owners=owners, store=store)
    return clients.channel("tested", running.target, mesh.identity("kyc"))


def test_officers_of_every_page(mesh: Mesh, client_for: Servers, fresh_postgres: FreshPostgres) -> None:
    with channel(mesh, client_for, made(Auth), fresh_postgres("kyc")) as opened:
        assert AuthPeer(opened).all() == ("one", "two", "three")


def test_who_a_customer_is(mesh: Mesh, client_for: Servers, fresh_postgres: FreshPostgres) -> None:
    customers = made(Customers)
    with channel(mesh, client_for, customers, fresh_postgres("kyc")) as opened:
        assert CustomerPeer(opened).party(customers.customer_id) == Party(
            "Ada Lovelace", 4, related_subjects=(Related(ScreenedRole.DIRECTOR, "Bert Beispiel", "1990-01-31", "AT"),)
        )
        with pytest.raises(NotFound):
            CustomerPeer(opened).party(new_id())


def test_which_documents_there_are_and_pinning_them(
    mesh: Mesh, client_for: Servers, fresh_postgres: FreshPostgres
) -> None:
    documents = made(Documents)
    pin = Pin(evidence.DocumentType.IDENTITY, ID, 2, "ab" * 32)
    with channel(mesh, client_for, documents, fresh_postgres("kyc")) as opened:
        peer = DocumentPeer(opened)
        assert peer.evidence(ID) == Evidence((pin,), (evidence.DocumentType.QUOTE,))
        peer.pin(ID, (pin,))
    (pinned,) = documents.pinned
    assert (pinned.type, pinned.document_id, pinned.version) == (DocumentType.DOCUMENT_TYPE_IDENTITY, ID, 2)


def test_only_an_accepted_document_of_the_application_shows_who_somebody_is(
    mesh: Mesh, client_for: Servers, fresh_postgres: FreshPostgres
) -> None:
    with channel(mesh, client_for, made(Documents), fresh_postgres("kyc")) as opened:
        peer = DocumentPeer(opened)
        pin = Pin(evidence.DocumentType.OTHER, ACCEPTED, 3, "cd" * 32)
        assert peer.accepted_document(ID, ACCEPTED) == pin
        for application_id, document_id in ((ID, ""), (ID, new_id()), (ID, UPLOADED), (new_id(), ACCEPTED)):
            with pytest.raises(FailedPrecondition, check=lambda refused: refused.reason == "EVIDENCE_MISSING"):
                peer.accepted_document(application_id, document_id)


def test_whether_an_application_goes_on(mesh: Mesh, client_for: Servers, fresh_postgres: FreshPostgres) -> None:
    with channel(mesh, client_for, made(Applications), fresh_postgres("kyc")) as opened:
        ApplicationPeer(opened).check_ongoing(ID)
        with pytest.raises(FailedPrecondition):
            ApplicationPeer(opened).check_ongoing(new_id())


def test_every_type_of_document_has_its_name_here() -> None:
    names = {name.removeprefix("DOCUMENT_TYPE_") for name in DocumentType.keys()}  # noqa: SIM118 - it is no dict
    assert set(evidence.DocumentType.__members__) == names - {"UNSPECIFIED"}


def test_a_peer_that_is_away(mesh: Mesh) -> None:
    opened = clients.channel("tested", "127.0.0.1:1", mesh.identity("kyc"))
    with opened, pytest.raises(Unavailable):
        AuthPeer(opened).all()
