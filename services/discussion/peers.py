"""The services that this one calls, over the mesh."""

import grpc

from loanflow.application.v1 import application_service_pb2 as application_pb
from loanflow.application.v1.application_service_pb2_grpc import ApplicationServiceStub
from loanflow.customer.v1 import customer_service_pb2 as customer_pb
from loanflow.customer.v1.customer_service_pb2_grpc import CustomerServiceStub
from loanflow.risk.v1 import risk_service_pb2 as risk_pb
from loanflow.risk.v1.risk_service_pb2_grpc import RiskServiceStub
from services.discussion.ports import Party
from services.lending import LoanTerms
from services.papers import formats
from services.terms import from_terms


class ApplicationPeer:
    """ports.Applications at the application service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = ApplicationServiceStub(channel)

    def check_ongoing(self, application_id: str, decider_id: str = "") -> None:
        """Refuses what has ended, and who is bound by the loan."""
        request = application_pb.CheckOngoingRequest(application_id=application_id, decider_id=decider_id)
        self._stub.CheckOngoing(request)


class RiskPeer:
    """ports.Risk at the risk service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = RiskServiceStub(channel)

    def assess_offer(self, application_id: str, terms: LoanTerms) -> None:
        """Has the terms assessed."""
        self._stub.AssessOffer(risk_pb.AssessOfferRequest(application_id=application_id, terms=from_terms(terms)))


class CustomerPeer:
    """ports.Customers at the customer service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = CustomerServiceStub(channel)

    def party(self, customer_id: str) -> Party:
        """The customer's name and address."""
        party = self._stub.GetParty(customer_pb.GetPartyRequest(customer_id=customer_id)).party
        home = party.address
        lines = formats.address(home.street, home.postal_code, home.city, home.country)
        return Party(party.full_name, lines, party.language)
