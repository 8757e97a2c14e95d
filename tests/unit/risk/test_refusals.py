"""Refusals by every decision: their notices, coded reasons that tell nothing that must not be told, and their paper."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from services.kyc.events import KycRejectionReason
from services.law import packs
from services.papers import lender_of
from services.risk.events import RiskReviewDecided, RiskReviewRequested
from services.risk.model import Report, RiskStatus
from services.risk.ports import Party
from services.risk.refusal_notice import document
from services.risk.refusal_reasons import APPROVAL_CODES, KYC_CODES, by_risk, in_words
from services.risk.refusal_review import RefusalReview, ReviewOutcome
from services.risk.refusals import BOUNCES_FOLLOWED, RefusalNoticeStatus, RefusalStage, Refused, StoredNotice
from services.runtime.errors import FailedPrecondition, NotFound, PermissionDenied
from tests.fakes.clock import NOON
from tests.fakes.readers import text_of
from tests.unit.risk.test_model import report

ADA = Party("Ada Lovelace", ("12 St James's Square", "London"))
NOTICE = StoredNotice("a1/refusal-1", "ab" * 32)
N = RefusalNoticeStatus


def refused(stage: RefusalStage = RefusalStage.KYC, code: str = "KYC_PROJECT", law: str = "US") -> Report:
    found = report()
    found.submit_time = NOON
    found.refuse(Refused(stage, (code,), "m1", ("o1",), NOON), packs()[law])
    return found


def paper(found: Report) -> str:
    return text_of(document(found, found.refusal(), ADA, packs()["US"], lender_of()).pdf())


@pytest.mark.parametrize("law, days", [("US", 30), ("EU", 3), ("NEUTRAL", 30)])
def test_a_notice_is_due_by_the_law_of_the_facility(law: str, days: int) -> None:
    refusal = refused(law=law).refusal()
    assert (refusal.refusal_number, refusal.notice_status) == (1, N.DUE)
    assert refusal.due_time == NOON + timedelta(days=days)
    assert refusal.review_until_time == refusal.due_time + timedelta(days=60)


def test_a_notice_is_issued_once_and_sent_again_when_asked_for() -> None:
    found = refused()
    with pytest.raises(FailedPrecondition):
        found.resend_notice(NOON)
    found.issue_notice(NOTICE, NOON)
    with pytest.raises(FailedPrecondition):
        found.issue_notice(NOTICE, NOON)
    assert found.settle_notice(found.refusal(), N.FAILED, NOON)
    later = NOON + timedelta(days=1)
    found.resend_notice(later)
    refusal = found.refusal()
    assert (refusal.notice_status, refusal.issue_count, refusal.issue_time) == (N.ISSUED, 2, later)
    assert [each.issue_count for each in found.events[-2:]] == [1, 2]
    assert found.settle_notice(found.refusal(), N.VOID, later)
    with pytest.raises(FailedPrecondition):
        found.resend_notice(later)


@pytest.mark.parametrize("times", [1, 2, 5])
def test_sending_a_notice_again_moves_no_time_for_a_review(times: int) -> None:
    found = refused()
    found.issue_notice(NOTICE, NOON)
    until = NOON + timedelta(days=60)
    for again in range(1, times + 1):
        found.resend_notice(NOON + timedelta(days=20 * again))
        assert found.refusal().review_until_time == until
        assert found.events[-1].review_until_time == until
    with pytest.raises(FailedPrecondition):
        found.request_review("", packs()["US"], until + timedelta(seconds=1))
    found.request_review("", packs()["US"], until)


def test_what_became_of_a_notice_that_was_sent_again_meanwhile_is_not_noted() -> None:
    found = refused()
    found.issue_notice(NOTICE, NOON)
    seen = found.refusal()
    found.resend_notice(NOON + timedelta(minutes=1))
    for status in (N.DELIVERED, N.FAILED, N.VOID):
        assert not found.settle_notice(seen, status, NOON + timedelta(minutes=2), NOON)
    assert found.refusal().notice_status is N.ISSUED
    seen = found.refusal()
    found.refuse(Refused(RefusalStage.FINAL, ("APPROVAL_TERMS",), "h1", (), NOON), packs()["US"])
    assert not found.settle_notice(seen, N.DELIVERED, NOON, NOON)


def test_one_that_was_delivered_is_asked_after_for_days_and_each_time_later() -> None:
    found, looks = refused(), [NOON]
    found.issue_notice(NOTICE, NOON)
    assert found.refusal().check_time == NOON
    while found.settle_notice(found.refusal(), N.DELIVERED, looks[-1], NOON) and found.refusal().look_time:
        looks += filter(None, [found.refusal().look_time])
    waits = [after - before for before, after in pairwise(looks)]
    assert waits == sorted(waits) and waits[0] == timedelta(hours=1) and len(waits) < 6
    assert NOON + timedelta(days=2) < looks[-1] <= NOON + BOUNCES_FOLLOWED
    assert found.refusal().check_time is None
    assert found.settle_notice(found.refusal(), N.FAILED, NOON + BOUNCES_FOLLOWED)
    assert (found.refusal().deliver_time, found.refusal().check_time) == (None, None)


@pytest.mark.parametrize("status", N)
def test_of_an_erased_customer_only_a_delivered_notice_stays(status: RefusalNoticeStatus) -> None:
    found = refused()
    found.refusals = (replace(found.refusal(), notice_status=status),)
    found.end_refusal(NOON)
    assert found.refusal().notice_status is (N.DELIVERED if status is N.DELIVERED else N.VOID)
    report().end_refusal(NOON)


def test_only_a_rejection_from_before_refusals_lacks_one() -> None:
    assert {status for status in RiskStatus if report(status).lacks_refusal} == {RiskStatus.REJECTED}
    found = report(RiskStatus.REJECTED)
    found.refuse(by_risk(found), packs()["US"])
    assert not found.lacks_refusal and found.refusal().decide_time == found.decide_time


def test_refusals_have_numbers_and_the_latest_is_number_0() -> None:
    found = refused()
    found.refuse(Refused(RefusalStage.FINAL, ("APPROVAL_TERMS",), "h1", (), NOON), packs()["US"])
    assert found.refusal() == found.refusal(2) != found.refusal(1)
    with pytest.raises(NotFound):
        found.refusal(3)
    with pytest.raises(FailedPrecondition):
        report().refusal()


@pytest.mark.parametrize("code", sorted({*KYC_CODES.values(), *APPROVAL_CODES.values()}))
def test_every_code_has_words(code: str) -> None:
    [reason] = in_words(refused(code=code).refusal(), report())
    assert reason.code == code and reason.description.endswith(".")


def test_what_compliance_found_is_told_as_what_is_not_named() -> None:
    assert {each.name for each in KycRejectionReason} < KYC_CODES.keys()
    compliance, other = (refused(code=KYC_CODES[each]) for each in ("COMPLIANCE", "OTHER"))
    assert compliance.refusals == other.refusals
    said = paper(compliance)
    assert said == paper(other)
    for word in ("sanction", "terror", "laundering", "screening", "watch list"):
        assert word not in said.lower()


def test_the_paper_has_the_score_only_where_the_decision_looked_at_one() -> None:
    assert "Your score" not in paper(refused())
    assert "The project does not seem feasible to us." in paper(refused())
    by_level = refused(RefusalStage.FINAL, "APPROVAL_COLLATERAL")
    assert "from 0, worst, to 1000, best" in paper(by_level)
    assert "ask within 60 days" in paper(by_level)
    unscored = replace(by_level, assessment=None)
    assert "Your score" not in paper(unscored)


def test_a_review_is_asked_for_once_in_its_time_and_decided_once_by_who_had_no_part() -> None:
    found = refused(law="US")
    until = found.refusal().review_until_time
    with pytest.raises(FailedPrecondition):
        found.decide_review(ReviewOutcome.UPHELD, "it stands", "other", NOON)
    with pytest.raises(FailedPrecondition) as late:
        found.request_review("", packs()["US"], until + timedelta(seconds=1))
    assert late.value.metadata == {"review_until_time": until.isoformat()}
    found.request_review("my grounds", packs()["US"], until)
    assert found.refusal().waits_for_review_since == until
    with pytest.raises(FailedPrecondition):
        found.request_review("again", packs()["US"], NOON)
    for by in ("m1", "o1", "c"):
        with pytest.raises(PermissionDenied) as refused_by:
            found.decide_review(ReviewOutcome.UPHELD, "it stands", by, until)
        assert refused_by.value.reason == "MAKER_CHECKER"
    found.decide_review(ReviewOutcome.OVERTURNED, "it does not stand", "other", until)
    due = until + timedelta(days=30)
    review = RefusalReview(until, "my grounds", ReviewOutcome.OVERTURNED, "it does not stand", "other", until, due)
    assert (found.refusal().review, found.refusal().waits_for_review_since) == (review, None)
    with pytest.raises(FailedPrecondition):
        found.decide_review(ReviewOutcome.UPHELD, "it stands", "other", until)
    decided = RiskReviewDecided("a", "c", 1, ReviewOutcome.OVERTURNED, "other", until)
    assert found.events[-2:] == [RiskReviewRequested("a", "c", 1, until, due), decided]
