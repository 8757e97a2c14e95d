"""Between the contract and the model; pure."""

from collections.abc import Mapping

from google.protobuf.message import Message

from loanflow.application.v1 import application_events_pb2 as application_pb2
from loanflow.kyc.v1 import kyc_events_pb2 as events_pb2
from loanflow.kyc.v1 import kyc_service_pb2 as pb
from loanflow.kyc.v1 import review_pb2
from services.kyc import events
from services.kyc.handlers import Assign, Decide, Open, RequestInformation, Verify
from services.kyc.model import Checklist, Decision, InformationRequest, Review, ReviewStatus
from services.kyc.ports import QueueFilter
from services.runtime.messages import enum_prefix, from_message, to_message

_EVENTS: Mapping[type[object], type[Message]] = {
    events.KycVerificationStarted: events_pb2.KycVerificationStarted,
    events.ProjectValidated: events_pb2.ProjectValidated,
    events.KycInformationRequested: events_pb2.KycInformationRequested,
    events.KycReviewResumed: events_pb2.KycReviewResumed,
    events.KycApproved: events_pb2.KycApproved,
    events.KycRejected: events_pb2.KycRejected,
}
_WAITING = (ReviewStatus.PENDING, ReviewStatus.ASSIGNED)


def event_message(event: object) -> Message:
    """The contract's message of an event of the model."""
    return to_message(event, _EVENTS[type(event)])


def to_open(event: application_pb2.ApplicationSubmitted) -> Open:
    """The command that a submission means."""
    return from_message(event, Open)


def to_assign(request: pb.AssignRequest) -> Assign:
    """The command of a request."""
    return from_message(request, Assign)


def to_verify(request: pb.VerifyRequest) -> Verify:
    """The command of a request."""
    return from_message(request, Verify, checklist=from_message(request, Checklist))


def to_request_information(request: pb.RequestInformationRequest) -> RequestInformation:
    """The command of a request."""
    return from_message(request, RequestInformation)


def to_decide(request: pb.DecideRequest) -> Decide:
    """The command of a request."""
    return Decide(request.application_id, from_message(request, Decision))


def to_filter(request: pb.GetQueueRequest, caller_id: str) -> QueueFilter:
    """The filter of a request of the account `caller_id`."""
    name = review_pb2.ReviewStatus.Name(request.status).removeprefix(enum_prefix(review_pb2.ReviewStatus.DESCRIPTOR))
    statuses = (ReviewStatus[name],) if request.status else _WAITING
    return QueueFilter(statuses, caller_id if request.mine else "")


def from_review(review: Review) -> review_pb2.Review:
    """The resource of a review."""
    return to_message(review, review_pb2.Review)


def from_information_request(asked: InformationRequest) -> review_pb2.InformationRequest:
    """The resource of what a customer is asked for."""
    return to_message(asked, review_pb2.InformationRequest)
