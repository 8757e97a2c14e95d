"""What the discussion service learns from others: which application is released, and which has ended."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from google.protobuf.message import Message

from loanflow.application.v1 import application_events_pb2 as application
from loanflow.customer.v1 import customer_events_pb2 as customer
from loanflow.risk.v1 import risk_events_pb2 as risk
from services.discussion.handlers import App
from services.discussion.limits import Assessed
from services.retention import relationship_end
from services.runtime.events.read_ahead import ids_in
from services.terms import to_money


def read_ahead(app: App, events: Sequence[Any]) -> None:
    """The discussions of the applications that these events are about."""
    app.read_ahead(ids_in(events, "application_id"))


def subscriptions(app: App) -> Mapping[type[Message], Callable[[Any], None]]:
    """What is done with each kind of event."""

    def release(event: risk.RiskApprovedForDiscussion) -> None:
        assessed = Assessed(to_money(event.amount).amount, event.tenure_months)
        app.release(event.application_id, event.customer_id, event.facility_type, assessed)

    def end(event: Any) -> None:
        app.end(event.application_id)

    return {
        risk.RiskApprovedForDiscussion: release,
        application.ApplicationWithdrawn: end,
        application.ApplicationRejected: end,
        application.ApplicationClosed: end,
        customer.CustomerErased: lambda event: app.erase(event.customer_id, relationship_end(event)),
    }
