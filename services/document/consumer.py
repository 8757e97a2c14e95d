"""What others report: applications begin, are submitted and end; customers are erased."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from google.protobuf.message import Message

from loanflow.application.v1 import application_events_pb2 as application
from loanflow.customer.v1 import customer_events_pb2 as customer
from services.document import convert
from services.document.handlers import App
from services.document.model import Stage
from services.retention import relationship_end
from services.runtime.events.read_ahead import ids_in


def read_ahead(app: App, events: Sequence[Any]) -> None:
    """The folders of the applications that these events are about."""
    app.read_ahead(ids_in(events, "application_id"))


def subscriptions(app: App) -> Mapping[type[Message], Callable[[Any], None]]:
    """What is done with each kind of event."""

    def end(event: Any) -> None:
        app.end(event.application_id)

    return {
        application.ApplicationCreated: lambda event: app.open(convert.to_open(event, Stage.DRAFT)),
        application.ApplicationSubmitted: lambda event: app.open(convert.to_submitted(event)),
        application.ApplicationWithdrawn: end,
        application.ApplicationRejected: end,
        application.ApplicationClosed: end,
        customer.CustomerErased: lambda event: app.erase(event.customer_id, relationship_end(event)),
    }
