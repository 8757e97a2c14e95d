"""The RPCs of the kyc service: translate, call one use case, translate back."""

import grpc

from loanflow.kyc.v1 import kyc_service_pb2 as pb
from loanflow.kyc.v1.kyc_service_pb2_grpc import KycServiceServicer
from services.kyc import convert
from services.kyc.casework import Casework
from services.kyc.handlers import App
from services.kyc.renewals import Renewals
from services.kyc.rescreening import Rescreening
from services.kyc.staffing import Staffing
from services.runtime.context import caller
from services.runtime.stores.paging import Page


class KycServicer(KycServiceServicer):
    """loanflow.kyc.v1.KycService."""

    def __init__(
        self, app: App, casework: Casework, staffing: Staffing, rescreening: Rescreening, renewals: Renewals
    ) -> None:
        self._app, self._casework, self._staffing, self._rescreening = app, casework, staffing, rescreening
        self._renewals = renewals

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

    def VerifyParty(self, request: pb.VerifyPartyRequest, context: grpc.ServicerContext) -> pb.VerifyPartyResponse:
        """A review with other checks of somebody who is bound."""
        review = self._app.verify_party(convert.to_verify_party(request))
        return pb.VerifyPartyResponse(review=convert.from_review(review))

    def RenewIdentity(
        self, request: pb.RenewIdentityRequest, context: grpc.ServicerContext
    ) -> pb.RenewIdentityResponse:
        """A review with the new identity paper of somebody who is bound."""
        return pb.RenewIdentityResponse(
            review=convert.from_review(self._renewals.renew(convert.to_renew_identity(request)))
        )

    def Decide(self, request: pb.DecideRequest, context: grpc.ServicerContext) -> pb.DecideResponse:
        """A review with its decision."""
        return pb.DecideResponse(review=convert.from_review(self._app.decide(convert.to_decide(request))))

    def CheckApproved(
        self, request: pb.CheckApprovedRequest, context: grpc.ServicerContext
    ) -> pb.CheckApprovedResponse:
        """What was approved."""
        return pb.CheckApprovedResponse(kyc_version=self._app.approved(request.application_id).kyc_version)

    def ListScreeningCases(
        self, request: pb.ListScreeningCasesRequest, context: grpc.ServicerContext
    ) -> pb.ListScreeningCasesResponse:
        """The cases that wait."""
        page = self._casework.list(convert.to_case_filter(request, caller().holder), Page.of(request))
        return pb.ListScreeningCasesResponse(cases=map(convert.from_case, page.items), next_page_token=page.next_token)

    def GetScreeningCase(
        self, request: pb.GetScreeningCaseRequest, context: grpc.ServicerContext
    ) -> pb.GetScreeningCaseResponse:
        """One case."""
        return pb.GetScreeningCaseResponse(case=convert.from_case(self._casework.read(request.case_id)))

    def AssignScreeningCase(
        self, request: pb.AssignScreeningCaseRequest, context: grpc.ServicerContext
    ) -> pb.AssignScreeningCaseResponse:
        """A case in an officer's hands."""
        case = self._casework.assign(convert.to_assign_case(request))
        return pb.AssignScreeningCaseResponse(case=convert.from_case(case))

    def ResolveScreeningCase(
        self, request: pb.ResolveScreeningCaseRequest, context: grpc.ServicerContext
    ) -> pb.ResolveScreeningCaseResponse:
        """A case with what was found."""
        case = self._casework.resolve(convert.to_resolve_case(request))
        return pb.ResolveScreeningCaseResponse(case=convert.from_case(case))

    def ReviewScreeningCase(
        self, request: pb.ReviewScreeningCaseRequest, context: grpc.ServicerContext
    ) -> pb.ReviewScreeningCaseResponse:
        """A case that a second person has seen."""
        case = self._casework.review(convert.to_review_case(request))
        return pb.ReviewScreeningCaseResponse(case=convert.from_case(case))

    def RecordDueDiligence(
        self, request: pb.RecordDueDiligenceRequest, context: grpc.ServicerContext
    ) -> pb.RecordDueDiligenceResponse:
        """A case with where the money comes from."""
        case = self._casework.record_due_diligence(convert.to_record_due_diligence(request))
        return pb.RecordDueDiligenceResponse(case=convert.from_case(case))

    def ReviewDueDiligence(
        self, request: pb.ReviewDueDiligenceRequest, context: grpc.ServicerContext
    ) -> pb.ReviewDueDiligenceResponse:
        """A case whose due diligence a senior person has seen."""
        case = self._casework.review_due_diligence(convert.to_review_due_diligence(request))
        return pb.ReviewDueDiligenceResponse(case=convert.from_case(case))

    def ListOfficers(self, request: pb.ListOfficersRequest, context: grpc.ServicerContext) -> pb.ListOfficersResponse:
        """The officers."""
        return pb.ListOfficersResponse(officers=map(convert.from_officer, self._staffing.list()))

    def UpdateOfficer(
        self, request: pb.UpdateOfficerRequest, context: grpc.ServicerContext
    ) -> pb.UpdateOfficerResponse:
        """An officer as they are known now."""
        officer = self._staffing.update_officer(convert.to_update_officer(request))
        return pb.UpdateOfficerResponse(officer=convert.from_officer(officer))

    def RunScreening(self, request: pb.RunScreeningRequest, context: grpc.ServicerContext) -> pb.RunScreeningResponse:
        """A part of the daily run."""
        return convert.from_progress(self._rescreening.run_daily(convert.to_run(request)))
