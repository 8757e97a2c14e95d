"""The RPCs of the kyc service: translate, call one use case, translate back."""

import grpc

from loanflow.kyc.v1 import kyc_service_pb2 as pb
from loanflow.kyc.v1.kyc_service_pb2_grpc import KycServiceServicer
from services.kyc import convert
from services.kyc.handlers import App
from services.runtime.context import caller
from services.runtime.stores.paging import Page


class KycServicer(KycServiceServicer):
    """loanflow.kyc.v1.KycService."""

    def __init__(self, app: App) -> None:
        self._app = app

    def GetQueue(self, request: pb.GetQueueRequest, context: grpc.ServicerContext) -> pb.GetQueueResponse:
        """The reviews that wait."""
        page = self._app.queue(convert.to_filter(request, caller().holder), Page.of(request))
        return pb.GetQueueResponse(reviews=map(convert.from_review, page.items), next_page_token=page.next_token)

    def GetReview(self, request: pb.GetReviewRequest, context: grpc.ServicerContext) -> pb.GetReviewResponse:
        """One review."""
        return pb.GetReviewResponse(review=convert.from_review(self._app.read(request.application_id)))

    def Assign(self, request: pb.AssignRequest, context: grpc.ServicerContext) -> pb.AssignResponse:
        """A review in an officer's hands."""
        return pb.AssignResponse(review=convert.from_review(self._app.assign(convert.to_assign(request))))

    def RequestInformation(
        self, request: pb.RequestInformationRequest, context: grpc.ServicerContext
    ) -> pb.RequestInformationResponse:
        """A review that waits for the customer."""
        review = self._app.request_information(convert.to_request_information(request))
        return pb.RequestInformationResponse(review=convert.from_review(review))

    def GetInformation(
        self, request: pb.GetInformationRequest, context: grpc.ServicerContext
    ) -> pb.GetInformationResponse:
        """What the customer is asked for."""
        asked = self._app.read(request.application_id).last_information_request()
        return pb.GetInformationResponse(information_request=convert.from_information_request(asked))

    def AnswerInformation(
        self, request: pb.AnswerInformationRequest, context: grpc.ServicerContext
    ) -> pb.AnswerInformationResponse:
        """An answer with which the review goes on."""
        asked = self._app.answer(request.application_id, request.answer).last_information_request()
        return pb.AnswerInformationResponse(information_request=convert.from_information_request(asked))

    def Verify(self, request: pb.VerifyRequest, context: grpc.ServicerContext) -> pb.VerifyResponse:
        """A review with its checklist."""
        return pb.VerifyResponse(review=convert.from_review(self._app.verify(convert.to_verify(request))))

    def Decide(self, request: pb.DecideRequest, context: grpc.ServicerContext) -> pb.DecideResponse:
        """A review with its decision."""
        return pb.DecideResponse(review=convert.from_review(self._app.decide(convert.to_decide(request))))

    def CheckApproved(
        self, request: pb.CheckApprovedRequest, context: grpc.ServicerContext
    ) -> pb.CheckApprovedResponse:
        """What was approved."""
        return pb.CheckApprovedResponse(kyc_version=self._app.approved(request.application_id).kyc_version)
