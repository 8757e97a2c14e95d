"""What other services report: a submission brings the figures, an approval of KYC starts, an ending closes."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from google.protobuf.message import Message

from loanflow.application.v1 import application_events_pb2 as application
from loanflow.approval.v1 import approval_events_pb2 as approval
from loanflow.customer.v1 import customer_events_pb2 as customer
from loanflow.kyc.v1 import kyc_events_pb2 as kyc
from services.retention import relationship_end
from services.risk import convert, refusal_convert
from services.risk.handlers import App
from services.runtime.events.read_ahead import ids_in


def read_ahead(app: App, events: Sequence[Any]) -> None:
    """The reports on the applications that these events are about."""
    app.read_ahead(ids_in(events, "application_id"))


def subscriptions(app: App) -> Mapping[type[Message], Callable[[Any], None]]:
    """What is done with each kind of event."""

    def close(event: Any) -> None:
        app.close(event.application_id)

    return {
        application.ApplicationSubmitted: lambda event: app.open(convert.to_open(event)),
        kyc.KycApproved: lambda event: app.start(convert.to_start(event)),
        kyc.KycRejected: lambda event: app.refuse(refusal_convert.to_refuse_by_kyc(event)),
        approval.ApprovalRejected: lambda event: app.refuse(refusal_convert.to_refuse_by_approval(event)),
        application.ApplicationWithdrawn: close,
        application.ApplicationRejected: close,
        application.ApplicationClosed: close,
        customer.CustomerErased: lambda event: app.erase(event.customer_id, relationship_end(event)),
    }
