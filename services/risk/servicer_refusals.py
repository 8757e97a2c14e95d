"""The RPCs of refusals: translate, call one use case, translate back."""

from collections.abc import Iterator

import grpc
from google.api.httpbody_pb2 import HttpBody

from loanflow.risk.v1 import risk_service_pb2 as pb
from loanflow.risk.v1.risk_service_pb2_grpc import RiskServiceServicer
from services.risk import refusal_convert as convert
from services.risk.refusal_handlers import Refusals
from services.runtime.files import downloads
from services.runtime.stores.paging import Page


class RefusalsServicer(RiskServiceServicer):
    """The part of loanflow.risk.v1.RiskService that is about refusals."""

    def __init__(self, refusals: Refusals) -> None:
        self._refusals = refusals

    def GetRefusalNotice(
        self, request: pb.GetRefusalNoticeRequest, context: grpc.ServicerContext
    ) -> Iterator[pb.GetRefusalNoticeResponse]:
        """The notice of a refusal."""
        content = self._refusals.file(request.application_id, request.refusal_number)
        downloads.attach(context, f"notice-{request.application_id}.pdf")
        for chunk in content:
            yield pb.GetRefusalNoticeResponse(file=HttpBody(content_type="application/pdf", data=chunk))

    def ListRefusals(self, request: pb.ListRefusalsRequest, context: grpc.ServicerContext) -> pb.ListRefusalsResponse:
        """The refusals of an application."""
        return convert.from_refusals(self._refusals.of(request.application_id))

    def ListUndeliveredNotices(
        self, request: pb.ListUndeliveredNoticesRequest, context: grpc.ServicerContext
    ) -> pb.ListUndeliveredNoticesResponse:
        """Refusals whose notice is not delivered."""
        return convert.from_undelivered(self._refusals.undelivered(convert.to_due_before(request), Page.of(request)))

    def RequestRefusalReview(
        self, request: pb.RequestRefusalReviewRequest, context: grpc.ServicerContext
    ) -> pb.RequestRefusalReviewResponse:
        """A refusal whose review waits."""
        report = self._refusals.request_review(request.application_id, request.grounds)
        return pb.RequestRefusalReviewResponse(refusal=convert.from_refusal(report, report.refusal()))

    def ListRefusalReviews(
        self, request: pb.ListRefusalReviewsRequest, context: grpc.ServicerContext
    ) -> pb.ListRefusalReviewsResponse:
        """Refusals whose review waits."""
        return convert.from_to_review(self._refusals.to_review(Page.of(request)))

    def DecideRefusalReview(
        self, request: pb.DecideRefusalReviewRequest, context: grpc.ServicerContext
    ) -> pb.DecideRefusalReviewResponse:
        """A refusal with its review."""
        report = self._refusals.decide_review(convert.to_decide_review(request))
        return pb.DecideRefusalReviewResponse(refusal=convert.from_refusal(report, report.refusal()))

    def ResendRefusalNotice(
        self, request: pb.ResendRefusalNoticeRequest, context: grpc.ServicerContext
    ) -> pb.ResendRefusalNoticeResponse:
        """A refusal whose notice goes once more."""
        report = self._refusals.resend(request.application_id)
        return pb.ResendRefusalNoticeResponse(refusal=convert.from_refusal(report, report.refusal()))

    def RecordNoticePosting(
        self, request: pb.RecordNoticePostingRequest, context: grpc.ServicerContext
    ) -> pb.RecordNoticePostingResponse:
        """A refusal whose notice was posted."""
        report = self._refusals.record_posting(convert.to_record_posting(request))
        return pb.RecordNoticePostingResponse(refusal=convert.from_refusal(report, report.refusal()))
