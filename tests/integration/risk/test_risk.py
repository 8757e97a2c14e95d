"""Risk reports over gRPC: assessment, search, decision, and what each leaves behind."""

from collections.abc import Callable
from typing import Any

import pytest

from loanflow.application.v1 import application_events_pb2 as application
from loanflow.risk.v1 import decision_pb2, report_pb2
from loanflow.risk.v1 import risk_events_pb2 as events
from loanflow.risk.v1 import risk_service_pb2 as pb
from services.runtime.errors import Error, FailedPrecondition, InvalidArgument, NotFound, PermissionDenied
from services.runtime.events.inbox import NotYet
from services.runtime.ids import new_id
from tests.harness import customer, service, staff
from tests.integration.risk.conftest import MANAGER, OFFICER, RISK_MANAGER, Risk, euros

Status = report_pb2.RiskStatus
SCHEDULER = service("scheduler")
# What the table in force makes of the application of conftest.
SOUND = 607, report_pb2.RISK_RATING_D


def refusal(error: type[Error], reason: str) -> Any:
    return pytest.raises(error, check=lambda raised: raised.reason == reason)


def test_an_approval_of_kyc_brings_the_assessment(risk: Risk) -> None:
    application_id = risk.submit()
    pending = risk.report(application_id)
    assert pending.status == Status.RISK_STATUS_PENDING
    assert pending.figures.amount.amount == "10000.00"
    assert not pending.HasField("score") and not pending.HasField("indicators")
    risk.approve_kyc(application_id)
    report = risk.report(application_id)
    assert report.status == Status.RISK_STATUS_ASSESSED
    found = report.indicators
    assert (found.annual_rate_percent, found.monthly_instalment.amount) == ("7.9", "312.90")
    assert (found.debt_to_income_percent, found.repayment_capacity.amount) == ("15.32", "3387.10")
    assert found.collateral_cover_percent == "25.00"
    assert (report.score.score, report.score.rating) == SOUND
    assert report.score.application_id == application_id
    assert [each.code for each in report.reasons] == ["FINANCED_SHARE_75_TO_85", "TENURE_FROM_25"]
    assert all(each.description and each.points < 0 and each.change for each in report.reasons)
    score = risk.client(OFFICER).GetScore(pb.GetScoreRequest(application_id=application_id)).score
    assert score == report.score
    [event] = risk.traffic.published(events.RiskAssessmentCompleted)
    assert (event.score, event.debt_to_income_percent, event.customer_id) == (SOUND[0], "15.32", report.customer_id)
    assert list(event.reason_codes) == [each.code for each in report.reasons]


def test_an_approval_of_kyc_before_the_submission_waits(risk: Risk) -> None:
    with pytest.raises(NotYet):
        risk.approve_kyc(new_id())


def test_events_that_come_twice_count_once(risk: Risk) -> None:
    application_id = risk.assessed()
    risk.submit(application_id=application_id, monthly_income=euros("1"))
    risk.approve_kyc(application_id)
    assert risk.report(application_id).figures.monthly_income.amount == "4000.00"
    assert len(risk.traffic.published(events.RiskAssessmentCompleted)) == 1
    assert len(risk.traffic.audit(application_id)) == 2


def test_the_assessment_can_be_run_anew_until_it_is_decided(risk: Risk) -> None:
    application_id = risk.submit()
    request = pb.AssessRequest(application_id=application_id)
    with refusal(FailedPrecondition, "WRONG_STATUS"):
        risk.client(SCHEDULER).Assess(request)
    risk.approve_kyc(application_id)
    assert risk.client(SCHEDULER).Assess(request).report.status == Status.RISK_STATUS_ASSESSED
    assert len(risk.traffic.published(events.RiskAssessmentCompleted)) == 2
    risk.decide(application_id)
    with refusal(FailedPrecondition, "WRONG_STATUS"):
        risk.client(SCHEDULER).Assess(request)
    assert risk.traffic.audit(application_id)[2]["actor"] == "service:scheduler"


def test_a_release_for_discussion(risk: Risk) -> None:
    application_id = risk.assessed()
    decided = risk.decide(application_id)
    assert (decided.status, decided.decided_by) == (Status.RISK_STATUS_APPROVED, RISK_MANAGER.subject)
    assert decided == risk.report(application_id)
    _, event = risk.traffic.published(events.RiskAssessmentCompleted, events.RiskApprovedForDiscussion)
    assert (event.facility_type, event.amount.amount, event.tenure_months) == ("PERSONAL", "10000.00", 36)
    assert (event.decided_by, event.score) == (RISK_MANAGER.subject, SOUND[0])
    *_, row = risk.traffic.audit(application_id)
    assert (row["actor"], row["why"]) == (f"staff:{RISK_MANAGER.subject}", "sound")
    assert (row["before"]["status"], row["after"]["status"], row["version"]) == ("ASSESSED", "APPROVED", 2)


def test_a_rejection(risk: Risk) -> None:
    application_id = risk.assessed(monthly_income=euros("600"), monthly_debts=euros("500"))
    reason = decision_pb2.RISK_REJECTION_REASON_DEBT_TO_INCOME
    rejected = risk.decide(application_id, decision=2, rejection_reason=reason, reason="owes too much")
    assert (rejected.status, rejected.rejection_reason) == (Status.RISK_STATUS_REJECTED, reason)
    assert rejected.score.rating == report_pb2.RISK_RATING_E
    _, event = risk.traffic.published(events.RiskAssessmentCompleted, events.RiskRejected)
    assert (event.rejection_reason, event.rating) == (reason, report_pb2.RISK_RATING_E)
    assert "owes too much" not in str(event)


@pytest.mark.parametrize("earlier", [OFFICER, MANAGER])
def test_who_decided_before_does_not_decide_here(risk: Risk, earlier: Any) -> None:
    application_id = risk.assessed()
    with refusal(PermissionDenied, "MAKER_CHECKER"):
        risk.decide(application_id, by=staff("RISK_MGR", account_id=earlier.subject))
    assert risk.report(application_id).status == Status.RISK_STATUS_ASSESSED


def test_steps_out_of_turn_are_refused(risk: Risk) -> None:
    application_id = risk.submit()
    steps: list[Callable[..., Any]] = [
        lambda: risk.decide(application_id),
        lambda: risk.client().GetScore(pb.GetScoreRequest(application_id=application_id)),
    ]
    for step in steps:
        with refusal(FailedPrecondition, "WRONG_STATUS"):
            step()
    risk.approve_kyc(application_id)
    risk.decide(application_id)
    with refusal(FailedPrecondition, "WRONG_STATUS"):
        risk.decide(application_id)


@pytest.mark.parametrize(
    "values",
    [
        {"decision": 0},
        {"decision": 9},
        {"reason": ""},
        {"decision": 2},
        {"rejection_reason": decision_pb2.RISK_REJECTION_REASON_SCORE},
        {"application_id": "7"},
    ],
)
def test_a_decision_must_make_sense(risk: Risk, values: dict[str, Any]) -> None:
    with refusal(InvalidArgument, "INVALID_FIELD"):
        risk.decide(values.pop("application_id", new_id()), **values)


def test_an_unsubmitted_application_has_no_report(risk: Risk) -> None:
    unknown = new_id()
    calls: list[Callable[..., Any]] = [
        lambda: risk.report(unknown),
        lambda: risk.decide(unknown),
        lambda: risk.client().GetScore(pb.GetScoreRequest(application_id=unknown)),
        lambda: risk.client(SCHEDULER).Assess(pb.AssessRequest(application_id=unknown)),
    ]
    for call in calls:
        with refusal(NotFound, "NOT_FOUND"):
            call()


def test_only_the_roles_of_the_contract_get_in(risk: Risk) -> None:
    application_id = risk.assessed()
    for caller in (staff("MANAGER"), staff("ADMIN"), customer(), service("kyc")):
        calls: list[Callable[..., Any]] = [
            lambda by: risk.client(by).Assess(pb.AssessRequest(application_id=application_id)),
            lambda by: risk.client(by).GetReport(pb.GetReportRequest(application_id=application_id)),
            lambda by: risk.client(by).GetScore(pb.GetScoreRequest(application_id=application_id)),
            lambda by: risk.client(by).SearchReports(pb.SearchReportsRequest()),
            lambda by: risk.decide(application_id, by=by),
        ]
        for call in calls:
            with refusal(PermissionDenied, "ACCESS_DENIED"):
                call(caller)
    with refusal(PermissionDenied, "ACCESS_DENIED"):
        risk.client(RISK_MANAGER).Assess(pb.AssessRequest(application_id=application_id))


def test_reports_are_found_by_every_filter_latest_first(risk: Risk) -> None:
    good, waiting = risk.assessed(), risk.submit(facility_type="VEHICLE")
    poor = risk.assessed(monthly_income=euros("600"), monthly_debts=euros("500"), collateral_value=euros("0"))
    assert risk.found() == [poor, waiting, good]
    assert risk.found(status=Status.RISK_STATUS_PENDING) == [waiting]
    assert risk.found(rating=report_pb2.RISK_RATING_E) == [poor]
    assert risk.found(min_score=SOUND[0]) == risk.found(min_score=SOUND[0], max_score=SOUND[0]) == [good]
    assert risk.found(max_score=SOUND[0] - 1) == [poor]
    assert risk.found(facility_type="VEHICLE") == risk.found(query="vehicle") == [waiting]
    assert risk.found(query="REPAYMENT take more") == [poor]
    assert risk.found(query=good) == risk.found(query=f"tenure_from_25 {good}") == [good]
    assert risk.found(query="%") == [poor, good]
    assert risk.found(query="75%85") == [], "a percent sign is a sign, not a wildcard"
    assert risk.found(query="9_9") == []
    assert risk.found(query="nowhere") == []
    risk.decide(good)
    assert risk.found(status=Status.RISK_STATUS_APPROVED) == [good]


def test_reports_come_in_pages_of_one_search(risk: Risk) -> None:
    made = [risk.assessed() for _ in range(3)]
    first = risk.search(page_size=2, min_score=1)
    second = risk.search(page_size=2, min_score=1, page_token=first.next_page_token)
    assert [each.application_id for each in (*first.reports, *second.reports)] == made[::-1]
    assert not second.next_page_token
    with refusal(InvalidArgument, "INVALID_PAGE_TOKEN"):
        risk.search(page_size=2, min_score=2, page_token=first.next_page_token)
    with refusal(InvalidArgument, "INVALID_FIELD"):
        risk.search(min_score=2, max_score=1)


def test_an_application_that_ends_elsewhere_closes_its_report(risk: Risk) -> None:
    waiting, assessed, decided = risk.submit(), risk.assessed(), risk.assessed()
    risk.decide(decided)
    for each in (waiting, assessed, decided, new_id()):
        for kind in (application.ApplicationWithdrawn, application.ApplicationRejected, application.ApplicationClosed):
            risk.hear(kind(application_id=each, customer_id=new_id()))
    for each, status in ((waiting, "CLOSED"), (assessed, "CLOSED"), (decided, "APPROVED")):
        assert Status.Name(risk.report(each).status) == f"RISK_STATUS_{status}"
    risk.approve_kyc(waiting)
    assert not risk.report(waiting).HasField("score")
    with refusal(FailedPrecondition, "WRONG_STATUS"):
        risk.decide(assessed)


def test_the_same_idempotency_key_gets_the_first_answer(risk: Risk) -> None:
    application_id = risk.assessed()
    request = pb.DecideRequest(
        application_id=application_id, decision=decision_pb2.RISK_DECISION_APPROVED, reason="sound"
    )
    key = (("idempotency-key", "k1"),)
    first = risk.client().Decide(request, metadata=key)
    assert risk.client().Decide(request, metadata=key) == first
    request.reason = "another"
    with refusal(FailedPrecondition, "IDEMPOTENCY_KEY_REUSED"):
        risk.client().Decide(request, metadata=key)
