"""What others report: who decided, what was approved, which applications ended, and who is erased."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from google.protobuf.message import Message

from loanflow.application.v1 import application_events_pb2 as application
from loanflow.approval.v1 import approval_events_pb2 as approval
from loanflow.customer.v1 import customer_events_pb2 as customer
from loanflow.kyc.v1 import kyc_events_pb2 as kyc
from loanflow.risk.v1 import risk_events_pb2 as risk
from services.agreement import convert
from services.agreement.handlers import App
from services.retention import relationship_end
from services.runtime.events.read_ahead import ids_in


def read_ahead(app: App, events: Sequence[Any]) -> None:
    """The agreements of the applications that these events are about."""
    app.read_ahead(ids_in(events, "application_id"))


def subscriptions(app: App) -> Mapping[type[Message], Callable[[Any], None]]:
    """What is done with each kind of event."""

    def decided(event: Any) -> None:
        app.note_deciders(event.application_id, event.customer_id, event.decided_by)

    def risk_approved(event: risk.RiskApprovedForDiscussion) -> None:
        deciders = event.decided_by, event.proposed_by
        app.note_deciders(event.application_id, event.customer_id, *filter(None, deciders))

    def kyc_approved(event: kyc.KycApproved) -> None:
        app.note_deciders(event.application_id, event.customer_id, event.verified_by, event.decided_by)

    def ended(event: Any) -> None:
        app.close(event.application_id, event.customer_id)

    return {
        kyc.KycApproved: kyc_approved,
        risk.RiskApprovedForDiscussion: risk_approved,
        approval.ApprovalInternalPassed: decided,
        approval.ApprovalManagementPassed: decided,
        approval.ApprovalFinalApproved: lambda event: app.make(convert.to_approved(event)),
        application.ApplicationWithdrawn: ended,
        application.ApplicationRejected: ended,
        application.ApplicationClosed: ended,
        customer.CustomerErased: lambda event: app.erase(event.customer_id, relationship_end(event)),
    }
