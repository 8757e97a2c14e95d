"""What the approval service learns from others: who decided before, what was accepted, and what has ended."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from google.protobuf.message import Message

from loanflow.application.v1 import application_events_pb2 as application
from loanflow.customer.v1 import customer_events_pb2 as customer
from loanflow.discussion.v1 import discussion_events_pb2 as discussion
from loanflow.kyc.v1 import kyc_events_pb2 as kyc
from loanflow.risk.v1 import risk_events_pb2 as risk
from services.approval import convert
from services.approval.handlers import App
from services.retention import relationship_end
from services.runtime.events.read_ahead import ids_in


def read_ahead(app: App, events: Sequence[Any]) -> None:
    """What is known of the applications that these events are about, and their approvals."""
    app.read_ahead(ids_in(events, "application_id"))


def subscriptions(app: App) -> Mapping[type[Message], Callable[[Any], None]]:
    """What is done with each kind of event."""

    def note_kyc(event: kyc.KycApproved) -> None:
        app.note_kyc(event.application_id, event.verified_by, event.decided_by)

    def note_risk(event: risk.RiskApprovedForDiscussion) -> None:
        app.note_risk(event.application_id, event.decided_by, event.proposed_by)

    def open_approval(event: discussion.DiscussionOfferAccepted) -> None:
        app.open(convert.to_accepted(event))

    def end(event: Any) -> None:
        app.end(event.application_id)

    return {
        kyc.KycApproved: note_kyc,
        risk.RiskApprovedForDiscussion: note_risk,
        discussion.DiscussionOfferAccepted: open_approval,
        application.ApplicationWithdrawn: end,
        application.ApplicationRejected: end,
        application.ApplicationClosed: end,
        customer.CustomerErased: lambda event: app.erase(event.customer_id, relationship_end(event)),
    }
