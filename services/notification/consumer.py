"""What the notification service subscribes to: everything; the table of notices says what customers are notified of."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from google.protobuf.message import Message

from loanflow.customer.v1.customer_events_pb2 import CustomerErased
from services.notification import convert
from services.notification.handlers import App
from services.notification.notices import NOTICES, SILENT, Notice
from services.retention import relationship_end


def subscriptions(app: App) -> Mapping[type[Message], Callable[[Any], None]]:
    """What is done with each kind of event."""
    by_event = {notice.event: partial(_tell, app, notice) for notice in NOTICES}
    return {
        **dict.fromkeys(SILENT, _pass_over),
        **by_event,
        CustomerErased: lambda event: app.erase(event.customer_id, relationship_end(event)),
    }


def _tell(app: App, notice: Notice, event: Any) -> None:
    app.notify(convert.to_notify(notice, event))


def _pass_over(event: Any) -> None:
    """Consumed for the order of its aggregate; no notice."""
