"""The service that this one calls, over the mesh."""

import grpc

from loanflow.application.v1 import application_service_pb2 as pb
from loanflow.application.v1.application_service_pb2_grpc import ApplicationServiceStub
from services.document import convert
from services.document.ports import ApplicationFacts


class ApplicationPeer:
    """ports.Applications at the application service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = ApplicationServiceStub(channel)

    def facts(self, application_id: str) -> ApplicationFacts:
        """Tells of one application."""
        found = self._stub.GetApplication(pb.GetApplicationRequest(application_id=application_id)).application
        return convert.to_facts(found, convert.to_stage(found.status))
