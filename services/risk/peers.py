"""The services that this one calls, over the mesh."""

import grpc

from loanflow.application.v1 import application_service_pb2 as application_pb
from loanflow.application.v1.application_service_pb2_grpc import ApplicationServiceStub


class ApplicationPeer:
    """ports.Applications at the application service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = ApplicationServiceStub(channel)

    def check_ongoing(self, application_id: str) -> None:
        """Refuses what has ended."""
        self._stub.CheckOngoing(application_pb.CheckOngoingRequest(application_id=application_id))
