"""The service that this one calls, over the mesh."""

import grpc

from loanflow.customer.v1 import customer_service_pb2 as customer_pb
from loanflow.customer.v1.customer_service_pb2_grpc import CustomerServiceStub
from services.notification.ports import Party


class CustomerPeer:
    """ports.Customers at the customer service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = CustomerServiceStub(channel)

    def party(self, customer_id: str) -> Party:
        """The customer's name and address."""
        party = self._stub.GetParty(customer_pb.GetPartyRequest(customer_id=customer_id)).party
        return Party(party.full_name, party.email)
