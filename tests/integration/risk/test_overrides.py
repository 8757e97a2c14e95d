"""Overrides and explanations over gRPC: two people, coded reasons, and what each leaves behind."""

from typing import Any

from loanflow.risk.v1 import decision_pb2, report_pb2
from loanflow.risk.v1 import risk_events_pb2 as events
from services.risk.monitoring import overrides
from services.risk.score_store import Overridden
from services.runtime.errors import FailedPrecondition, InvalidArgument, PermissionDenied
from tests.harness import staff
from tests.integration.risk.conftest import HOPELESS, OFFICER, RISK_MANAGER, SECOND, Risk, euros, rule
from tests.integration.risk.test_risk import refusal

Status, Override = report_pb2.RiskStatus, decision_pb2.OverrideStatus
# A shorter tenure costs more a month than what was decided on leaves.
DEARER: dict[str, Any] = {"tenure_months": 6}


def test_a_release_against_the_score_takes_two_people(risk: Risk) -> None:
    application_id = risk.assessed(**HOPELESS)
    with refusal(FailedPrecondition, "OVERRIDE_REQUIRED"):
        risk.decide(application_id)
    proposed = risk.propose(application_id)
    assert proposed.status == Status.RISK_STATUS_ASSESSED
    assert proposed.recommendation == decision_pb2.RISK_RECOMMENDATION_REJECT
    assert not risk.traffic.published(events.RiskAssessmentCompleted, events.RiskApprovedForDiscussion)[1:]
    decided = risk.settle(application_id)
    [override] = decided.overrides
    assert (decided.status, decided.decided_by) == (Status.RISK_STATUS_APPROVED, SECOND.subject)
    assert (override.proposed_by, override.settled_by) == (RISK_MANAGER.subject, SECOND.subject)
    assert (override.reason, override.settle_reason) == ("her parents stand in", "seen the deed")
    assert override.status == Override.OVERRIDE_STATUS_CONFIRMED and not override.HasField("terms")
    _, event = risk.traffic.published(events.RiskAssessmentCompleted, events.RiskApprovedForDiscussion)
    assert (event.decided_by, event.proposed_by) == (SECOND.subject, RISK_MANAGER.subject)
    assert event.override_reason == decision_pb2.OVERRIDE_REASON_GUARANTEE
    assert "parents" not in str(event) and "parents" not in str(risk.traffic.audit(application_id)[-1]["after"])


def test_a_declined_one_changes_nothing_and_another_may_follow(risk: Risk) -> None:
    application_id = risk.assessed(**HOPELESS)
    risk.propose(application_id)
    with refusal(FailedPrecondition, "OVERRIDE_OPEN"):
        risk.propose(application_id)
    declined = risk.settle(application_id, confirmed=False)
    assert declined.status == Status.RISK_STATUS_ASSESSED
    with refusal(FailedPrecondition, "NO_OVERRIDE"):
        risk.settle(application_id)
    risk.propose(application_id)
    rejected = risk.decide(
        application_id, decision=2, rejection_reason=decision_pb2.RISK_REJECTION_REASON_DEBT_TO_INCOME
    )
    statuses = [Override.Name(each.status).removeprefix("OVERRIDE_STATUS_") for each in rejected.overrides]
    assert statuses == ["DECLINED", "LAPSED"]


def test_who_proposed_or_decided_before_does_not_confirm(risk: Risk) -> None:
    application_id = risk.assessed(**HOPELESS)
    risk.propose(application_id)
    for by in (RISK_MANAGER, staff("RISK_MGR", account_id=OFFICER.subject)):
        with refusal(PermissionDenied, "MAKER_CHECKER"):
            risk.settle(application_id, by=by)
    with refusal(InvalidArgument, "INVALID_FIELD"):
        risk.propose(application_id, override_reason=0)


def test_terms_beyond_the_decision_are_offered_only_when_a_second_person_let_just_them_through(risk: Risk) -> None:
    application_id = risk.assessed(monthly_income=euros("3700"))
    risk.decide(application_id)
    with refusal(FailedPrecondition, "OVERRIDE_NOT_NEEDED"):
        risk.propose_terms(application_id)
    with refusal(InvalidArgument, "ASSESSED_LIMIT"):
        risk.assess_offer(application_id, **DEARER)
    [proposed] = risk.propose_terms(application_id, **DEARER).overrides
    assert (proposed.limit, proposed.terms.tenure_months) == ("debt_to_income_percent", 6)
    with refusal(InvalidArgument, "ASSESSED_LIMIT"):
        risk.assess_offer(application_id, **DEARER)
    with refusal(PermissionDenied, "MAKER_CHECKER"):
        risk.settle(application_id, by=RISK_MANAGER)
    risk.settle(application_id)
    assert risk.assess_offer(application_id, **DEARER).terms_hash == proposed.terms_hash
    with refusal(InvalidArgument, "ASSESSED_LIMIT"):
        risk.assess_offer(application_id, tenure_months=5)


def test_what_a_rule_refers_that_did_not_refer_the_decision_takes_a_second_person(risk: Risk) -> None:
    risk.put_in_force(rule("amount > 10000.0", "REFER"))
    application_id, more = risk.assessed(), euros("10100")
    risk.decide(application_id)
    risk.assess_offer(application_id)
    with refusal(InvalidArgument, "ASSESSED_LIMIT"):
        risk.assess_offer(application_id, principal=more)
    [proposed] = risk.propose_terms(application_id, principal=more).overrides
    assert proposed.limit == "rule"
    risk.settle(application_id)
    assert risk.assess_offer(application_id, principal=more).terms_hash == proposed.terms_hash


def test_overrides_are_counted_by_their_kinds(risk: Risk) -> None:
    for confirmed in (True, False):
        application_id = risk.assessed(**HOPELESS)
        risk.propose(application_id)
        risk.settle(application_id, confirmed=confirmed)
    risk.decide(risk.assessed())
    found = overrides(*Overridden(risk.traffic.database).since(risk.clock.now().replace(year=2000)))
    assert (found["decisions"], found["against_recommendation"], found["share_percent"]) == (2, 1, 50.0)
    assert [(each["status"], each["count"]) for each in found["by_kind"]] == [("CONFIRMED", 1), ("DECLINED", 1)]
    assert {(each["of"], each["decision"], each["reason"]) for each in found["by_kind"]} == {
        ("recommendation", "APPROVED", "GUARANTEE")
    }
    later = overrides(*Overridden(risk.traffic.database).since(risk.clock.now().replace(year=9000)))
    assert (later["decisions"], later["share_percent"], later["by_kind"]) == (0, None, [])


def test_a_customer_is_explained_the_decision_and_nothing_before(risk: Risk) -> None:
    application_id = risk.assessed(**HOPELESS)
    with refusal(FailedPrecondition, "WRONG_STATUS"):
        risk.explanation(application_id)
    reason = decision_pb2.RISK_REJECTION_REASON_DEBT_TO_INCOME
    report = risk.decide(application_id, decision=2, rejection_reason=reason, reason="a note for the file")
    found = risk.explanation(application_id)
    *ruled_out, own, other = found.principal_reasons
    assert [each.code for each in ruled_out] == ["NOTHING_LEFT", "DEBTS_ABOVE_60_PERCENT"]
    assert own.code == "DEBT_TO_INCOME" and report.indicators.debt_to_income_percent in own.description
    assert other == found.key_factors[0]
    assert (found.least_score, found.score, found.greatest_score) == (0, report.score.score, 1000)
    assert found.scorecard_version == report.score.scorecard_version
    assert "note for the file" not in str(found) and RISK_MANAGER.subject not in str(found)


def test_the_notice_of_a_refusal_has_reasons_score_and_rights(risk: Risk) -> None:
    application_id = risk.assessed(**HOPELESS)
    with refusal(FailedPrecondition, "WRONG_STATUS"):
        risk.notice(application_id)
    reason = decision_pb2.RISK_REJECTION_REASON_DEBT_TO_INCOME
    risk.decide(application_id, decision=2, rejection_reason=reason, reason="a note for the file")
    risk.notices()
    found, text = risk.explanation(application_id), risk.notice(application_id)
    said = [each.description for each in found.principal_reasons] + [f"{found.score}, from 0, worst, to 1000, best"]
    for each in (
        *said,
        found.scorecard_version,
        "Ada Lovelace",
        "You may ask that a person looks at the decision again",
        "LoanFlow Lending Ltd",
    ):
        assert " ".join(each.split()) in text, each
    assert "a note for the file" not in text
    released = risk.assessed()
    risk.decide(released)
    with refusal(FailedPrecondition, "WRONG_STATUS"):
        risk.notice(released)
