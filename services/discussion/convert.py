"""Between the contract and the model; pure."""

from google.api.httpbody_pb2 import HttpBody
from google.protobuf.message import Message

from loanflow.discussion.v1 import discussion_events_pb2 as events_pb2
from loanflow.discussion.v1 import discussion_pb2, offer_pb2
from loanflow.discussion.v1 import discussion_service_pb2 as pb
from loanflow.types.v1 import schedule_pb2, terms_pb2
from services.discussion import model
from services.discussion.documents import PrintOffer
from services.discussion.handlers import Accept, Counter, Decline, SendOffer
from services.discussion.model import Discussion, Offer
from services.lending import LendingError, LoanTerms
from services.runtime.messages import In, Out, Outs
from services.terms import from_cost, from_terms, to_terms, unset

_TERMS_AND_COST = {"terms": terms_pb2.LoanTerms, "cost": schedule_pb2.LoanCost}
_EVENTS = Outs(
    Out(model.DiscussionOfferSent, events_pb2.DiscussionOfferSent, given=_TERMS_AND_COST),
    Out(model.DiscussionOfferAccepted, events_pb2.DiscussionOfferAccepted, given=_TERMS_AND_COST),
    Out(model.DiscussionOfferDeclined, events_pb2.DiscussionOfferDeclined),
    Out(model.DiscussionOfferExpired, events_pb2.DiscussionOfferExpired),
)
_SEND_OFFER = In(pb.SendOfferRequest, SendOffer, given={"terms", "unset"})
_COUNTER = In(pb.CounterOfferRequest, Counter, given={"terms", "unset"})
_ACCEPT = In(pb.AcceptRequest, Accept)
_DECLINE = In(pb.DeclineRequest, Decline)
_PRINT_OFFER = In(pb.GetOfferFileRequest, PrintOffer, given={"language"}, usual={"document"})
_DISCUSSION = Out(Discussion, discussion_pb2.Discussion)
_OFFER = Out(Offer, offer_pb2.Offer, given={"application_id": str, **_TERMS_AND_COST})


def event_message(event: object) -> Message:
    """The contract's message of an event of the model."""
    if isinstance(event, model.DiscussionOfferSent | model.DiscussionOfferAccepted):
        return _EVENTS(event, **_terms_and_cost(event))
    return _EVENTS(event)


def to_send_offer(request: pb.SendOfferRequest) -> SendOffer:
    """The command of a request; InvalidArgument IMPOSSIBLE_TERMS or WRONG_CURRENCY."""
    return _SEND_OFFER(request, terms=_terms(request.terms), unset=unset(request.terms))


def to_counter(request: pb.CounterOfferRequest) -> Counter:
    """The command of a request; InvalidArgument IMPOSSIBLE_TERMS or WRONG_CURRENCY."""
    return _COUNTER(request, terms=_terms(request.terms), unset=unset(request.terms))


def to_accept(request: pb.AcceptRequest) -> Accept:
    """The command of a request."""
    return _ACCEPT(request)


def to_decline(request: pb.DeclineRequest) -> Decline:
    """The command of a request."""
    return _DECLINE(request)


def to_print_offer(request: pb.GetOfferFileRequest) -> PrintOffer:
    """The document that is asked for; in the customer's language unless the request says otherwise."""
    said = offer_pb2.OfferLanguage.Name(request.language) if request.language else ""
    return _PRINT_OFFER(request, language=said.rpartition("_")[2].lower())


def offer_file_name(wanted: PrintOffer) -> str:
    """What a document is called."""
    return f"{wanted.document.name.lower()}-{wanted.application_id}-{wanted.offer_version}.pdf"


def from_offer_file(content: bytes) -> pb.GetOfferFileResponse:
    """The answer with a document."""
    return pb.GetOfferFileResponse(file=HttpBody(content_type="application/pdf", data=content))


def from_discussion(discussion: Discussion) -> discussion_pb2.Discussion:
    """The resource of a discussion."""
    return _DISCUSSION(discussion)


def from_offer(offer: Offer, application_id: str) -> offer_pb2.Offer:
    """The resource of an offer."""
    return _OFFER(offer, application_id=application_id, **_terms_and_cost(offer))


def from_latest(discussion: Discussion) -> offer_pb2.Offer:
    """The resource of a discussion's latest offer."""
    assert discussion.latest is not None, "an offer was just made or answered"
    return from_offer(discussion.latest, discussion.application_id)


def _terms(message: terms_pb2.LoanTerms) -> LoanTerms:
    try:
        return to_terms(message)
    except LendingError as refused:
        raise refused.within("terms") from refused


def _terms_and_cost(
    offered: Offer | model.DiscussionOfferSent | model.DiscussionOfferAccepted,
) -> dict[str, Message]:
    return {"terms": from_terms(offered.terms), "cost": from_cost(offered.cost, offered.terms.currency)}
