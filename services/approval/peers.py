"""The services that this one calls, over the mesh."""

import grpc

from loanflow.application.v1 import application_service_pb2 as application_pb
from loanflow.application.v1.application_service_pb2_grpc import ApplicationServiceStub
from loanflow.discussion.v1 import discussion_service_pb2 as discussion_pb
from loanflow.discussion.v1.discussion_service_pb2_grpc import DiscussionServiceStub


class ApplicationPeer:
    """ports.Applications at the application service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = ApplicationServiceStub(channel)

    def check_ongoing(self, application_id: str, decider_id: str) -> None:
        """Refuses what has ended, and who is bound by the loan."""
        request = application_pb.CheckOngoingRequest(application_id=application_id, decider_id=decider_id)
        self._stub.CheckOngoing(request)


class DiscussionPeer:
    """ports.Discussions at the discussion service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = DiscussionServiceStub(channel)

    def accepted_terms(self, application_id: str) -> str:
        """The hash of the terms that the customer accepted."""
        request = discussion_pb.GetAcceptedOfferRequest(application_id=application_id)
        return self._stub.GetAcceptedOffer(request).offer.terms_hash
