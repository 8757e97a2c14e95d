"""The services that this one calls, over the mesh."""

import grpc

from loanflow.application.v1 import application_service_pb2 as application_pb
from loanflow.application.v1.application_service_pb2_grpc import ApplicationServiceStub
from loanflow.auth.v1 import auth_service_pb2 as auth_pb
from loanflow.auth.v1.auth_service_pb2_grpc import AuthServiceStub
from loanflow.customer.v1 import customer_pb2
from loanflow.customer.v1 import customer_service_pb2 as customer_pb
from loanflow.customer.v1.customer_service_pb2_grpc import CustomerServiceStub
from loanflow.document.v1 import checklist_pb2, document_pb2
from loanflow.document.v1 import document_service_pb2 as document_pb
from loanflow.document.v1.document_pb2 import DOCUMENT_STATUS_VALIDATED
from loanflow.document.v1.document_service_pb2_grpc import DocumentServiceStub
from loanflow.options.v1.access_pb2 import ROLE_OFFICER
from services.kyc.evidence import Evidence, Pin
from services.kyc.ports import Party
from services.kyc.related import Related
from services.kyc.screening import ScreenedRole
from services.runtime.errors import FailedPrecondition, NotFound
from services.runtime.messages import OTHERS, In, Members, Out
from services.runtime.stores.paging import MAX_SIZE

_PARTY = In(customer_pb2.Party, Party, ignored=OTHERS, given={"countries", "related_subjects"})
_RELATED = In(customer_pb2.RelatedSubject, Related, given={"role"}, ignored=OTHERS)
_ROLE = Members(ScreenedRole, customer_pb2.RelatedRole, apart={"CUSTOMER"})
_PIN = In(checklist_pb2.ChecklistItem, Pin, ignored=OTHERS)
_NAMED = In(document_pb2.Document, Pin, ignored=OTHERS)
_PINNED = Out(Pin, checklist_pb2.PinnedDocument)


class ApplicationPeer:
    """ports.Applications at the application service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = ApplicationServiceStub(channel)

    def check_ongoing(self, application_id: str) -> None:
        """Refuses what has ended."""
        self._stub.CheckOngoing(application_pb.CheckOngoingRequest(application_id=application_id))


class AuthPeer:
    """ports.Officers at the auth service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = AuthServiceStub(channel)

    def all(self) -> tuple[str, ...]:
        """Names all officers, page by page, as persons: who has two accounts is one."""
        found: list[str] = []
        request = auth_pb.ListUsersRequest(role=ROLE_OFFICER, page_size=MAX_SIZE)
        while True:
            page = self._stub.ListUsers(request)
            found += [user.holder_id for user in page.users]
            if not page.next_page_token:
                return tuple(dict.fromkeys(found))
            request.page_token = page.next_page_token


class CustomerPeer:
    """ports.Customers at the customer service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = CustomerServiceStub(channel)

    def party(self, customer_id: str) -> Party:
        """Returns name, version, and what tells namesakes apart."""
        found = self._stub.GetParty(customer_pb.GetPartyRequest(customer_id=customer_id)).party
        ties = dict.fromkeys((found.nationality, found.address.country))
        related = tuple(_RELATED(each, role=_ROLE.member(each.role)) for each in found.related_subjects)
        return _PARTY(found, countries=tuple(each for each in ties if each), related_subjects=related)


class DocumentPeer:
    """ports.Documents at the document service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = DocumentServiceStub(channel)

    def evidence(self, application_id: str) -> Evidence:
        """Returns which required documents are there, and which are not accepted."""
        answer = self._stub.GetChecklist(document_pb.GetChecklistRequest(application_id=application_id))
        pins = [(_PIN(item), item) for item in answer.checklist.items]
        lacking = tuple(pin.type for pin, item in pins if not item.accepted)
        return Evidence(tuple(pin for pin, item in pins if item.document_id), lacking)

    def accepted_document(self, application_id: str, document_id: str) -> Pin:
        """An accepted document of the application."""
        found = self._document(document_id) if document_id else None
        if found is None or found.application_id != application_id or found.status != DOCUMENT_STATUS_VALIDATED:
            text = f"document {document_id} is no accepted one of the application"
            raise FailedPrecondition(text, reason="EVIDENCE_MISSING", metadata={"document_id": document_id})
        return _NAMED(found)

    def _document(self, document_id: str) -> document_pb2.Document | None:
        try:
            return self._stub.GetDocument(document_pb.GetDocumentRequest(document_id=document_id)).document
        except NotFound:
            return None

    def pin(self, application_id: str, documents: tuple[Pin, ...]) -> None:
        """Keeps the documents as they were seen."""
        named = [_PINNED(each) for each in documents]
        self._stub.PinDocuments(document_pb.PinDocumentsRequest(application_id=application_id, documents=named))
