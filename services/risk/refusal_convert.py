"""Between the contract and the model, of refusals; pure."""

from datetime import UTC, datetime

from loanflow.approval.v1 import approval_events_pb2, approval_pb2
from loanflow.kyc.v1 import kyc_events_pb2, review_pb2
from loanflow.notification.v1 import notification_service_pb2 as notification_pb2
from loanflow.risk.v1 import refusal_pb2, risk_events_pb2
from loanflow.risk.v1 import risk_service_pb2 as pb
from services.risk.handlers import Refuse
from services.risk.model import Report
from services.risk.ports import Delivered
from services.risk.refusal_handlers import DecideReview, RecordPosting
from services.risk.refusal_reasons import APPROVAL_CODES, KYC_CODES
from services.risk.refusals import Refusal, RefusalStage, Refused
from services.runtime import context
from services.runtime.events.avro import event_option
from services.runtime.messages import In, Out
from services.runtime.stores.paging import PageResult

# The type of event by which customers are notified that a notice is there.
ISSUED = str(event_option(risk_events_pb2.RiskRefusalNoticeIssued.DESCRIPTOR).type)
_DELIVERED = In(notification_pb2.GetDeliveryResponse, Delivered)
_DECIDE_REVIEW = In(pb.DecideRefusalReviewRequest, DecideReview)
_RECORD_POSTING = In(pb.RecordNoticePostingRequest, RecordPosting)
_REFUSAL = Out(Refusal, refusal_pb2.Refusal, given={"application_id": str})


def to_refuse_by_kyc(event: kyc_events_pb2.KycRejected) -> Refuse:
    """The refusal that a rejection by KYC is."""
    reason = review_pb2.KycRejectionReason.Name(event.rejection_reason).removeprefix("KYC_REJECTION_REASON_")
    by, at = (event.decided_by, (event.verified_by,)), event.reject_time.ToDatetime(UTC)
    return Refuse(event.application_id, Refused(RefusalStage.KYC, (KYC_CODES[reason],), *by, at))


def to_refuse_by_approval(event: approval_events_pb2.ApprovalRejected) -> Refuse:
    """The refusal that a rejection by a level of approval is."""
    prefix = "APPROVAL_REJECTION_REASON_"
    reason = approval_pb2.ApprovalRejectionReason.Name(event.rejection_reason).removeprefix(prefix)
    stage = RefusalStage[approval_pb2.ApprovalLevel.Name(event.level).removeprefix("APPROVAL_LEVEL_")]
    by = event.decided_by, tuple(event.earlier_deciders)
    return Refuse(event.application_id, Refused(stage, (APPROVAL_CODES[reason],), *by, _reject_time(event)))


def to_due_before(request: pb.ListUndeliveredNoticesRequest) -> datetime | None:
    """By when what is listed is due; None for now."""
    return request.due_before_time.ToDatetime(UTC) if request.HasField("due_before_time") else None


def to_delivered(found: notification_pb2.GetDeliveryResponse) -> Delivered:
    """How far a notice is."""
    return _DELIVERED(found)


def from_refusals(report: Report) -> pb.ListRefusalsResponse:
    """The refusals of a report."""
    return pb.ListRefusalsResponse(refusals=[from_refusal(report, each) for each in report.refusals])


def from_undelivered(page: PageResult[Report]) -> pb.ListUndeliveredNoticesResponse:
    """The latest refusals of a page of reports."""
    rows = [from_refusal(each, each.refusals[-1]) for each in page.items]
    return pb.ListUndeliveredNoticesResponse(refusals=rows, next_page_token=page.next_token)


def to_decide_review(request: pb.DecideRefusalReviewRequest) -> DecideReview:
    """The command of a request."""
    return _DECIDE_REVIEW(request)


def to_record_posting(request: pb.RecordNoticePostingRequest) -> RecordPosting:
    """The command of a request."""
    return _RECORD_POSTING(request)


def from_to_review(page: PageResult[Report]) -> pb.ListRefusalReviewsResponse:
    """The latest refusals of a page of reports."""
    rows = [from_refusal(each, each.refusals[-1]) for each in page.items]
    return pb.ListRefusalReviewsResponse(refusals=rows, next_page_token=page.next_token)


def from_refusal(report: Report, refusal: Refusal) -> refusal_pb2.Refusal:
    """The resource of a refusal of a report."""
    return _REFUSAL(refusal, application_id=report.application_id)


def _reject_time(event: approval_events_pb2.ApprovalRejected) -> datetime:
    """When it was; of events from before that was kept, when they were published."""
    if event.HasField("reject_time"):
        return event.reject_time.ToDatetime(UTC)
    handled = context.current().event
    assert handled is not None, "an event is handled"
    return handled.time
