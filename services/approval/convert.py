"""Between the contract and the model; pure."""

from collections.abc import Mapping

from google.protobuf.message import Message

from loanflow.approval.v1 import approval_events_pb2 as events_pb2
from loanflow.approval.v1 import approval_pb2
from loanflow.approval.v1 import approval_service_pb2 as pb
from loanflow.discussion.v1 import discussion_events_pb2 as discussion
from services.approval import model
from services.approval.handlers import Decide
from services.approval.model import Accepted, Approval, ApprovalLevel
from services.runtime.messages import from_message, to_message
from services.terms import from_cost, from_terms, to_cost, to_terms

_EVENTS: Mapping[type[object], type[Message]] = {
    model.ApprovalInternalPassed: events_pb2.ApprovalInternalPassed,
    model.ApprovalManagementPassed: events_pb2.ApprovalManagementPassed,
    model.ApprovalFinalApproved: events_pb2.ApprovalFinalApproved,
    model.ApprovalRejected: events_pb2.ApprovalRejected,
}


def event_message(event: object) -> Message:
    """The contract's message of an event of the model."""
    if isinstance(event, model.ApprovalFinalApproved):
        return to_message(event, _EVENTS[type(event)], **_terms_and_cost(event))
    return to_message(event, _EVENTS[type(event)])


def to_accepted(event: discussion.DiscussionOfferAccepted) -> Accepted:
    """The accepted offer that an event reports."""
    return from_message(event, Accepted, terms=to_terms(event.terms), cost=to_cost(event.cost))


def to_decide(
    request: pb.DecideInternalRequest | pb.DecideManagementRequest | pb.DecideFinalRequest, level: ApprovalLevel
) -> Decide:
    """The command of a request at a level."""
    return from_message(request, Decide, level=level)


def from_approval(approval: Approval) -> approval_pb2.Approval:
    """The resource of an approval."""
    return to_message(approval, approval_pb2.Approval, **_terms_and_cost(approval))


def _terms_and_cost(told: Approval | model.ApprovalFinalApproved) -> dict[str, Message]:
    return {"terms": from_terms(told.terms), "cost": from_cost(told.cost, told.terms.currency)}
