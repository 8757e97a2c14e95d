"""Between the contract and the model; pure."""

from google.protobuf.message import Message

from loanflow.approval.v1 import approval_events_pb2 as events_pb2
from loanflow.approval.v1 import approval_pb2
from loanflow.approval.v1 import approval_service_pb2 as pb
from loanflow.discussion.v1 import discussion_events_pb2 as discussion
from loanflow.types.v1 import schedule_pb2, terms_pb2
from services.approval import model
from services.approval.handlers import Decide
from services.approval.model import Accepted, Approval, ApprovalLevel
from services.runtime.messages import OTHERS, In, Out, Outs
from services.terms import from_cost, from_terms, to_cost, to_terms

_TERMS_AND_COST = {"terms": terms_pb2.LoanTerms, "cost": schedule_pb2.LoanCost}
_EVENTS = Outs(
    Out(model.ApprovalInternalPassed, events_pb2.ApprovalInternalPassed),
    Out(model.ApprovalManagementPassed, events_pb2.ApprovalManagementPassed),
    Out(model.ApprovalFinalApproved, events_pb2.ApprovalFinalApproved, given=_TERMS_AND_COST),
    Out(model.ApprovalRejected, events_pb2.ApprovalRejected),
)
_ACCEPTED = In(discussion.DiscussionOfferAccepted, Accepted, given={"terms", "cost"}, ignored=OTHERS)
_DECIDE = In((pb.DecideInternalRequest, pb.DecideManagementRequest, pb.DecideFinalRequest), Decide, given={"level"})
_APPROVAL = Out(Approval, approval_pb2.Approval, given=_TERMS_AND_COST)


def event_message(event: object) -> Message:
    """The contract's message of an event of the model."""
    if isinstance(event, model.ApprovalFinalApproved):
        return _EVENTS(event, **_terms_and_cost(event))
    return _EVENTS(event)


def to_accepted(event: discussion.DiscussionOfferAccepted) -> Accepted:
    """The accepted offer that an event reports."""
    return _ACCEPTED(event, terms=to_terms(event.terms), cost=to_cost(event.cost))


def to_decide(
    request: pb.DecideInternalRequest | pb.DecideManagementRequest | pb.DecideFinalRequest, level: ApprovalLevel
) -> Decide:
    """The command of a request at a level."""
    return _DECIDE(request, level=level)


def from_approval(approval: Approval) -> approval_pb2.Approval:
    """The resource of an approval."""
    return _APPROVAL(approval, **_terms_and_cost(approval))


def _terms_and_cost(decided: Approval | model.ApprovalFinalApproved) -> dict[str, Message]:
    return {"terms": from_terms(decided.terms), "cost": from_cost(decided.cost, decided.terms.currency)}
