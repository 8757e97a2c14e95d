"""Between the contract and the model; pure."""

from collections.abc import Mapping
from typing import Any

from google.protobuf.message import Message

from loanflow.activation.v1 import account_pb2, disbursement_pb2, schedule_pb2
from loanflow.activation.v1 import activation_events_pb2 as events_pb2
from loanflow.activation.v1 import activation_service_pb2 as pb
from loanflow.agreement.v1 import agreement_events_pb2 as agreement
from services.activation import events
from services.activation.handlers import Simulate, Simulation
from services.activation.model import SCHEDULE_VERSION, Account
from services.activation.signature import Signature
from services.lending import LendingError
from services.runtime.messages import from_message, to_message
from services.terms import from_cost, from_instalments, from_terms, to_terms

_EVENTS: Mapping[type[object], type[Message]] = {
    events.LoanActivated: events_pb2.LoanActivated,
    events.RepaymentScheduleCreated: events_pb2.RepaymentScheduleCreated,
    events.DisbursementInitiated: events_pb2.DisbursementInitiated,
    events.DisbursementCompleted: events_pb2.DisbursementCompleted,
    events.DisbursementFailed: events_pb2.DisbursementFailed,
    events.LoanCancelled: events_pb2.LoanCancelled,
}


def event_message(event: object) -> Message:
    """The contract's message of an event of the model."""
    extra: dict[str, Any] = {}
    if isinstance(event, events.LoanActivated):
        extra = {"terms": from_terms(event.terms), "cost": from_cost(event.cost, event.terms.currency)}
    elif isinstance(event, events.RepaymentScheduleCreated):
        rows = from_instalments(event.instalments, event.terms.currency)
        extra = {"terms": from_terms(event.terms), "instalments": rows}
    return to_message(event, _EVENTS[type(event)], **extra)


def to_signature(event: agreement.AgreementSigned) -> Signature:
    """What a signed agreement says."""
    return from_message(event, Signature, terms=to_terms(event.terms))


def to_simulate(request: pb.SimulateRequest) -> Simulate:
    """The command of a request; InvalidArgument IMPOSSIBLE_TERMS, WRONG_CURRENCY or IMPOSSIBLE_DATE."""
    try:
        return from_message(request, Simulate, terms=to_terms(request.terms))
    except LendingError as refused:
        raise refused.within("terms") from refused


def from_account(account: Account) -> account_pb2.Account:
    """The resource of an account."""
    cost = from_cost(account.cost, account.terms.currency)
    payout = from_disbursement(account)
    made = to_message(
        account, account_pb2.Account, terms=from_terms(account.terms), cost=cost, disbursement=payout
    )  # fmt: skip
    if account.cancellation is not None:
        made.cancelled_by = getattr(account_pb2, f"CANCELLED_BY_{account.cancellation.cancelled_by.name}")
    return made


def from_disbursement(account: Account) -> disbursement_pb2.Disbursement:
    """The resource of an account's payout."""
    return to_message(account.disbursement, disbursement_pb2.Disbursement, loan_id=account.loan_id)


def from_schedule(account: Account) -> schedule_pb2.Schedule:
    """The resource of an account's schedule."""
    currency = account.terms.currency
    rows, cost = from_instalments(account.instalments, currency), from_cost(account.cost, currency)
    return to_message(account, schedule_pb2.Schedule, version=SCHEDULE_VERSION, cost=cost, instalments=rows)


def from_simulation(simulation: Simulation) -> pb.SimulateResponse:
    """The answer to a simulation."""
    cost = from_cost(simulation.cost, simulation.currency)
    rows = from_instalments(simulation.instalments, simulation.currency)
    return pb.SimulateResponse(cost=cost, instalments=rows)
