"""What others report: a submission opens a review, an ending closes it; other details are screened again."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from google.protobuf.message import Message

from loanflow.application.v1 import application_events_pb2 as application
from loanflow.customer.v1 import customer_events_pb2 as customer
from services.kyc import convert
from services.kyc.handlers import App
from services.retention import relationship_end
from services.runtime.events.read_ahead import ids_in


def read_ahead(app: App, events: Sequence[Any]) -> None:
    """The reviews and the monitored customers that these events are about."""
    parties = [party for event in events for party in getattr(event, "parties", ())]
    app.read_ahead(ids_in(events, "application_id"), ids_in([*events, *parties], "customer_id"))


def subscriptions(app: App) -> Mapping[type[Message], Callable[[Any], None]]:
    """What is done with each kind of event."""

    def close(event: Any) -> None:
        app.close(event.application_id)

    return {
        application.ApplicationSubmitted: lambda event: app.open(convert.to_open(event)),
        application.ApplicationWithdrawn: close,
        application.ApplicationRejected: close,
        application.ApplicationClosed: close,
        application.ApplicationReopened: lambda event: app.reopen(event.application_id),
        customer.CustomerKycSubmitted: lambda event: app.on_details_changed(event.customer_id),
        customer.CustomerProfileUpdated: lambda event: app.on_details_changed(event.customer_id),
        customer.CustomerErased: lambda event: app.erase(event.customer_id, relationship_end(event)),
    }
