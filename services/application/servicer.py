"""The RPCs of the application service: translate, call one use case, translate back."""

import grpc

from loanflow.application.v1 import application_service_pb2 as pb
from loanflow.application.v1.application_service_pb2_grpc import ApplicationServiceServicer
from services.application import convert
from services.application.handlers import App
from services.application.ports import LoanFilter
from services.runtime.context import caller
from services.runtime.stores.paging import Page


class ApplicationServicer(ApplicationServiceServicer):
    """loanflow.application.v1.ApplicationService."""

    def __init__(self, app: App) -> None:
        self._app = app

    def ListFacilities(
        self, request: pb.ListFacilitiesRequest, context: grpc.ServicerContext
    ) -> pb.ListFacilitiesResponse:
        """The catalogue."""
        page = self._app.list_facilities(Page.of(request))
        return pb.ListFacilitiesResponse(
            facilities=map(convert.from_facility, page.items), next_page_token=page.next_token
        )

    def CreateApplication(
        self, request: pb.CreateApplicationRequest, context: grpc.ServicerContext
    ) -> pb.CreateApplicationResponse:
        """A new draft."""
        application = self._app.create(convert.to_create(request))
        return pb.CreateApplicationResponse(application=convert.from_application(application))

    def GetApplication(
        self, request: pb.GetApplicationRequest, context: grpc.ServicerContext
    ) -> pb.GetApplicationResponse:
        """One application."""
        application = self._app.shown(request.application_id)
        return pb.GetApplicationResponse(application=convert.from_application(application))

    def UpdateApplication(
        self, request: pb.UpdateApplicationRequest, context: grpc.ServicerContext
    ) -> pb.UpdateApplicationResponse:
        """A changed draft."""
        application = self._app.change(convert.to_change(request))
        return pb.UpdateApplicationResponse(application=convert.from_application(application))

    def SetParties(self, request: pb.SetPartiesRequest, context: grpc.ServicerContext) -> pb.SetPartiesResponse:
        """A draft with its parties."""
        application = self._app.set_parties(convert.to_set_parties(request))
        return pb.SetPartiesResponse(application=convert.from_application(application))

    def ListParticipations(
        self, request: pb.ListParticipationsRequest, context: grpc.ServicerContext
    ) -> pb.ListParticipationsResponse:
        """What the caller is bound by beside others."""
        page = self._app.participations(caller().owner_id, Page.of(request))
        rows = [convert.from_participation(each, caller().owner_id) for each in page.items]
        return pb.ListParticipationsResponse(participations=rows, next_page_token=page.next_token)

    def AnswerParticipation(
        self, request: pb.AnswerParticipationRequest, context: grpc.ServicerContext
    ) -> pb.AnswerParticipationResponse:
        """A party's answer."""
        application = self._app.answer_participation(convert.to_answer_participation(request))
        return pb.AnswerParticipationResponse(participation=convert.from_participation(application, caller().owner_id))

    def ListApplications(
        self, request: pb.ListApplicationsRequest, context: grpc.ServicerContext
    ) -> pb.ListApplicationsResponse:
        """The caller's own applications; for staff, all."""
        page = self._app.list_loans(convert.to_own_filter(request, caller().owner_id), Page.of(request))
        return pb.ListApplicationsResponse(
            applications=map(convert.from_application, page.items), next_page_token=page.next_token
        )

    def ListApplicationStatuses(
        self, request: pb.ListApplicationStatusesRequest, context: grpc.ServicerContext
    ) -> pb.ListApplicationStatusesResponse:
        """Where the caller's own applications stand; for staff, all."""
        page = self._app.list_loans(LoanFilter(caller().owner_id), Page.of(request))
        return pb.ListApplicationStatusesResponse(
            statuses=map(convert.from_summary, page.items), next_page_token=page.next_token
        )

    def SubmitApplication(
        self, request: pb.SubmitApplicationRequest, context: grpc.ServicerContext
    ) -> pb.SubmitApplicationResponse:
        """A draft handed in."""
        application = self._app.submit(request.application_id)
        return pb.SubmitApplicationResponse(application=convert.from_application(application))

    def WithdrawApplication(
        self, request: pb.WithdrawApplicationRequest, context: grpc.ServicerContext
    ) -> pb.WithdrawApplicationResponse:
        """An application taken back."""
        application = self._app.withdraw(convert.to_withdraw(request))
        return pb.WithdrawApplicationResponse(application=convert.from_application(application))

    def GetTimeline(self, request: pb.GetTimelineRequest, context: grpc.ServicerContext) -> pb.GetTimelineResponse:
        """What happened to a loan."""
        page = self._app.timeline(request.application_id, Page.of(request))
        return pb.GetTimelineResponse(entries=map(convert.from_entry, page.items), next_page_token=page.next_token)

    def ListLoans(self, request: pb.ListLoansRequest, context: grpc.ServicerContext) -> pb.ListLoansResponse:
        """All loans that pass a filter."""
        page = self._app.list_loans(convert.to_filter(request), Page.of(request))
        return pb.ListLoansResponse(loans=map(convert.from_application, page.items), next_page_token=page.next_token)

    def GetDashboard(self, request: pb.GetDashboardRequest, context: grpc.ServicerContext) -> pb.GetDashboardResponse:
        """The pipeline in numbers."""
        found = self._app.dashboard(convert.to_filter(request))
        return pb.GetDashboardResponse(dashboard=convert.from_dashboard(found))

    def AuthorizeActivation(
        self, request: pb.AuthorizeActivationRequest, context: grpc.ServicerContext
    ) -> pb.AuthorizeActivationResponse:
        """The gate between signature and account."""
        application = self._app.authorize_activation(request.application_id)
        return pb.AuthorizeActivationResponse(application=convert.from_application(application))

    def CheckOngoing(self, request: pb.CheckOngoingRequest, context: grpc.ServicerContext) -> pb.CheckOngoingResponse:
        """Where an application that has not ended stands."""
        return convert.from_ongoing(self._app.check_ongoing(request.application_id, request.decider_id))

    def CheckDecider(self, request: pb.CheckDeciderRequest, context: grpc.ServicerContext) -> pb.CheckDeciderResponse:
        """Whether a member of staff may decide on a loan."""
        self._app.check_decider(request.application_id, request.decider_id)
        return pb.CheckDeciderResponse()

    def ListCommitments(
        self, request: pb.ListCommitmentsRequest, context: grpc.ServicerContext
    ) -> pb.ListCommitmentsResponse:
        """By what persons are bound."""
        page = self._app.commitments(request.customer_ids, Page.of(request))
        return pb.ListCommitmentsResponse(
            commitments=map(convert.from_commitment, page.items), next_page_token=page.next_token
        )
