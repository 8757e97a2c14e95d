"""The services that this one calls, over the mesh."""

from collections import defaultdict
from collections.abc import Collection, Mapping

import grpc

from loanflow.auth.v1 import consent_pb2
from loanflow.auth.v1.auth_service_pb2_grpc import AuthServiceStub
from loanflow.customer.v1 import customer_service_pb2 as customer_pb
from loanflow.customer.v1.customer_service_pb2_grpc import CustomerServiceStub
from services.notification.ports import Party
from services.notification.webhook_events import scope_name


class CustomerPeer:
    """ports.Customers at the customer service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = CustomerServiceStub(channel)

    def party(self, customer_id: str) -> Party:
        """The customer's name and address."""
        party = self._stub.GetParty(customer_pb.GetPartyRequest(customer_id=customer_id)).party
        return Party(party.full_name, party.email)


class AuthPeer:
    """ports.Consents at the auth service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = AuthServiceStub(channel)

    def of(self, customer_ids: Collection[str]) -> Mapping[str, Mapping[str, frozenset[str]]]:
        """By customer, the names of the scopes that each client may use for them now."""
        answer = self._stub.GetConsents(consent_pb2.GetConsentsRequest(customer_ids=sorted(customer_ids)))
        found: defaultdict[str, dict[str, frozenset[str]]] = defaultdict(dict)
        for each in answer.consents:
            found[each.customer_id][each.client_id] = frozenset(map(scope_name, each.scopes))
        return found
