"""What is owed about a refusal, by when, and what is told of it: reminders, escalations, and the paper by post."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from services.law import packs
from services.risk.events import RiskDecisionDue, RiskRefusalNoticeUndelivered, RiskReviewDue, RiskReviewOverdue
from services.risk.model import Report, RiskStatus
from services.risk.refusal_review import REMINDED_AHEAD, RefusalReviewStatus, ReviewOutcome
from services.risk.refusals import (
    DECISION_TOLD_AHEAD,
    MAIL_HAS,
    TOLD_AHEAD,
    NoticePosting,
    RefusalNoticeStatus,
    RefusalStage,
    Refused,
    decision_due,
)
from services.runtime.errors import FailedPrecondition, InvalidArgument, PermissionDenied
from tests.fakes.clock import NOON
from tests.unit.risk.test_model import report
from tests.unit.risk.test_refusals import NOTICE, refused

N, R = RefusalNoticeStatus, RefusalReviewStatus
DAY = timedelta(days=1)
US, EU = packs()["US"], packs()["EU"]


def told(found: Report, at: datetime, law: Any = US) -> list[type[Any]]:
    """The types of event of which staff are told at a moment."""
    found.events.clear()
    found.tell_of_deadlines(law, at)
    return [type(each) for each in found.events]


def asked(law: str = "US") -> Report:
    """A refusal whose notice the customer has, who asks for a review."""
    found = refused(law=law)
    found.issue_notice(NOTICE, NOON)
    assert found.settle_notice(found.refusal(), N.DELIVERED, NOON, NOON)
    found.request_review("my grounds", packs()[law], NOON)
    return found


def status(found: Report) -> RefusalReviewStatus:
    review = found.refusal().review
    assert review is not None
    return review.status


@pytest.mark.parametrize(("stage", "days"), [(RefusalStage.KYC, 20), (RefusalStage.RISK, 20), (RefusalStage.FINAL, 30)])
def test_a_notice_is_due_by_the_application_unless_an_offer_was_an_answer_to_it(stage: RefusalStage, days: int) -> None:
    found = report()
    found.submit_time = NOON - 10 * DAY
    found.refuse(Refused(stage, ("KYC_PROJECT",), "m1", (), NOON), US)
    assert found.refusal().due_time == NOON + days * DAY
    found.refuse(Refused(stage, ("KYC_PROJECT",), "m1", (), NOON), EU)
    assert found.refusal().due_time == NOON + 3 * DAY


def test_a_notice_of_an_application_that_took_longer_is_due_at_once_and_mail_has_a_day_all_the_same() -> None:
    found = report()
    found.submit_time = NOON - 40 * DAY
    found.refuse(Refused(RefusalStage.RISK, ("KYC_PROJECT",), "m1", (), NOON), US)
    assert (found.refusal().due_time, found.refusal().deadline_time) == (NOON, NOON + MAIL_HAS)


@pytest.mark.parametrize(("law", "days"), [("US", 30), ("EU", 28), ("NEUTRAL", 30)])
def test_the_answer_to_a_review_is_owed_by_the_law_of_the_facility(law: str, days: int) -> None:
    found = asked(law)
    assert (found.refusal().answer_due_time, status(found)) == (NOON + days * DAY, R.WAITING)


def test_staff_are_reminded_of_a_review_and_told_when_it_is_overdue_each_once() -> None:
    found = asked()
    due = NOON + 30 * DAY
    assert found.refusal().deadline_time == due - REMINDED_AHEAD
    assert told(found, due - REMINDED_AHEAD - timedelta(seconds=1)) == []
    assert (told(found, due - REMINDED_AHEAD), status(found)) == ([RiskReviewDue], R.DUE)
    assert (told(found, due - DAY), found.refusal().deadline_time) == ([], due)
    assert (told(found, due), status(found)) == ([RiskReviewOverdue], R.OVERDUE)
    assert (told(found, due + DAY), found.refusal().deadline_time) == ([], None)
    assert found.refusal().waits_for_review_since == NOON
    found.decide_review(ReviewOutcome.UPHELD, "it stands", "other", due + DAY)
    assert (status(found), found.refusal().answer_due_time) == (R.ANSWERED, None)
    assert told(found, due + 2 * DAY) == []


def test_a_reminder_that_comes_after_its_time_says_that_it_is_overdue_and_no_more() -> None:
    found = asked()
    assert told(found, NOON + 31 * DAY) == [RiskReviewOverdue]
    assert told(found, NOON + 31 * DAY) == []


def test_of_a_review_that_is_answered_in_time_nobody_is_told() -> None:
    found = asked()
    found.decide_review(ReviewOutcome.UPHELD, "it stands", "other", NOON + DAY)
    assert (told(found, NOON + 90 * DAY), found.refusal().deadline_time) == ([], None)


def test_a_review_of_before_its_time_was_kept_gets_it_by_the_law() -> None:
    found = asked("EU")
    review = found.refusal().review
    assert review is not None
    found.refusals = (replace(found.refusal(), review=replace(review, due_time=None)),)
    assert (found.refusal().answer_due_time, found.refusal().deadline_time) == (None, None)
    assert told(found, NOON + DAY, EU) == []
    assert found.refusal().answer_due_time == NOON + 28 * DAY


def test_nobody_is_owed_the_answer_once_the_customer_is_erased() -> None:
    found = asked()
    found.end_refusal(NOON + DAY)
    assert (status(found), found.refusal().notice_status) == (R.LAPSED, N.DELIVERED)
    assert (found.refusal().waits_for_review_since, found.refusal().deadline_time) == (None, None)
    with pytest.raises(FailedPrecondition):
        found.decide_review(ReviewOutcome.UPHELD, "it stands", "other", NOON + DAY)
    answered = asked()
    answered.decide_review(ReviewOutcome.UPHELD, "it stands", "other", NOON)
    answered.end_refusal(NOON + DAY)
    assert status(answered) is R.ANSWERED


@pytest.mark.parametrize(("law", "days"), [("US", 28), ("EU", 1)])
def test_staff_are_told_of_a_notice_that_is_not_delivered_shortly_before_it_is_due(law: str, days: int) -> None:
    found = refused(law=law)
    found.issue_notice(NOTICE, NOON)
    due = found.refusal().due_time
    assert found.refusal().deadline_time == due - TOLD_AHEAD == NOON + days * DAY
    assert told(found, due - TOLD_AHEAD - timedelta(seconds=1)) == []
    assert told(found, due - TOLD_AHEAD) == [RiskRefusalNoticeUndelivered]
    assert (told(found, due), found.refusal().deadline_time) == ([], None)
    assert found.settle_notice(found.refusal(), N.FAILED, due)
    assert told(found, due) == []


def test_staff_are_told_of_a_notice_that_failed_at_once_and_anew_when_it_fails_once_more() -> None:
    found = refused()
    for number in (0, 1):
        at = NOON + number * DAY
        found.resend_notice(at) if number else found.issue_notice(NOTICE, at)
        assert told(found, at) == []
        assert found.settle_notice(found.refusal(), N.FAILED, at)
        assert told(found, at) == [RiskRefusalNoticeUndelivered]
        assert told(found, at) == []


def posting(on: date, by: str = "o9") -> NoticePosting:
    return NoticePosting(on, "Deutsche Post", "RR123456789DE", by, NOON + 3 * DAY)


@pytest.mark.parametrize("status_before", [N.ISSUED, N.FAILED])
def test_a_notice_that_was_posted_is_given(status_before: RefusalNoticeStatus) -> None:
    found = refused()
    found.issue_notice(NOTICE, NOON)
    found.refusals = (replace(found.refusal(), notice_status=status_before),)
    found.post_notice(posting((NOON + DAY).date()))
    refusal = found.refusal()
    assert (refusal.notice_status, refusal.is_owed, refusal.check_time) == (N.DELIVERED, False, None)
    assert refusal.posting == posting((NOON + DAY).date())
    assert refusal.deliver_time == datetime.combine((NOON + DAY).date(), datetime.min.time(), NOON.tzinfo)
    assert told(found, NOON + 90 * DAY) == []
    # It is owed no more, also while it is sent once more.
    found.resend_notice(NOON + 4 * DAY)
    assert (found.refusal().is_owed, told(found, NOON + 90 * DAY)) == (False, [])


def test_what_was_not_posted_or_need_not_be_is_not_recorded() -> None:
    found = refused()
    with pytest.raises(FailedPrecondition):
        found.post_notice(posting(NOON.date()))  # it is not made
    found.issue_notice(NOTICE, NOON)
    for on in (NOON - DAY, NOON + 5 * DAY):
        with pytest.raises(InvalidArgument) as wrong:
            found.post_notice(posting(on.date()))
        assert [each.field for each in wrong.value.violations] == ["post_date"]
    with pytest.raises(PermissionDenied) as bound:
        found.post_notice(posting(NOON.date(), by="c"))
    assert bound.value.reason == "MAKER_CHECKER"
    for status_before in (N.DELIVERED, N.VOID):
        found.refusals = (replace(found.refusal(), notice_status=status_before),)
        with pytest.raises(FailedPrecondition):
            found.post_notice(posting(NOON.date()))


@pytest.mark.parametrize(("hour", "days"), [(1, (-1, 0)), (9, (-1, 0)), (12, (0, 1)), (23, (0, 1))])
def test_the_day_of_a_posting_is_that_of_where_it_was_posted(hour: int, days: tuple[int, int]) -> None:
    """In the evening of the west it is the day after in UTC, and in the morning of the east the day before."""
    decided = NOON.replace(hour=hour)
    for day in range(-2, 3):
        found = report()
        found.refuse(Refused(RefusalStage.KYC, ("KYC_PROJECT",), "m1", ("o1",), decided), US)
        found.issue_notice(NOTICE, decided)
        made = NoticePosting((decided + day * DAY).date(), "UPS", "1Z", "o2", decided)
        if day in days:
            found.post_notice(made)
            assert found.refusal().deliver_time == decided
        else:
            with pytest.raises(InvalidArgument):
                found.post_notice(made)


def undecided(status_now: RiskStatus = RiskStatus.ASSESSED, law: Any = US) -> Report:
    """A report whose application was complete at noon."""
    found = report(status_now)
    found.submit_time, found.decision_due_time = NOON, decision_due(NOON, law)
    return found


@pytest.mark.parametrize("status_now", RiskStatus)
def test_of_what_is_not_decided_staff_are_told_a_week_before_the_answer_is_owed(status_now: RiskStatus) -> None:
    found, waits = undecided(status_now), status_now in (RiskStatus.PENDING, RiskStatus.ASSESSED)
    at = NOON + 30 * DAY - DECISION_TOLD_AHEAD
    assert found.deadline_time == (at if waits else None)
    assert told(found, at - timedelta(seconds=1)) == []
    assert told(found, at) == ([RiskDecisionDue] if waits else [])
    assert (told(found, NOON + 90 * DAY), found.deadline_time) == ([], None)


def test_what_is_refused_elsewhere_is_decided_and_only_its_notice_is_owed() -> None:
    found = undecided(RiskStatus.PENDING)
    found.refuse(Refused(RefusalStage.KYC, ("KYC_PROJECT",), "m1", (), NOON), US)
    assert found.deadline_time == found.refusal().deadline_time
    assert told(found, NOON + 28 * DAY) == [RiskRefusalNoticeUndelivered]


@pytest.mark.parametrize(("law", "due"), [("US", NOON + 30 * DAY), ("EU", None), ("NEUTRAL", None)])
def test_only_some_laws_give_a_time_for_the_decision(law: str, due: datetime | None) -> None:
    found = undecided(law=packs()[law])
    assert (found.decision_due_time, found.deadline_time is None) == (due, due is None)
