"""Between the contract and the model; pure."""

from google.protobuf.message import Message

from loanflow.application.v1 import application_events_pb2 as application_pb2
from loanflow.kyc.v1 import kyc_events_pb2 as events_pb2
from loanflow.kyc.v1 import kyc_service_pb2 as pb
from loanflow.kyc.v1 import officer_pb2, review_pb2, screening_case_pb2
from services.kyc import events
from services.kyc.cases import UNRESOLVED, ScreeningCase, ScreeningCaseStatus
from services.kyc.casework import AssignCase, RecordDueDiligence, ResolveCase, ReviewCase, ReviewDueDiligence
from services.kyc.handlers import Assign, Decide, Open, RequestInformation, Verify, VerifyParty
from services.kyc.information import InformationRequest
from services.kyc.model import Review
from services.kyc.officers import Officer
from services.kyc.ports import CaseFilter, QueueFilter, QueueOrder
from services.kyc.renewals import RenewIdentity
from services.kyc.rescreening import Progress, RunScreening
from services.kyc.staffing import UpdateOfficer
from services.kyc.status import OPEN, ReviewStatus
from services.runtime.messages import OTHERS, In, Members, Out, Outs

_EVENTS = Outs(
    Out(events.KycVerificationStarted, events_pb2.KycVerificationStarted),
    Out(events.ProjectValidated, events_pb2.ProjectValidated),
    Out(events.KycInformationRequested, events_pb2.KycInformationRequested),
    Out(events.KycReviewResumed, events_pb2.KycReviewResumed),
    Out(events.KycApproved, events_pb2.KycApproved),
    Out(events.KycRejected, events_pb2.KycRejected),
    Out(events.KycPartyVerified, events_pb2.KycPartyVerified),
    Out(events.KycReviewOverdue, events_pb2.KycReviewOverdue),
    Out(events.KycCaseOverdue, events_pb2.KycCaseOverdue),
    Out(events.KycIdentityExpiring, events_pb2.KycIdentityExpiring),
)
_OPEN = In(application_pb2.ApplicationSubmitted, Open, ignored=OTHERS)
_ASSIGN = In(pb.AssignRequest, Assign)
_VERIFY = In(pb.VerifyRequest, Verify, parts={"checklist"})
_VERIFY_PARTY = In(pb.VerifyPartyRequest, VerifyParty)
_RENEW_IDENTITY = In(pb.RenewIdentityRequest, RenewIdentity, parts={"paper"})
_REQUEST_INFORMATION = In(pb.RequestInformationRequest, RequestInformation)
_DECIDE = In(pb.DecideRequest, Decide, parts={"decision"})
_REVIEW = Out(Review, review_pb2.Review)
_INFORMATION_REQUEST = Out(InformationRequest, review_pb2.InformationRequest)
_STATUS = Members(ReviewStatus, review_pb2.ReviewStatus)
_ORDER = Members(QueueOrder, pb.QueueOrder)
_CASE = Out(ScreeningCase, screening_case_pb2.ScreeningCase)
_CASE_STATUS = Members(ScreeningCaseStatus, screening_case_pb2.ScreeningCaseStatus)
_ASSIGN_CASE = In(pb.AssignScreeningCaseRequest, AssignCase)
_RESOLVE_CASE = In(pb.ResolveScreeningCaseRequest, ResolveCase, parts={"found"})
_REVIEW_CASE = In(pb.ReviewScreeningCaseRequest, ReviewCase)
_RECORD_DUE_DILIGENCE = In(pb.RecordDueDiligenceRequest, RecordDueDiligence, parts={"found"})
_REVIEW_DUE_DILIGENCE = In(pb.ReviewDueDiligenceRequest, ReviewDueDiligence)
_OFFICER = Out(Officer, officer_pb2.Officer)
_UPDATE_OFFICER = In(pb.UpdateOfficerRequest, UpdateOfficer)
_RUN = In(pb.RunScreeningRequest, RunScreening)
_PROGRESS = Out(Progress, pb.RunScreeningResponse)
_WAITING = (ReviewStatus.PENDING, ReviewStatus.ASSIGNED)


def event_message(event: object) -> Message:
    """The contract's message of an event of the model."""
    return _EVENTS(event)


def to_open(event: application_pb2.ApplicationSubmitted) -> Open:
    """The command that a submission means."""
    return _OPEN(event)


def to_assign(request: pb.AssignRequest) -> Assign:
    """The command of a request."""
    return _ASSIGN(request)


def to_verify(request: pb.VerifyRequest) -> Verify:
    """The command of a request."""
    return _VERIFY(request)


def to_verify_party(request: pb.VerifyPartyRequest) -> VerifyParty:
    """The command of a request."""
    return _VERIFY_PARTY(request)


def to_renew_identity(request: pb.RenewIdentityRequest) -> RenewIdentity:
    """The command of a request."""
    return _RENEW_IDENTITY(request)


def to_request_information(request: pb.RequestInformationRequest) -> RequestInformation:
    """The command of a request."""
    return _REQUEST_INFORMATION(request)


def to_decide(request: pb.DecideRequest) -> Decide:
    """The command of a request."""
    return _DECIDE(request)


def to_filter(request: pb.GetQueueRequest, caller_id: str) -> QueueFilter:
    """The filter of a request of the account `caller_id`."""
    status = _STATUS.get(request.status)
    waiting = (ReviewStatus.APPROVED,) if request.identity_renewal else OPEN if request.escalated else _WAITING
    statuses = (status,) if status else waiting
    order = _ORDER.get(request.order) or QueueOrder.AGE
    return QueueFilter(statuses, caller_id if request.mine else "", order, request.escalated, request.identity_renewal)


def from_review(review: Review) -> review_pb2.Review:
    """The resource of a review."""
    return _REVIEW(review)


def from_information_request(asked: InformationRequest) -> review_pb2.InformationRequest:
    """The resource of what a customer is asked for."""
    return _INFORMATION_REQUEST(asked)


def to_case_filter(request: pb.ListScreeningCasesRequest, caller_id: str) -> CaseFilter:
    """The filter of a request of the account `caller_id`."""
    status = _CASE_STATUS.get(request.status)
    statuses = (status,) if status else UNRESOLVED
    return CaseFilter(statuses, caller_id if request.mine else "", request.customer_id, waiting=not status)


def to_assign_case(request: pb.AssignScreeningCaseRequest) -> AssignCase:
    """The command of a request."""
    return _ASSIGN_CASE(request)


def to_resolve_case(request: pb.ResolveScreeningCaseRequest) -> ResolveCase:
    """The command of a request."""
    return _RESOLVE_CASE(request)


def to_review_case(request: pb.ReviewScreeningCaseRequest) -> ReviewCase:
    """The command of a request."""
    return _REVIEW_CASE(request)


def to_record_due_diligence(request: pb.RecordDueDiligenceRequest) -> RecordDueDiligence:
    """The command of a request."""
    return _RECORD_DUE_DILIGENCE(request)


def to_review_due_diligence(request: pb.ReviewDueDiligenceRequest) -> ReviewDueDiligence:
    """The command of a request."""
    return _REVIEW_DUE_DILIGENCE(request)


def to_update_officer(request: pb.UpdateOfficerRequest) -> UpdateOfficer:
    """The command of a request."""
    return _UPDATE_OFFICER(request)


def to_run(request: pb.RunScreeningRequest) -> RunScreening:
    """The command of a request."""
    return _RUN(request)


def from_case(case: ScreeningCase) -> screening_case_pb2.ScreeningCase:
    """The resource of a screening case."""
    return _CASE(case)


def from_officer(officer: Officer) -> officer_pb2.Officer:
    """The resource of an officer."""
    return _OFFICER(officer)


def from_progress(progress: Progress) -> pb.RunScreeningResponse:
    """The answer that says what a call of the daily run did."""
    return _PROGRESS(progress)
