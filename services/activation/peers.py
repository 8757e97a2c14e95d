"""The services that this one calls, over the mesh."""

import grpc

from loanflow.application.v1 import application_service_pb2 as application_pb
from loanflow.application.v1.application_service_pb2_grpc import ApplicationServiceStub
from loanflow.customer.v1 import customer_service_pb2 as customer_pb
from loanflow.customer.v1.customer_service_pb2_grpc import CustomerServiceStub
from services.activation.ports import Payee
from services.runtime.errors import NotFound


class ApplicationPeer:
    """ports.Applications at the application service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = ApplicationServiceStub(channel)

    def authorize_activation(self, application_id: str) -> str:
        """Asks for leave to open the loan; its facility type."""
        request = application_pb.AuthorizeActivationRequest(application_id=application_id)
        return self._stub.AuthorizeActivation(request).application.facility_type


class CustomerPeer:
    """ports.Customers at the customer service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = CustomerServiceStub(channel)

    def payee(self, customer_id: str) -> Payee:
        """Tells who gets the money; a customer who is not there has no IBAN."""
        try:
            party = self._stub.GetParty(customer_pb.GetPartyRequest(customer_id=customer_id)).party
        except NotFound:
            return Payee("", 0)
        return Payee(party.payout_iban, party.kyc_version)
