"""Between the contract and the model; pure."""

from google.protobuf.message import Message

from loanflow.application.v1 import application_events_pb2 as application_pb2
from loanflow.application.v1 import commitment_pb2
from loanflow.customer.v1 import customer_pb2
from loanflow.kyc.v1 import kyc_events_pb2 as kyc_pb2
from loanflow.risk.v1 import explanation_pb2, report_pb2
from loanflow.risk.v1 import risk_events_pb2 as events_pb2
from loanflow.risk.v1 import risk_service_pb2 as pb
from loanflow.types.v1 import facet_pb2, terms_pb2
from services.lending import LendingError, LoanTerms
from services.papers import formats
from services.risk import events
from services.risk.assessment import Assessment, OfferAssessment
from services.risk.explanation import Explanation
from services.risk.exposure import Commitment
from services.risk.figures import Figures
from services.risk.handlers import AssessOffer, Decide, Open, Start
from services.risk.model import Report
from services.risk.override_handlers import ProposeLimitOverride, ProposeOverride, SettleOverride
from services.risk.overrides import not_scored
from services.risk.ports import Facet, FoundReports, Party, ReportFilter
from services.runtime.messages import OTHERS, In, Out, Outs
from services.terms import to_terms

_EVENTS = Outs(
    Out(events.RiskAssessmentCompleted, events_pb2.RiskAssessmentCompleted),
    Out(events.RiskApprovedForDiscussion, events_pb2.RiskApprovedForDiscussion),
    Out(events.RiskRejected, events_pb2.RiskRejected),
    Out(events.RiskRefusalNoticeIssued, events_pb2.RiskRefusalNoticeIssued),
    Out(events.RiskRefusalNoticeUndelivered, events_pb2.RiskRefusalNoticeUndelivered),
    Out(events.RiskDecisionDue, events_pb2.RiskDecisionDue),
    Out(events.RiskReviewDue, events_pb2.RiskReviewDue),
    Out(events.RiskReviewOverdue, events_pb2.RiskReviewOverdue),
    Out(events.RiskReviewRequested, events_pb2.RiskReviewRequested),
    Out(events.RiskReviewDecided, events_pb2.RiskReviewDecided),
    Out(events.RiskBureauConsentGiven, events_pb2.RiskBureauConsentGiven),
    Out(events.RiskBureauConsentWithdrawn, events_pb2.RiskBureauConsentWithdrawn),
    Out(events.RiskBureauInquirySettled, events_pb2.RiskBureauInquirySettled),
    Out(events.RiskIncomeStatementRead, events_pb2.RiskIncomeStatementRead),
    Out(events.RiskCollateralAdded, events_pb2.RiskCollateralAdded),
    Out(events.RiskCollateralWithdrawn, events_pb2.RiskCollateralWithdrawn),
    Out(events.RiskCollateralValued, events_pb2.RiskCollateralValued),
    Out(events.RiskCollateralValuationSettled, events_pb2.RiskCollateralValuationSettled),
)
_OPEN = In(application_pb2.ApplicationSubmitted, Open, given={"figures", "party_ids"}, ignored=OTHERS)
_FIGURES = In(
    application_pb2.ApplicationSubmitted, Figures,
    unset={
        "verified_income", "exposure", "bureau", "income_evidence", "collateral", "for_legal_entity", "party_count",
    },
    ignored=OTHERS,
)  # fmt: skip
_COMMITMENT = In(commitment_pb2.Commitment, Commitment)
_START = In(kyc_pb2.KycApproved, Start, ignored=OTHERS)
_DECIDE = In(pb.DecideRequest, Decide)
_PROPOSE = In(pb.ProposeOverrideRequest, ProposeOverride)
_PROPOSE_LIMIT = In(pb.ProposeLimitOverrideRequest, ProposeLimitOverride, given={"terms"})
_SETTLE = In(pb.SettleOverrideRequest, SettleOverride)
_FILTER = In(pb.SearchReportsRequest, ReportFilter, ignored={"page_size", "page_token"})
_REPORT = Out(Report, report_pb2.Report, parts={"assessment"}, given={"score": report_pb2.Score | None})
_REPORT_UNASSESSED = Out(
    Report, report_pb2.Report,
    unset={"indicators", "score", "reasons", "challenger", "credit_record", "unscored"},
)  # fmt: skip
_FACET = Out(Facet, facet_pb2.Facet)
_SCORE = Out(Assessment, report_pb2.Score, given={"application_id": str})
_EXPLANATION = Out(Explanation, explanation_pb2.Explanation)
_OFFER = Out(OfferAssessment, report_pb2.OfferAssessment)


def event_message(event: object) -> Message:
    """The contract's message of an event of the model."""
    return _EVENTS(event)


def to_open(event: application_pb2.ApplicationSubmitted) -> Open:
    """The command that a submission means."""
    return _OPEN(event, figures=_FIGURES(event), party_ids=tuple(each.customer_id for each in event.parties))


def to_start(event: kyc_pb2.KycApproved) -> Start:
    """The command that an approval of KYC means."""
    return _START(event)


def to_assess_offer(request: pb.AssessOfferRequest) -> AssessOffer:
    """The command of a request; InvalidArgument IMPOSSIBLE_TERMS or WRONG_CURRENCY."""
    return AssessOffer(request.application_id, _terms(request.terms))


def to_decide(request: pb.DecideRequest) -> Decide:
    """The command of a request."""
    return _DECIDE(request)


def to_propose(request: pb.ProposeOverrideRequest) -> ProposeOverride:
    """The command of a request."""
    return _PROPOSE(request)


def to_propose_limit(request: pb.ProposeLimitOverrideRequest) -> ProposeLimitOverride:
    """The command of a request; InvalidArgument IMPOSSIBLE_TERMS or WRONG_CURRENCY."""
    return _PROPOSE_LIMIT(request, terms=_terms(request.terms))


def to_settle(request: pb.SettleOverrideRequest) -> SettleOverride:
    """The command of a request."""
    return _SETTLE(request)


def to_commitment(commitment: commitment_pb2.Commitment) -> Commitment:
    """Another loan, as the application service lists it."""
    return _COMMITMENT(commitment)


def to_party(party: customer_pb2.Party) -> Party:
    """The customer as notices name them."""
    home = party.address
    lines = formats.address(home.street, home.postal_code, home.city, home.country)
    return Party(party.full_name, lines, party.language)


def to_filter(request: pb.SearchReportsRequest) -> ReportFilter:
    """The filter of a request."""
    return _FILTER(request)


def from_found(found: FoundReports) -> pb.SearchReportsResponse:
    """The answer to a search."""
    return pb.SearchReportsResponse(
        reports=map(from_report, found.page.items),
        next_page_token=found.page.next_token,
        total_count=found.total,
        facets=map(_FACET, found.facets),
        degraded=found.degraded,
        unapplied_filters=found.unapplied_filters,
    )


def from_report(report: Report) -> report_pb2.Report:
    """The resource of a report."""
    if report.assessment is None:
        return _REPORT_UNASSESSED(report)
    return _REPORT(report, score=None if report.assessment.unscored else _score(report))


def from_score(report: Report) -> report_pb2.Score:
    """The score of an assessed report; FailedPrecondition WRONG_STATUS when it is not, NOT_SCORED when it has none."""
    if report.assessed().unscored is not None:
        raise not_scored()
    return _score(report)


def from_explanation(explanation: Explanation) -> explanation_pb2.Explanation:
    """The resource of an explanation."""
    return _EXPLANATION(explanation)


def from_offer(offer: OfferAssessment) -> report_pb2.OfferAssessment:
    """The resource of an assessment of an offer."""
    return _OFFER(offer)


def _score(report: Report) -> report_pb2.Score:
    return _SCORE(report.assessed(), application_id=report.application_id)


def _terms(message: terms_pb2.LoanTerms) -> LoanTerms:
    try:
        return to_terms(message)
    except LendingError as refused:
        raise refused.within("terms") from refused
