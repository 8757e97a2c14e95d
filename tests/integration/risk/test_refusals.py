"""Refusals by every decision on a real database: the notice is made, stored, sent, followed, listed, sent again."""

from datetime import timedelta

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from loanflow.approval.v1 import approval_events_pb2 as approval
from loanflow.approval.v1 import approval_pb2
from loanflow.kyc.v1 import review_pb2
from loanflow.risk.v1 import decision_pb2, refusal_pb2
from loanflow.risk.v1 import risk_events_pb2 as ev
from loanflow.risk.v1 import risk_service_pb2 as pb
from services.risk.ports import Delivered, DeliveryState
from services.risk.refusal_handlers import LEASE
from services.runtime.errors import FailedPrecondition, NotFound, PermissionDenied
from tests.harness import customer
from tests.integration.risk.conftest import CREDIT_HEAD, HOPELESS, MANAGER, Mail, Risk
from tests.integration.risk.test_risk import refusal

Status = refusal_pb2.RefusalNoticeStatus
COMPLIANCE = review_pb2.KYC_REJECTION_REASON_COMPLIANCE


def refusals(risk: Risk, application_id: str) -> list[refusal_pb2.Refusal]:
    found = risk.client(MANAGER).ListRefusals(pb.ListRefusalsRequest(application_id=application_id))
    return list(found.refusals)


def late(risk: Risk, days: int = 0) -> list[str]:
    """The applications whose notice is not delivered and due by then."""
    until = Timestamp()
    until.FromDatetime(risk.clock.now() + timedelta(days=days))
    found = risk.client(MANAGER).ListUndeliveredNotices(pb.ListUndeliveredNoticesRequest(due_before_time=until))
    return [each.application_id for each in found.refusals]


def resend(risk: Risk, application_id: str) -> refusal_pb2.Refusal:
    found = risk.client(MANAGER).ResendRefusalNotice(pb.ResendRefusalNoticeRequest(application_id=application_id))
    made: refusal_pb2.Refusal = found.refusal
    return made


def mailed(risk: Risk, state: DeliveryState) -> None:
    mail = risk.refusals.notices
    assert isinstance(mail, Mail)
    mail.found = Delivered(state, risk.clock.now() if state is DeliveryState.DELIVERED else None)


def test_a_refusal_by_kyc_has_a_notice_that_tells_no_more_than_it_may(risk: Risk) -> None:
    application_id = risk.submit()
    with refusal(FailedPrecondition, "WRONG_STATUS"):
        risk.notice(application_id)
    risk.refused_by_kyc(application_id, COMPLIANCE)
    [found] = refusals(risk, application_id)
    assert (found.stage, list(found.reason_codes)) == (refusal_pb2.REFUSAL_STAGE_KYC, ["KYC_REQUIREMENTS"])
    assert found.notice_status == Status.REFUSAL_NOTICE_STATUS_DUE
    with refusal(FailedPrecondition, "WRONG_STATUS"):
        risk.notice(application_id)
    risk.notices()
    text = risk.notice(application_id)
    assert "The checks before a loan did not allow it." in text and "Your score" not in text
    assert "COMPLIANCE" not in str(refusals(risk, application_id))
    with refusal(NotFound, "NOT_FOUND"):
        risk.notice(application_id, number=2)


def test_a_refusal_by_a_level_of_approval_has_a_notice_with_the_score(risk: Risk) -> None:
    application_id = risk.assessed()
    risk.decide(application_id)
    event = approval.ApprovalRejected(
        application_id=application_id, decided_by=CREDIT_HEAD.subject, level=approval_pb2.APPROVAL_LEVEL_FINAL,
        rejection_reason=approval_pb2.APPROVAL_REJECTION_REASON_COLLATERAL, earlier_deciders=[MANAGER.subject],
    )  # fmt: skip
    risk.hear(event)
    risk.notices()
    [found] = refusals(risk, application_id)
    assert found.stage == refusal_pb2.REFUSAL_STAGE_FINAL
    assert found.notice_status == Status.REFUSAL_NOTICE_STATUS_ISSUED
    text = risk.notice(application_id)
    assert "What secures the loan covers too little of it." in text and "from 0, worst, to 1000, best" in text


def test_a_notice_is_followed_until_it_is_delivered_and_sent_again_when_it_failed(risk: Risk) -> None:
    application_id = risk.assessed(**HOPELESS)
    reason = decision_pb2.RISK_REJECTION_REASON_DEBT_TO_INCOME
    risk.decide(application_id, decision=2, rejection_reason=reason, reason="a note for the file")
    assert (late(risk), late(risk, 31)) == ([], [application_id])
    risk.notices()
    risk.clock.advance(LEASE)
    mailed(risk, DeliveryState.FAILED)
    risk.notices()
    assert refusals(risk, application_id)[0].notice_status == Status.REFUSAL_NOTICE_STATUS_FAILED
    risk.clock.advance(timedelta(days=31))
    assert late(risk) == [application_id]
    assert resend(risk, application_id).issue_count == 2
    mailed(risk, DeliveryState.DELIVERED)
    risk.notices()
    [found] = refusals(risk, application_id)
    assert found.notice_status == Status.REFUSAL_NOTICE_STATUS_DELIVERED
    assert found.deliver_time.ToDatetime() >= found.issue_time.ToDatetime()
    assert late(risk, 100) == []
    kinds = (ev.RiskAssessmentCompleted, ev.RiskRejected, ev.RiskRefusalNoticeIssued)
    sent = [each for each in risk.traffic.published(*kinds) if isinstance(each, ev.RiskRefusalNoticeIssued)]
    assert [each.issue_count for each in sent] == [1, 2]


def test_the_stored_paper_is_what_was_sent_whatever_changed_since(risk: Risk) -> None:
    application_id = risk.submit()
    risk.refused_by_kyc(application_id, review_pb2.KYC_REJECTION_REASON_IDENTITY)
    risk.notices()
    assert risk.notice(application_id) == risk.notice(application_id, number=1)
    assert "Ada Lovelace" in risk.notice(application_id, by=MANAGER)


def test_a_notice_is_for_its_customer_and_the_staff_of_decisions(risk: Risk) -> None:
    application_id = risk.submit()
    with pytest.raises(PermissionDenied):
        risk.client(customer()).ListRefusals(pb.ListRefusalsRequest(application_id=application_id))
    with pytest.raises(PermissionDenied):
        risk.client(customer()).ResendRefusalNotice(pb.ResendRefusalNoticeRequest(application_id=application_id))
    assert refusals(risk, application_id) == []


def test_what_is_late_by_now_can_be_paged_through_while_time_goes_on(risk: Risk) -> None:
    late_ones = [risk.submit() for _ in range(3)]
    for each in late_ones:
        risk.refused_by_kyc(each, review_pb2.KYC_REJECTION_REASON_IDENTITY)
    risk.clock.advance(timedelta(days=60))
    found, token = list[str](), ""
    for _ in late_ones:
        request = pb.ListUndeliveredNoticesRequest(page_size=1, page_token=token)
        answer = risk.client(MANAGER).ListUndeliveredNotices(request)
        found += [each.application_id for each in answer.refusals]
        token = answer.next_page_token
        risk.clock.advance(timedelta(seconds=5))
    assert sorted(found) == sorted(late_ones)
