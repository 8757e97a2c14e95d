"""Between the contract and the model; pure."""

from datetime import datetime

from google.protobuf.message import Message

from loanflow.application.v1 import application_events_pb2 as events_pb2
from loanflow.application.v1 import (
    application_pb2,
    commitment_pb2,
    dashboard_pb2,
    facility_pb2,
    party_pb2,
    timeline_pb2,
)
from loanflow.application.v1 import application_service_pb2 as pb
from loanflow.repayment.v1 import repayment_events_pb2
from loanflow.types.v1 import document_type_pb2
from services.application import events
from services.application.commitments import Commitment
from services.application.handlers import AnswerParticipation, Change, Create, SetParties, Withdraw
from services.application.model import Application
from services.application.news import Arrears, WithdrawalArrears
from services.application.parties import CONSENTS, ApplicationParty
from services.application.ports import Dashboard, LoanFilter
from services.application.request import Request
from services.application.timeline import Entry
from services.lending.facility import Facility
from services.lending.rules import LateFee
from services.runtime.messages import OTHERS, In, Out, Outs
from services.runtime.money import Money

_EVENTS = Outs(
    Out(events.ApplicationCreated, events_pb2.ApplicationCreated),
    Out(events.ApplicationSubmitted, events_pb2.ApplicationSubmitted, unset={"project_name"}),
    Out(events.ApplicationPartyInvited, events_pb2.ApplicationPartyInvited),
    Out(events.ApplicationPartyInformed, events_pb2.ApplicationPartyInformed),
    Out(events.ApplicationPartyRefused, events_pb2.ApplicationPartyRefused),
    Out(events.ApplicationPartyReleased, events_pb2.ApplicationPartyReleased),
    Out(events.ApplicationPartyWarned, events_pb2.ApplicationPartyWarned),
    Out(events.ApplicationPartyWithdrawalOverdue, events_pb2.ApplicationPartyWithdrawalOverdue),
    Out(events.ApplicationPartyAnswered, events_pb2.ApplicationPartyAnswered),
    Out(events.ApplicationStatusChanged, events_pb2.ApplicationStatusChanged),
    Out(events.ApplicationRejected, events_pb2.ApplicationRejected),
    Out(events.ApplicationClosed, events_pb2.ApplicationClosed),
    Out(events.ApplicationReopened, events_pb2.ApplicationReopened),
    Out(events.ApplicationWithdrawalRequested, events_pb2.ApplicationWithdrawalRequested),
    Out(events.ApplicationWithdrawn, events_pb2.ApplicationWithdrawn),
)
_REQUESTS = (pb.CreateApplicationRequest, pb.UpdateApplicationRequest)
_SECURED = In(_REQUESTS, Request, ignored={"customer_id", "application_id"})
_UNSECURED = In(_REQUESTS, Request, given={"collateral_value"}, ignored={"customer_id", "application_id"})
_WITHDRAW = In(pb.WithdrawApplicationRequest, Withdraw)
_SET_PARTIES = In(pb.SetPartiesRequest, SetParties)
_ANSWER = In(pb.AnswerParticipationRequest, AnswerParticipation)
_ARREARS = In(repayment_events_pb2.PaymentOverdue, Arrears, ignored=OTHERS)
_WITHDRAWAL_ARREARS = In(repayment_events_pb2.LoanWithdrawalOverdue, WithdrawalArrears, ignored=OTHERS)
_LOANS = In(pb.ListLoansRequest, LoanFilter, ignored={"page_size", "page_token"})
_OWN = In(
    pb.ListApplicationsRequest, LoanFilter, given={"customer_id"},
    unset={"facility_type", "create_date_from", "create_date_to"}, ignored={"page_size", "page_token"},
)  # fmt: skip
_STAGES = In(pb.GetDashboardRequest, LoanFilter, unset={"customer_id", "status", "facility_type"})
_APPLICATION = Out(Application, application_pb2.Application, parts={"request"})
_PARTICIPATION = Out(
    Application, party_pb2.Participation, parts={"request"},
    given={"party": ApplicationParty, "consent_text": str, "consent_version": str},
)  # fmt: skip
_SUMMARY = Out(Application, pb.StatusSummary)
_ONGOING = Out(Application, pb.CheckOngoingResponse)
_COMMITMENT = Out(Commitment, commitment_pb2.Commitment)
_ENTRY = Out(Entry, timeline_pb2.TimelineEntry, given={"occur_time": datetime})
_DASHBOARD = Out(Dashboard, dashboard_pb2.Dashboard)
_FACILITY = Out(
    Facility, facility_pb2.Facility,
    given={
        "min_amount": Money, "max_amount": Money, "late_fee": facility_pb2.LateFee,
        "required_documents": list[document_type_pb2.DocumentType],
    },
)  # fmt: skip
_LATE_FEE = Out(LateFee, facility_pb2.LateFee, given={"flat": Money, "cap": Money})


def event_message(event: object) -> Message:
    """The contract's message of an event of the model."""
    return _EVENTS(event)


def to_arrears(event: repayment_events_pb2.PaymentOverdue) -> Arrears:
    """What an overdue instalment is to those who are bound."""
    return _ARREARS(event)


def to_withdrawal_arrears(event: repayment_events_pb2.LoanWithdrawalOverdue) -> WithdrawalArrears:
    """What is owed late after a withdrawal, as it is to those who are bound."""
    return _WITHDRAWAL_ARREARS(event)


def to_create(request: pb.CreateApplicationRequest) -> Create:
    """The command of a request."""
    return Create(request.customer_id, _request(request))


def to_change(request: pb.UpdateApplicationRequest) -> Change:
    """The command of a request."""
    return Change(request.application_id, _request(request))


def to_withdraw(request: pb.WithdrawApplicationRequest) -> Withdraw:
    """The command of a request."""
    return _WITHDRAW(request)


def _request(request: pb.CreateApplicationRequest | pb.UpdateApplicationRequest) -> Request:
    if request.HasField("collateral_value"):
        return _SECURED(request)
    return _UNSECURED(request, collateral_value=Money.zero(request.amount.currency))


def to_own_filter(request: pb.ListApplicationsRequest, customer_id: str) -> LoanFilter:
    """The filter of a request, of one customer's applications; of everybody's when `customer_id` is empty."""
    return _OWN(request, customer_id=customer_id)


def to_filter(request: pb.ListLoansRequest | pb.GetDashboardRequest) -> LoanFilter:
    """The filter of a request."""
    return _LOANS(request) if isinstance(request, pb.ListLoansRequest) else _STAGES(request)


def from_application(application: Application) -> application_pb2.Application:
    """The resource of an application."""
    return _APPLICATION(application)


def to_set_parties(request: pb.SetPartiesRequest) -> SetParties:
    """The command of a request."""
    return _SET_PARTIES(request)


def to_answer_participation(request: pb.AnswerParticipationRequest) -> AnswerParticipation:
    """The command of a request."""
    return _ANSWER(request)


def from_participation(application: Application, customer_id: str) -> party_pb2.Participation:
    """What a party is bound by, or asked to be, with the text that they are asked to agree to."""
    party = application.party(customer_id)
    consent = CONSENTS[party.role]
    return _PARTICIPATION(application, party=party, consent_text=consent.text, consent_version=consent.version)


def from_summary(application: Application) -> pb.StatusSummary:
    """Where an application stands."""
    return _SUMMARY(application)


def from_ongoing(application: Application) -> pb.CheckOngoingResponse:
    """The answer about an application that has not ended."""
    return _ONGOING(application)


def from_commitment(commitment: Commitment) -> commitment_pb2.Commitment:
    """The resource of a commitment."""
    return _COMMITMENT(commitment)


def from_entry(entry: Entry) -> timeline_pb2.TimelineEntry:
    """The resource of a timeline line."""
    return _ENTRY(entry, occur_time=entry.time)


def from_facility(facility: Facility) -> facility_pb2.Facility:
    """The resource of a facility type."""
    bounds = {name: Money(getattr(facility, name), facility.currency) for name in ("min_amount", "max_amount")}
    late_fee = facility.late_fee and _from_late_fee(facility.late_fee, facility.currency)
    documents = [document_type_pb2.DocumentType.Value(f"DOCUMENT_TYPE_{name}") for name in facility.required_documents]
    return _FACILITY(facility, **bounds, late_fee=late_fee, required_documents=documents)


def from_dashboard(dashboard: Dashboard) -> dashboard_pb2.Dashboard:
    """The dashboard of the pipeline."""
    return _DASHBOARD(dashboard)


def _from_late_fee(late_fee: LateFee, currency: str) -> facility_pb2.LateFee:
    cap = None if late_fee.cap is None else Money(late_fee.cap, currency)
    return _LATE_FEE(late_fee, flat=Money(late_fee.flat, currency), cap=cap)
