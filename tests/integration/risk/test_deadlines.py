"""The clocks of refusals on a real database: each strikes once, whoever looks after them, and the lists show it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import text

from loanflow.customer.v1.customer_events_pb2 import CustomerErased
from loanflow.risk.v1 import refusal_pb2
from loanflow.risk.v1 import risk_events_pb2 as ev
from loanflow.risk.v1 import risk_service_pb2 as pb
from services.law import packs
from services.risk.deadlines import Deadlines
from services.risk.ports import DeliveryState
from services.runtime import context
from services.runtime.errors import FailedPrecondition, InvalidArgument, PermissionDenied
from tests.gates import Scenarios
from tests.harness import customer, staff
from tests.integration.risk.conftest import MANAGER, OFFICER, Risk
from tests.integration.risk.test_refusals import issued, late, mailed, refusals
from tests.integration.risk.test_reviews import Refused
from tests.integration.risk.test_risk import refusal

POSTINGS, POST = Scenarios(), "record that a notice was posted"
Notice, Review = refusal_pb2.RefusalNoticeStatus, refusal_pb2.RefusalReviewStatus
KINDS = (
    ev.RiskAssessmentCompleted, ev.RiskRejected, ev.RiskRefusalNoticeIssued, ev.RiskReviewRequested,
    ev.RiskReviewDecided, ev.RiskReviewDue, ev.RiskReviewOverdue, ev.RiskRefusalNoticeUndelivered,
    ev.RiskDecisionDue, ev.RiskApprovedForDiscussion,
)  # fmt: skip
TOLD = (ev.RiskDecisionDue, ev.RiskReviewDue, ev.RiskReviewOverdue, ev.RiskRefusalNoticeUndelivered)
DAY = timedelta(days=1)


def strike(risk: Risk, replicas: int = 1) -> None:
    """Every replica looks after the deadlines at the same time, until none is left."""

    def look(_: int) -> None:
        with context.background("risk", "risk.deadlines"):
            while Deadlines(risk.app).carry_on():
                pass

    with ThreadPoolExecutor(replicas) as pool:
        list(pool.map(look, range(replicas)))


def told(risk: Risk) -> list[type[Any]]:
    """The types of event of which staff have been told, in their order."""
    return [type(each) for each in risk.traffic.published(*KINDS) if isinstance(each, TOLD)]


def metric(name: str) -> float:
    return REGISTRY.get_sample_value(f"loanflow_risk_{name}") or 0.0


def delivered(risk: Risk) -> None:
    """The notices are with their customers: only reviews are owed from now on."""
    mailed(risk, DeliveryState.DELIVERED)
    risk.notices()


def test_a_review_that_nobody_answers_is_told_of_once_and_stands_at_the_head(risk: Risk) -> None:
    first, second = Refused(risk), Refused(risk)
    delivered(risk)
    first.ask()
    risk.clock.advance(5 * DAY)
    second.ask()
    strike(risk, replicas=4)
    assert (told(risk), metric("reviews_overdue")) == ([], 0)
    assert metric("review_oldest_seconds") == timedelta(days=5).total_seconds()
    risk.clock.advance(19 * DAY)
    strike(risk, replicas=4)
    assert told(risk) == [ev.RiskReviewDue]
    [waiting, other] = first.queue().refusals
    assert (waiting.application_id, waiting.review.status) == (first.application_id, Review.REFUSAL_REVIEW_STATUS_DUE)
    assert other.review.status == Review.REFUSAL_REVIEW_STATUS_WAITING
    risk.clock.advance(7 * DAY)
    strike(risk, replicas=4)
    strike(risk)
    # The two of one strike are of different applications, and come in any order.
    assert (told(risk)[0], {*told(risk)[1:]}) == (ev.RiskReviewDue, {ev.RiskReviewDue, ev.RiskReviewOverdue})
    assert len(told(risk)) == 3
    [overdue, _] = first.queue().refusals
    assert overdue.review.status == Review.REFUSAL_REVIEW_STATUS_OVERDUE
    assert overdue.review.due_time.ToDatetime() < overdue.review.escalate_time.ToDatetime()
    assert metric("reviews_overdue") == 1
    assert first.decide().review.status == Review.REFUSAL_REVIEW_STATUS_ANSWERED
    strike(risk)
    assert (metric("reviews_overdue"), len(told(risk))) == (0, 3)


def test_what_is_owed_first_is_at_the_head_whenever_it_was_asked_for(risk: Risk) -> None:
    law = {"PERSONAL": packs()["US"]}
    risk.app = replace(risk.app, law=lambda facility: law[facility])
    risk.refusals = replace(risk.refusals, app=risk.app)
    later = Refused(risk)
    later.ask()
    risk.clock.advance(DAY)
    law["PERSONAL"] = packs()["EU"]
    sooner = Refused(risk)
    sooner.ask()
    assert [each.application_id for each in sooner.queue().refusals] == [sooner.application_id, later.application_id]


def test_a_review_of_before_its_time_was_kept_is_listed_and_told_of(risk: Risk) -> None:
    refused = Refused(risk)
    delivered(risk)
    refused.ask()
    undated = """UPDATE reports SET answer_due_time = NULL, deadline_time = NULL,
        refusals = jsonb_set(refusals, '{0,review,due_time}', 'null') WHERE application_id = :id"""
    with risk.traffic.database.engine.begin() as connection:
        connection.execute(text(undated), {"id": refused.application_id})
    assert list(refused.queue().refusals) == []
    strike(risk, replicas=2)
    [waiting] = refused.queue().refusals
    assert waiting.review.due_time.ToDatetime() - waiting.review.request_time.ToDatetime() == 30 * DAY
    risk.clock.advance(31 * DAY)
    strike(risk)
    assert told(risk) == [ev.RiskReviewOverdue]


def test_a_deadline_that_the_version_of_before_left_there_is_not_found_for_ever(risk: Risk) -> None:
    application_id = issued(risk)
    delivered(risk)
    with risk.traffic.database.engine.begin() as connection:
        stale = text("UPDATE reports SET deadline_time = now() - interval '100 years' WHERE application_id = :id")
        connection.execute(stale, {"id": application_id})
    strike(risk)
    assert told(risk) == []


def test_a_notice_that_no_mail_delivers_is_told_of_and_posted(risk: Risk) -> None:
    application_id = issued(risk)
    strike(risk)
    assert told(risk) == []
    mailed(risk, DeliveryState.FAILED)
    risk.notices()
    strike(risk, replicas=4)
    strike(risk)
    assert told(risk) == [ev.RiskRefusalNoticeUndelivered]
    [failed] = refusals(risk, application_id)
    assert failed.HasField("tell_time") and late(risk, 60) == [application_id]
    posted = record(risk, application_id)
    assert posted.notice_status == Notice.REFUSAL_NOTICE_STATUS_DELIVERED
    assert (posted.posting.postal_service, posted.posting.evidence) == ("Deutsche Post", "RR123456789DE")
    assert (posted.posting.recorded_by, late(risk, 60)) == (OFFICER.subject, [])
    with refusal(FailedPrecondition, "WRONG_STATUS"):
        record(risk, application_id)
    # What was written down is sealed by the customer's key, in the row and in its trail.
    with risk.traffic.database.engine.connect() as connection:
        rows = [
            str(each) for table in ("reports", "audit") for each in connection.execute(text(f"SELECT * FROM {table}"))
        ]
    assert not any("RR123456789DE" in each for each in rows)


def test_a_notice_that_mail_keeps_for_weeks_is_told_of_before_it_is_due(risk: Risk) -> None:
    application_id = issued(risk)
    risk.clock.advance(27 * DAY)
    strike(risk)
    assert told(risk) == []
    risk.clock.advance(DAY)
    strike(risk, replicas=2)
    assert (told(risk), late(risk, 3)) == ([ev.RiskRefusalNoticeUndelivered], [application_id])


def test_of_an_application_that_nobody_decides_staff_are_told_in_time(risk: Risk) -> None:
    risk.app = replace(risk.app, law=lambda _: packs()["US"])
    waiting, decided = risk.assessed(), risk.assessed()
    risk.decide(decided)
    due = risk.report(waiting).decision_due_time.ToDatetime(UTC)
    risk.clock.moment = due - timedelta(days=7, seconds=1)
    strike(risk)
    assert told(risk) == []
    risk.clock.advance(timedelta(minutes=3))
    strike(risk, replicas=4)
    strike(risk)
    assert (told(risk), metric("decisions_late")) == ([ev.RiskDecisionDue], 0)
    assert risk.report(waiting).HasField("decision_tell_time")
    assert not risk.report(decided).HasField("decision_tell_time")
    risk.clock.advance(7 * DAY)
    strike(risk)
    assert metric("decisions_late") == 1
    risk.decide(waiting)
    strike(risk)
    assert (metric("decisions_late"), len(told(risk))) == (0, 1)


@pytest.mark.parametrize("days", [-1, 2])
def test_a_day_on_which_it_cannot_have_been_posted_is_refused_by_its_name(risk: Risk, days: int) -> None:
    application_id = issued(risk)
    day = risk.clock.now() + days * DAY
    with pytest.raises(InvalidArgument) as wrong:
        record(risk, application_id, post_date=day.date().isoformat())
    assert [each.field for each in wrong.value.violations] == ["post_date"]


def test_only_staff_of_decisions_record_what_was_posted(risk: Risk) -> None:
    refused = Refused(risk)
    for by in (refused.owner, staff("ADMIN")):
        with pytest.raises(PermissionDenied):
            record(risk, refused.application_id, by=by)
    assert record(risk, refused.application_id, by=MANAGER).posting.recorded_by == MANAGER.subject


def test_the_review_of_a_customer_who_is_erased_lapses(risk: Risk) -> None:
    refused = Refused(risk)
    delivered(risk)
    refused.ask()
    erased = CustomerErased(customer_id=refused.owner.subject)
    erased.erase_time.FromDatetime(risk.clock.now())
    risk.hear(erased)
    assert list(refused.queue().refusals) == []
    risk.clock.advance(60 * DAY)
    strike(risk)
    assert (told(risk), metric("reviews_overdue")) == ([], 0)
    [found] = refusals(risk, refused.application_id)
    assert found.review.status == Review.REFUSAL_REVIEW_STATUS_LAPSED


def record(risk: Risk, application_id: str, by: Any = OFFICER, **values: Any) -> Any:
    """Staff record that a notice was posted, today unless given otherwise."""
    how = {"post_date": risk.clock.today().isoformat(), "postal_service": "Deutsche Post", "evidence": "RR123456789DE"}
    request = pb.RecordNoticePostingRequest(application_id=application_id, **{**how, **values})
    return risk.client(by).RecordNoticePosting(request).refusal


@POSTINGS.without("the caller is not bound by the loan", POST)
def post_the_own_notice(risk: Risk) -> None:
    owner = customer()
    record(risk, issued(risk, customer_id=owner.subject), by=staff("OFFICER", account_id=owner.subject))


@POSTINGS.without("the application is refused, its notice is made, and the customer has not had it", POST)
def post_a_notice_that_the_customer_has(risk: Risk) -> None:
    with refusal(FailedPrecondition, "WRONG_STATUS"):
        record(risk, risk.submit())
    application_id = issued(risk)
    delivered(risk)
    record(risk, application_id)
