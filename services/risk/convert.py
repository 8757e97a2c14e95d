"""Between the contract and the model; pure."""

from collections.abc import Mapping

from google.protobuf.message import Message

from loanflow.application.v1 import application_events_pb2 as application_pb2
from loanflow.kyc.v1 import kyc_events_pb2 as kyc_pb2
from loanflow.risk.v1 import report_pb2
from loanflow.risk.v1 import risk_events_pb2 as events_pb2
from loanflow.risk.v1 import risk_service_pb2 as pb
from services.lending import LendingError
from services.risk import model
from services.risk.handlers import AssessOffer, Decide, Open, Start
from services.risk.model import Figures, OfferAssessment, Report
from services.risk.ports import ReportFilter
from services.runtime.messages import from_message, to_message
from services.terms import to_terms

_EVENTS: Mapping[type[object], type[Message]] = {
    model.RiskAssessmentCompleted: events_pb2.RiskAssessmentCompleted,
    model.RiskApprovedForDiscussion: events_pb2.RiskApprovedForDiscussion,
    model.RiskRejected: events_pb2.RiskRejected,
}


def event_message(event: object) -> Message:
    """The contract's message of an event of the model."""
    return to_message(event, _EVENTS[type(event)])


def to_open(event: application_pb2.ApplicationSubmitted) -> Open:
    """The command that a submission means."""
    return from_message(event, Open, figures=from_message(event, Figures))


def to_start(event: kyc_pb2.KycApproved) -> Start:
    """The command that an approval of KYC means."""
    return from_message(event, Start)


def to_assess_offer(request: pb.AssessOfferRequest) -> AssessOffer:
    """The command of a request; InvalidArgument IMPOSSIBLE_TERMS or WRONG_CURRENCY."""
    try:
        return AssessOffer(request.application_id, to_terms(request.terms))
    except LendingError as refused:
        raise refused.within("terms") from refused


def to_decide(request: pb.DecideRequest) -> Decide:
    """The command of a request."""
    return from_message(request, Decide)


def to_filter(request: pb.SearchReportsRequest) -> ReportFilter:
    """The filter of a request."""
    return from_message(request, ReportFilter)


def from_report(report: Report) -> report_pb2.Report:
    """The resource of a report."""
    if report.assessment is None:
        return to_message(report, report_pb2.Report)
    found = report.assessment
    return to_message(
        report, report_pb2.Report, indicators=found.indicators, score=from_score(report), reasons=found.reasons
    )


def from_score(report: Report) -> report_pb2.Score:
    """The score of an assessed report; errors.FailedPrecondition WRONG_STATUS when it is not."""
    return to_message(report.assessed(), report_pb2.Score, application_id=report.application_id)


def from_offer(offer: OfferAssessment) -> report_pb2.OfferAssessment:
    """The resource of an assessment of an offer."""
    return to_message(offer, report_pb2.OfferAssessment)
