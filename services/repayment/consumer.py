"""What the repayment service learns from activation: a loan's schedule; that its money was sent, or never will be."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from google.protobuf.message import Message

from loanflow.activation.v1 import activation_events_pb2 as activation
from loanflow.customer.v1 import customer_events_pb2 as customer
from services.repayment import convert
from services.repayment.handlers import App
from services.retention import relationship_end
from services.runtime.events.read_ahead import ids_in


def read_ahead(app: App, events: Sequence[Any]) -> None:
    """The ledgers that these events are about."""
    app.read_ahead(ids_in(events, "loan_id"))


def subscriptions(app: App) -> Mapping[type[Message], Callable[[Any], None]]:
    """What is done with each kind of event."""

    def open_ledger(event: activation.RepaymentScheduleCreated) -> None:
        app.open_ledger(convert.to_open_ledger(event))

    def disburse(event: activation.DisbursementCompleted) -> None:
        app.disburse(convert.to_disburse(event))

    return {
        activation.RepaymentScheduleCreated: open_ledger,
        activation.DisbursementCompleted: disburse,
        activation.LoanCancelled: lambda event: app.cancel(event.loan_id),
        customer.CustomerErased: lambda event: app.erase(event.customer_id, relationship_end(event)),
    }
