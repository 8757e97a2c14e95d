"""Refusals by every decision on a real database: the notice is made, stored, sent, followed, listed, sent again."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from loanflow.approval.v1 import approval_events_pb2 as approval
from loanflow.approval.v1 import approval_pb2
from loanflow.customer.v1.customer_events_pb2 import CustomerErased
from loanflow.kyc.v1 import review_pb2
from loanflow.risk.v1 import decision_pb2, refusal_pb2
from loanflow.risk.v1 import risk_events_pb2 as ev
from loanflow.risk.v1 import risk_service_pb2 as pb
from services.risk.ports import Delivered, DeliveryState
from services.risk.refusal_handlers import LEASE
from services.runtime.errors import FailedPrecondition, NotFound, PermissionDenied
from services.runtime.ids import new_id
from tests.fakes.readers import language_of
from tests.harness import customer
from tests.integration.risk.conftest import CREDIT_HEAD, HOPELESS, MANAGER, Everyone, Mail, Risk
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


@pytest.mark.parametrize("language", ["de", "ar", ""])
def test_a_notice_is_in_the_customer_s_language_of_then_also_when_it_is_sent_again(risk: Risk, language: str) -> None:
    application_id = risk.submit()
    everyone = risk.refusals.customers
    assert isinstance(everyone, Everyone)
    everyone.language = language
    risk.refused_by_kyc(application_id, COMPLIANCE)
    risk.notices()
    made = b"".join(risk.refusals.file(application_id, 0))
    assert language_of(made) == (language or "en")
    everyone.language = "fr"
    risk.clock.advance(LEASE)
    mailed(risk, DeliveryState.FAILED)
    risk.notices()
    assert resend(risk, application_id).issue_count == 2
    risk.notices()
    assert b"".join(risk.refusals.file(application_id, 0)) == made


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


def test_a_notice_that_comes_back_after_it_was_taken_is_failed_and_listed(risk: Risk) -> None:
    application_id = issued(risk)
    mailed(risk, DeliveryState.DELIVERED)
    risk.notices()
    assert status(risk, application_id) == Status.REFUSAL_NOTICE_STATUS_DELIVERED
    # It is not asked again at once, and not for ever.
    mailed(risk, DeliveryState.FAILED)
    risk.notices()
    assert status(risk, application_id) == Status.REFUSAL_NOTICE_STATUS_DELIVERED
    risk.clock.advance(timedelta(hours=1))
    risk.notices()
    assert (status(risk, application_id), late(risk, 60)) == (Status.REFUSAL_NOTICE_STATUS_FAILED, [application_id])


def test_a_notice_that_goes_by_another_channel_after_it_came_back_is_under_way_again(risk: Risk) -> None:
    application_id = issued(risk)
    mailed(risk, DeliveryState.DELIVERED)
    risk.notices()
    risk.clock.advance(timedelta(hours=1))
    mailed(risk, DeliveryState.UNDER_WAY)
    risk.notices()
    assert status(risk, application_id) == Status.REFUSAL_NOTICE_STATUS_ISSUED
    mailed(risk, DeliveryState.DELIVERED)
    risk.notices()
    for _ in range(6):
        risk.clock.advance(timedelta(days=4))
        risk.notices()
    mailed(risk, DeliveryState.FAILED)
    risk.clock.advance(timedelta(days=30))
    risk.notices()
    assert status(risk, application_id) == Status.REFUSAL_NOTICE_STATUS_DELIVERED


def test_one_that_is_sent_again_while_its_delivery_is_asked_after_is_followed_anew(risk: Risk) -> None:
    application_id = issued(risk)

    class Meanwhile(Mail):
        """A customer who calls at that very moment: staff send it again, and only then the answer is noted."""

        def delivery(self, customer_id: str, application_id: str, since: datetime) -> Delivered:
            if not self.found.deliver_time:
                resend(risk, application_id)
                self.found = Delivered(DeliveryState.UNDER_WAY, risk.clock.now())
                return Delivered(DeliveryState.FAILED)
            return self.found

    risk.refusals = replace(risk.refusals, notices=Meanwhile())
    risk.notices()
    [found] = refusals(risk, application_id)
    assert (found.notice_status, found.issue_count) == (Status.REFUSAL_NOTICE_STATUS_ISSUED, 2)


def test_the_failed_notice_of_a_customer_who_is_erased_is_void_and_listed_no_more(risk: Risk) -> None:
    customer_id = new_id()
    application_id = issued(risk, customer_id=customer_id)
    mailed(risk, DeliveryState.FAILED)
    risk.notices()
    assert late(risk, 60) == [application_id]
    erased = CustomerErased(customer_id=customer_id)
    erased.erase_time.FromDatetime(risk.clock.now())
    risk.hear(erased)
    assert (status(risk, application_id), late(risk, 60)) == (Status.REFUSAL_NOTICE_STATUS_VOID, [])


@pytest.mark.parametrize("on_demand", [True, False])
def test_a_rejection_from_before_refusals_gets_its_notice(risk: Risk, on_demand: bool) -> None:
    application_id = rejected(risk)
    with risk.background(), risk.app.begin() as uow:
        uow.reports.get(application_id).refusals = ()
        uow.commit(why="as it was then")
    if on_demand:
        assert resent(risk, application_id) == Status.REFUSAL_NOTICE_STATUS_DUE
    risk.notices()
    [found] = refusals(risk, application_id)
    assert (found.stage, found.notice_status) == (refusal_pb2.REFUSAL_STAGE_RISK, Status.REFUSAL_NOTICE_STATUS_ISSUED)
    assert "Ada Lovelace" in risk.notice(application_id)


def rejected(risk: Risk, **values: Any) -> str:
    """An application that the risk manager rejected; its id."""
    application_id = risk.assessed(**HOPELESS, **values)
    reason = decision_pb2.RISK_REJECTION_REASON_DEBT_TO_INCOME
    risk.decide(application_id, decision=2, rejection_reason=reason, reason="a note for the file")
    return application_id


def issued(risk: Risk, **values: Any) -> str:
    """The same with its notice on the way."""
    application_id = rejected(risk, **values)
    risk.notices()
    risk.clock.advance(LEASE)
    return application_id


def status(risk: Risk, application_id: str) -> refusal_pb2.RefusalNoticeStatus:
    return refusals(risk, application_id)[-1].notice_status


def resent(risk: Risk, application_id: str) -> refusal_pb2.RefusalNoticeStatus:
    """Where the notice stands after somebody asked for it to be sent, which it cannot yet."""
    with refusal(FailedPrecondition, "WRONG_STATUS"):
        resend(risk, application_id)
    return status(risk, application_id)
