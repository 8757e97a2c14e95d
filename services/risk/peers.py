"""The services that this one calls, over the mesh."""

from collections.abc import Collection, Iterator
from datetime import datetime

import grpc

from loanflow.application.v1 import application_service_pb2 as application_pb
from loanflow.application.v1.application_service_pb2_grpc import ApplicationServiceStub
from loanflow.customer.v1 import customer_service_pb2 as customer_pb
from loanflow.customer.v1.customer_service_pb2_grpc import CustomerServiceStub
from loanflow.document.v1 import document_pb2
from loanflow.document.v1 import document_service_pb2 as document_pb
from loanflow.document.v1.document_service_pb2_grpc import DocumentServiceStub
from loanflow.kyc.v1 import kyc_service_pb2 as kyc_pb
from loanflow.kyc.v1.kyc_service_pb2_grpc import KycServiceStub
from loanflow.notification.v1 import notification_service_pb2 as notification_pb
from loanflow.notification.v1.notification_service_pb2_grpc import NotificationServiceStub
from services.risk import bureau_convert, collateral_convert, connection_convert, convert, refusal_convert
from services.risk.collateral_valuation import Evidence
from services.risk.connections import Person
from services.risk.exposure import Commitment
from services.risk.ports import BureauSubject, Delivered, Party
from services.risk.statement_xml import MOST_BYTES
from services.runtime.errors import FailedPrecondition, NotFound
from services.runtime.stores.paging import MAX_SIZE

# How many a request for commitments may name.
_MOST_CUSTOMERS = 100


class ApplicationPeer:
    """ports.Applications at the application service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = ApplicationServiceStub(channel)

    def check_ongoing(self, application_id: str) -> None:
        """Refuses what has ended."""
        self._stub.CheckOngoing(application_pb.CheckOngoingRequest(application_id=application_id))

    def commitments(self, customer_ids: Collection[str]) -> list[Commitment]:
        """All pages, for so many customers at once as a request may name; what binds several is there once."""
        ids = sorted(customer_ids)
        parts = (ids[start : start + _MOST_CUSTOMERS] for start in range(0, len(ids), _MOST_CUSTOMERS))
        found = (each for part in parts for each in self._pages(part))
        return list({each.application_id: each for each in found}.values())

    def _pages(self, customer_ids: list[str]) -> Iterator[Commitment]:
        token = ""
        while True:
            page = self._stub.ListCommitments(
                application_pb.ListCommitmentsRequest(customer_ids=customer_ids, page_size=MAX_SIZE, page_token=token)
            )
            yield from map(convert.to_commitment, page.commitments)
            if not (token := page.next_page_token):
                return


class KycPeer:
    """ports.Kyc at the kyc service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = KycServiceStub(channel)

    def check_approved(self, application_id: str) -> None:
        """Refuses what is not approved."""
        self._stub.CheckApproved(kyc_pb.CheckApprovedRequest(application_id=application_id))


class CustomerPeer:
    """ports.Customers at the customer service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = CustomerServiceStub(channel)

    def party(self, customer_id: str) -> Party:
        """The customer's name and address; none once they are erased, whose report stays."""
        try:
            return convert.to_party(self._stub.GetParty(customer_pb.GetPartyRequest(customer_id=customer_id)).party)
        except NotFound:
            return Party("", ())

    def subject(self, customer_id: str) -> BureauSubject | None:
        """Whom a bureau is asked about; None once they are erased."""
        try:
            request = customer_pb.GetPartyRequest(customer_id=customer_id)
            return bureau_convert.to_subject(self._stub.GetParty(request).party)
        except NotFound:
            return None


class PersonPeer:
    """ports.Persons at the customer service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = CustomerServiceStub(channel)

    def person(self, customer_id: str) -> Person | None:
        """The customer, with their company; None once they are erased."""
        try:
            request = customer_pb.GetPartyRequest(customer_id=customer_id)
            return connection_convert.to_person(self._stub.GetParty(request).party)
        except NotFound:
            return None


class DocumentPeer:
    """ports.Documents at the document service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = DocumentServiceStub(channel)

    def content(self, document_id: str) -> tuple[str, bytes]:
        """The media type and the content, not more of it than one byte above what a statement may be."""
        kind, found = "", bytearray()
        for piece in self._stub.GetContent(document_pb.GetContentRequest(document_id=document_id)):
            kind = kind or piece.file.content_type
            found += piece.file.data
            if len(found) > MOST_BYTES:
                break
        return kind, bytes(found[: MOST_BYTES + 1])

    def accepted_evidence(self, application_id: str, document_id: str) -> Evidence:
        """An accepted document of the application."""
        try:
            found = self._stub.GetDocument(document_pb.GetDocumentRequest(document_id=document_id)).document
        except NotFound:
            found = document_pb2.Document()
        if found.application_id != application_id or found.status != document_pb2.DOCUMENT_STATUS_VALIDATED:
            text = f"document {document_id} is no accepted one of the application"
            raise FailedPrecondition(text, reason="EVIDENCE_MISSING", metadata={"document_id": document_id})
        return collateral_convert.to_evidence(found)


class NotificationPeer:
    """ports.Notices at the notification service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = NotificationServiceStub(channel)

    def delivery(self, customer_id: str, application_id: str, since: datetime) -> Delivered:
        """How far the notice is."""
        request = notification_pb.GetDeliveryRequest(
            customer_id=customer_id, application_id=application_id, event_type=refusal_convert.ISSUED, since_time=since
        )
        return refusal_convert.to_delivered(self._stub.GetDelivery(request))
