"""The services that this one calls, over the mesh."""

import grpc

from loanflow.customer.v1 import customer_service_pb2 as customer_pb
from loanflow.customer.v1.customer_service_pb2_grpc import CustomerServiceStub
from loanflow.document.v1 import document_service_pb2 as document_pb
from loanflow.document.v1.document_service_pb2_grpc import DocumentServiceStub
from loanflow.types.v1.document_type_pb2 import DocumentType


class DocumentPeer:
    """ports.Documents at the document service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = DocumentServiceStub(channel)

    def missing(self, application_id: str) -> tuple[str, ...]:
        """Names the required document types that are not there yet."""
        answer = self._stub.GetChecklist(document_pb.GetChecklistRequest(application_id=application_id))
        return tuple(DocumentType.Name(kind).removeprefix("DOCUMENT_TYPE_") for kind in answer.checklist.missing)


class CustomerPeer:
    """ports.Customers at the customer service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = CustomerServiceStub(channel)

    def kyc_details_complete(self, customer_id: str) -> bool:
        """Tells whether the customer's KYC details are there."""
        answer = self._stub.GetParty(customer_pb.GetPartyRequest(customer_id=customer_id))
        return answer.party.kyc_details_complete
