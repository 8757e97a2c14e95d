"""What the customer service subscribes to: what runs blocks an erasure, decisions move the KYC status."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any

from google.protobuf.message import Message

from loanflow.activation.v1 import activation_events_pb2 as activation
from loanflow.application.v1 import application_events_pb2 as application
from loanflow.kyc.v1 import kyc_events_pb2 as kyc
from loanflow.repayment.v1 import repayment_events_pb2 as repayment
from services.customer.handlers import App
from services.runtime.events.read_ahead import ids_in


def read_ahead(app: App, events: Sequence[Any]) -> None:
    """The customers that these events are about, and everybody who is bound beside them."""
    parties = [party for event in events for party in getattr(event, "parties", ())]
    others = {each for event in events for each in getattr(event, "party_customer_ids", ())}
    app.read_ahead(ids_in([*events, *parties], "customer_id") | others)


def subscriptions(app: App) -> Mapping[type[Message], Callable[[Any], None]]:
    """What is done with each kind of event."""
    application_ended = partial(_all, app.on_ended)
    return {
        application.ApplicationCreated: partial(_application, app.on_started),
        application.ApplicationSubmitted: partial(_parties, app.on_started),
        application.ApplicationReopened: partial(_all, app.on_reopened),
        application.ApplicationRejected: application_ended,
        application.ApplicationClosed: application_ended,
        application.ApplicationWithdrawn: application_ended,
        activation.LoanActivated: partial(_loan, app.on_started),
        activation.LoanCancelled: partial(_loan, app.on_ended),
        repayment.LoanReopened: partial(_loan, app.on_reopened),
        repayment.LoanFullyRepaid: partial(_loan, app.on_ended),
        kyc.KycApproved: partial(_approved, app.on_kyc_decided),
        # The application may be rejected for its project alone; then the customer is approved all the same.
        kyc.KycRejected: lambda event: app.on_kyc_decided(
            event.customer_id, event.customer_approved, event.kyc_version
        ),
    }


def _application(note: Callable[[str, str], None], event: Any) -> None:
    note(event.customer_id, f"application:{event.application_id}")


def _all(note: Callable[[str, str, Collection[str]], None], event: Any) -> None:
    """Of the customer who applied, and of everybody who was bound beside them."""
    note(event.customer_id, f"application:{event.application_id}", tuple(event.party_customer_ids))


def _parties(note: Callable[[str, str], None], event: application.ApplicationSubmitted) -> None:
    for party in event.parties:
        note(party.customer_id, f"application:{event.application_id}")


def _approved(note: Callable[[str, bool, int], None], event: kyc.KycApproved) -> None:
    """Of the customer who applied, and of everybody who is bound beside them."""
    note(event.customer_id, True, event.kyc_version)
    for party in event.parties:
        note(party.customer_id, True, party.kyc_version)


def _loan(note: Callable[[str, str], None], event: Any) -> None:
    note(event.customer_id, f"loan:{event.loan_id}")
