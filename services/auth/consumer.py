"""What the auth service does when others report something."""

from collections.abc import Callable, Mapping
from typing import Any

from google.protobuf.message import Message

from loanflow.customer.v1 import customer_events_pb2 as customer
from services.auth.handlers import App
from services.retention import relationship_end


def subscriptions(app: App) -> Mapping[type[Message], Callable[[Any], None]]:
    """What is done with each kind of event."""
    return {customer.CustomerErased: lambda event: app.on_customer_erased(event.customer_id, relationship_end(event))}
