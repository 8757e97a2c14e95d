"""Between the contract and the model; pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from google.protobuf.message import Message

from loanflow.application.v1 import application_events_pb2 as events_pb2
from loanflow.application.v1 import application_pb2, dashboard_pb2, facility_pb2, timeline_pb2
from loanflow.application.v1 import application_service_pb2 as pb
from services.application import model
from services.application.handlers import Change, Create, Withdraw
from services.application.model import Application, Entry, Request
from services.application.ports import LoanFilter, StageMetrics
from services.lending.facility import Facility
from services.lending.rules import LateFee
from services.runtime.messages import from_message, to_message
from services.runtime.money import Money

_EVENTS: Mapping[type[object], type[Message]] = {
    model.ApplicationCreated: events_pb2.ApplicationCreated,
    model.ApplicationSubmitted: events_pb2.ApplicationSubmitted,
    model.ApplicationStatusChanged: events_pb2.ApplicationStatusChanged,
    model.ApplicationRejected: events_pb2.ApplicationRejected,
    model.ApplicationClosed: events_pb2.ApplicationClosed,
    model.ApplicationReopened: events_pb2.ApplicationReopened,
    model.ApplicationWithdrawalRequested: events_pb2.ApplicationWithdrawalRequested,
    model.ApplicationWithdrawn: events_pb2.ApplicationWithdrawn,
}


def event_message(event: object) -> Message:
    """The contract's message of an event of the model."""
    return to_message(event, _EVENTS[type(event)])


def to_create(request: pb.CreateApplicationRequest) -> Create:
    """The command of a request."""
    return Create(request.customer_id, _request(request))


def to_change(request: pb.UpdateApplicationRequest) -> Change:
    """The command of a request."""
    return Change(request.application_id, _request(request))


def to_withdraw(request: pb.WithdrawApplicationRequest) -> Withdraw:
    """The command of a request."""
    return from_message(request, Withdraw)


def _request(request: pb.CreateApplicationRequest | pb.UpdateApplicationRequest) -> Request:
    if request.HasField("collateral_value"):
        return from_message(request, Request)
    return from_message(request, Request, collateral_value=Money.zero(request.amount.currency))


def to_filter(
    request: pb.ListApplicationsRequest | pb.ListLoansRequest | pb.GetDashboardRequest, customer_id: str = ""
) -> LoanFilter:
    """The filter of a request; `customer_id` narrows it to one customer's."""
    return from_message(request, LoanFilter, **({"customer_id": customer_id} if customer_id else {}))


def from_application(application: Application) -> application_pb2.Application:
    """The resource of an application."""
    named = ("application_id", "customer_id", "status", "loan_id", "withdrawal_requested")
    own = {name: getattr(application, name) for name in named}
    times = {name: getattr(application, name) for name in ("create_time", "update_time", "submit_time")}
    return to_message(application.request, application_pb2.Application, **own, **times)


def from_summary(application: Application) -> pb.StatusSummary:
    """Where an application stands."""
    return to_message(application, pb.StatusSummary)


def from_entry(entry: Entry) -> timeline_pb2.TimelineEntry:
    """The resource of a timeline line."""
    return to_message(entry, timeline_pb2.TimelineEntry, occur_time=entry.time)


def from_facility(facility: Facility) -> facility_pb2.Facility:
    """The resource of a facility type."""
    bounds = {name: Money(getattr(facility, name), facility.currency) for name in ("min_amount", "max_amount")}
    order = [component.name for component in facility.allocation_order]
    late_fee = facility.late_fee and _from_late_fee(facility.late_fee, facility.currency)
    return to_message(facility, facility_pb2.Facility, **bounds, allocation_order=order, late_fee=late_fee)


def from_stages(stages: Sequence[StageMetrics], at: datetime) -> dashboard_pb2.Dashboard:
    """The dashboard of the pipeline's stages."""
    rows = [to_message(stage, dashboard_pb2.StageMetrics) for stage in stages]
    total = sum(stage.count for stage in stages)
    return to_message(None, dashboard_pb2.Dashboard, stages=rows, total_count=total, compute_time=at)


def _from_late_fee(late_fee: LateFee, currency: str) -> facility_pb2.LateFee:
    cap = None if late_fee.cap is None else Money(late_fee.cap, currency)
    return to_message(late_fee, facility_pb2.LateFee, flat=Money(late_fee.flat, currency), cap=cap)
