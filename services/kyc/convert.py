"""Between the contract and the model; pure."""

from google.protobuf.message import Message

from loanflow.application.v1 import application_events_pb2 as application_pb2
from loanflow.kyc.v1 import kyc_events_pb2 as events_pb2
from loanflow.kyc.v1 import kyc_service_pb2 as pb
from loanflow.kyc.v1 import review_pb2
from services.kyc import events
from services.kyc.handlers import Assign, Decide, Open, RequestInformation, Verify
from services.kyc.model import InformationRequest, Review, ReviewStatus
from services.kyc.ports import QueueFilter
from services.runtime.messages import OTHERS, In, Members, Out, Outs

_EVENTS = Outs(
    Out(events.KycVerificationStarted, events_pb2.KycVerificationStarted),
    Out(events.ProjectValidated, events_pb2.ProjectValidated),
    Out(events.KycInformationRequested, events_pb2.KycInformationRequested),
    Out(events.KycReviewResumed, events_pb2.KycReviewResumed),
    Out(events.KycApproved, events_pb2.KycApproved),
    Out(events.KycRejected, events_pb2.KycRejected),
)
_OPEN = In(application_pb2.ApplicationSubmitted, Open, ignored=OTHERS)
_ASSIGN = In(pb.AssignRequest, Assign)
_VERIFY = In(pb.VerifyRequest, Verify, parts={"checklist"})
_REQUEST_INFORMATION = In(pb.RequestInformationRequest, RequestInformation)
_DECIDE = In(pb.DecideRequest, Decide, parts={"decision"})
_REVIEW = Out(Review, review_pb2.Review)
_INFORMATION_REQUEST = Out(InformationRequest, review_pb2.InformationRequest)
_STATUS = Members(ReviewStatus, review_pb2.ReviewStatus)
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


def to_request_information(request: pb.RequestInformationRequest) -> RequestInformation:
    """The command of a request."""
    return _REQUEST_INFORMATION(request)


def to_decide(request: pb.DecideRequest) -> Decide:
    """The command of a request."""
    return _DECIDE(request)


def to_filter(request: pb.GetQueueRequest, caller_id: str) -> QueueFilter:
    """The filter of a request of the account `caller_id`."""
    status = _STATUS.get(request.status)
    statuses = (status,) if status else _WAITING
    return QueueFilter(statuses, caller_id if request.mine else "")


def from_review(review: Review) -> review_pb2.Review:
    """The resource of a review."""
    return _REVIEW(review)


def from_information_request(asked: InformationRequest) -> review_pb2.InformationRequest:
    """The resource of what a customer is asked for."""
    return _INFORMATION_REQUEST(asked)
