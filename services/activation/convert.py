"""Between the contract and the model; pure."""

from typing import Any

from google.protobuf.message import Message

from loanflow.activation.v1 import account_pb2, disbursement_pb2, schedule_pb2
from loanflow.activation.v1 import activation_events_pb2 as events_pb2
from loanflow.activation.v1 import activation_service_pb2 as pb
from loanflow.agreement.v1 import agreement_events_pb2 as agreement
from loanflow.kyc.v1 import kyc_events_pb2 as kyc
from loanflow.types.v1 import schedule_pb2 as types_pb2
from loanflow.types.v1 import terms_pb2
from services.activation import events
from services.activation.cancellation import CancelledBy
from services.activation.disbursement import Disbursement
from services.activation.handlers import Simulate, Simulation
from services.activation.model import SCHEDULE_VERSION, Account
from services.activation.signature import KycApproval, Signature
from services.lending import LendingError
from services.runtime.messages import OTHERS, In, Out, Outs
from services.terms import from_cost, from_instalments, from_terms, to_terms

_TERMS_AND_COST = {"terms": terms_pb2.LoanTerms, "cost": types_pb2.LoanCost}
_EVENTS = Outs(
    Out(events.LoanActivated, events_pb2.LoanActivated, given=_TERMS_AND_COST),
    Out(
        events.RepaymentScheduleCreated,
        events_pb2.RepaymentScheduleCreated,
        given={"terms": terms_pb2.LoanTerms, "instalments": list[types_pb2.Instalment]},
    ),
    Out(events.DisbursementInitiated, events_pb2.DisbursementInitiated),
    Out(events.DisbursementCompleted, events_pb2.DisbursementCompleted),
    Out(events.DisbursementFailed, events_pb2.DisbursementFailed),
    Out(events.LoanCancelled, events_pb2.LoanCancelled),
)
_SIGNATURE = In(
    agreement.AgreementSigned,
    Signature,
    given={"terms"},
    unset={"version", "events", "next_try_time", "tries"},
    ignored=OTHERS,
)
_KYC_APPROVAL = In(kyc.KycApproved, KycApproval, unset={"version", "events"}, ignored=OTHERS)
_SIMULATE = In(pb.SimulateRequest, Simulate, given={"terms"})
_ACCOUNT = Out(
    Account, account_pb2.Account,
    given={**_TERMS_AND_COST, "disbursement": disbursement_pb2.Disbursement, "cancelled_by": CancelledBy},
)  # fmt: skip
_DISBURSEMENT = Out(Disbursement, disbursement_pb2.Disbursement, given={"loan_id": str})
_SCHEDULE = Out(
    Account, schedule_pb2.Schedule,
    given={"version": int, "cost": types_pb2.LoanCost, "instalments": list[types_pb2.Instalment]},
)  # fmt: skip


def event_message(event: object) -> Message:
    """The contract's message of an event of the model."""
    extra: dict[str, Any] = {}
    if isinstance(event, events.LoanActivated):
        extra = {"terms": from_terms(event.terms), "cost": from_cost(event.cost, event.terms.currency)}
    elif isinstance(event, events.RepaymentScheduleCreated):
        rows = from_instalments(event.instalments, event.terms.currency)
        extra = {"terms": from_terms(event.terms), "instalments": rows}
    return _EVENTS(event, **extra)


def to_signature(event: agreement.AgreementSigned) -> Signature:
    """What a signed agreement says."""
    return _SIGNATURE(event, terms=to_terms(event.terms))


def to_kyc_approval(event: kyc.KycApproved) -> KycApproval:
    """What KYC approved."""
    return _KYC_APPROVAL(event)


def to_simulate(request: pb.SimulateRequest) -> Simulate:
    """The command of a request; InvalidArgument IMPOSSIBLE_TERMS, WRONG_CURRENCY or IMPOSSIBLE_DATE."""
    try:
        return _SIMULATE(request, terms=to_terms(request.terms))
    except LendingError as refused:
        raise refused.within("terms") from refused


def from_account(account: Account) -> account_pb2.Account:
    """The resource of an account."""
    cost = from_cost(account.cost, account.terms.currency)
    payout = from_disbursement(account)
    by = account.cancellation and account.cancellation.cancelled_by
    return _ACCOUNT(account, terms=from_terms(account.terms), cost=cost, disbursement=payout, cancelled_by=by)


def from_disbursement(account: Account) -> disbursement_pb2.Disbursement:
    """The resource of an account's payout."""
    return _DISBURSEMENT(account.disbursement, loan_id=account.loan_id)


def from_schedule(account: Account) -> schedule_pb2.Schedule:
    """The resource of an account's schedule."""
    currency = account.terms.currency
    rows, cost = from_instalments(account.instalments, currency), from_cost(account.cost, currency)
    return _SCHEDULE(account, version=SCHEDULE_VERSION, cost=cost, instalments=rows)


def from_simulation(simulation: Simulation) -> pb.SimulateResponse:
    """The answer to a simulation."""
    cost = from_cost(simulation.cost, simulation.currency)
    rows = from_instalments(simulation.instalments, simulation.currency)
    return pb.SimulateResponse(cost=cost, instalments=rows)
