"""What the notification service subscribes to: everything.

The table of notices says what customers are notified of; the contract, what goes to webhooks.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from google.protobuf.message import Message

from loanflow.customer.v1.customer_events_pb2 import CustomerErased, CustomerProfileUpdated
from services.notification import convert
from services.notification.handlers import App
from services.notification.notices import NOTICES, SILENT, Notice
from services.notification.webhook_events import scopes_of, to_pass_on
from services.retention import relationship_end
from services.runtime.events.read_ahead import ids_in


def subscriptions(app: App) -> Mapping[type[Message], Callable[[Any], None]]:
    """What is done with each kind of event."""
    by_event = {notice.event: partial(_notify, app, notice) for notice in NOTICES}
    return {
        **{event: partial(_pass_on, app) for event in SILENT},
        **by_event,
        CustomerProfileUpdated: partial(_readdress, app, by_event[CustomerProfileUpdated]),
        CustomerErased: lambda event: app.erase(event.customer_id, relationship_end(event)),
    }


def read_ahead(app: App, events: Sequence[Any]) -> None:
    """What the notices of these events ask for."""
    app.read_ahead(ids_in(events, "customer_id"), ids_in(events, "application_id"))


def _readdress(app: App, notify: Callable[[Any], None], event: CustomerProfileUpdated) -> None:
    """First what the profile says, so that the notice of it is in the language that it has now."""
    if changes := convert.to_profile_changes(event):
        app.on_profile(event.customer_id, changes)
    notify(event)


def _notify(app: App, notice: Notice, event: Any) -> None:
    # First what may be too early.
    app.notify(convert.to_notify(notice, event))
    _pass_on(app, event)


def _pass_on(app: App, event: Any) -> None:
    """To the webhooks that want it, if partners may get it; it is consumed for the order of its aggregate anyway."""
    if scopes_of(type(event)):
        app.pass_on(to_pass_on(event))
