"""The services that this one calls, over the mesh."""

import grpc

from loanflow.customer.v1 import customer_service_pb2 as customer_pb
from loanflow.customer.v1.customer_service_pb2_grpc import CustomerServiceStub
from loanflow.document.v1 import document_service_pb2 as document_pb
from loanflow.document.v1.document_service_pb2_grpc import DocumentServiceStub
from services.application.ports import Applicant


class DocumentPeer:
    """ports.Documents at the document service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = DocumentServiceStub(channel)

    def freeze(self, application_id: str, freeze_id: str) -> None:
        """Keeps the documents as they are."""
        self._stub.FreezeDocuments(
            document_pb.FreezeDocumentsRequest(application_id=application_id, freeze_id=freeze_id)
        )

    def release(self, application_id: str, freeze_id: str) -> None:
        """Lets them go."""
        self._stub.ReleaseDocuments(
            document_pb.ReleaseDocumentsRequest(application_id=application_id, freeze_id=freeze_id)
        )


class CustomerPeer:
    """ports.Customers at the customer service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = CustomerServiceStub(channel)

    def applicant(self, customer_id: str) -> Applicant:
        """What a customer has handed in."""
        party = self._stub.GetParty(customer_pb.GetPartyRequest(customer_id=customer_id)).party
        return Applicant(party.kyc_details_complete, party.HasField("legal_entity"))
