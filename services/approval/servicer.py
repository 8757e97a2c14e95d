"""The RPCs of the approval service: translate, call one use case, translate back."""

import grpc

from loanflow.approval.v1 import approval_service_pb2 as pb
from loanflow.approval.v1.approval_service_pb2_grpc import ApprovalServiceServicer
from services.approval import convert
from services.approval.handlers import App
from services.approval.model import ApprovalLevel


class ApprovalServicer(ApprovalServiceServicer):
    """loanflow.approval.v1.ApprovalService."""

    def __init__(self, app: App) -> None:
        self._app = app

    def Submit(self, request: pb.SubmitRequest, context: grpc.ServicerContext) -> pb.SubmitResponse:
        """An accepted offer, put up."""
        approval = self._app.submit(request.application_id)
        return pb.SubmitResponse(approval=convert.from_approval(approval))

    def DecideInternal(
        self, request: pb.DecideInternalRequest, context: grpc.ServicerContext
    ) -> pb.DecideInternalResponse:
        """The first level's decision."""
        approval = self._app.decide(convert.to_decide(request, ApprovalLevel.INTERNAL))
        return pb.DecideInternalResponse(approval=convert.from_approval(approval))

    def DecideManagement(
        self, request: pb.DecideManagementRequest, context: grpc.ServicerContext
    ) -> pb.DecideManagementResponse:
        """The second level's decision."""
        approval = self._app.decide(convert.to_decide(request, ApprovalLevel.MANAGEMENT))
        return pb.DecideManagementResponse(approval=convert.from_approval(approval))

    def DecideFinal(self, request: pb.DecideFinalRequest, context: grpc.ServicerContext) -> pb.DecideFinalResponse:
        """The last level's decision."""
        approval = self._app.decide(convert.to_decide(request, ApprovalLevel.FINAL))
        return pb.DecideFinalResponse(approval=convert.from_approval(approval))

    def GetApproval(self, request: pb.GetApprovalRequest, context: grpc.ServicerContext) -> pb.GetApprovalResponse:
        """One approval."""
        return pb.GetApprovalResponse(approval=convert.from_approval(self._app.read(request.application_id)))
