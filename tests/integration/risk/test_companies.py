"""The application of a company, over a real server and a real database: no score, and a person's decision."""

from collections.abc import Callable
from typing import Any

import pytest

from loanflow.risk.v1 import decision_pb2, report_pb2
from loanflow.risk.v1 import risk_events_pb2 as events
from loanflow.risk.v1 import risk_service_pb2 as pb
from services.risk.score_store import Scores
from services.runtime.errors import FailedPrecondition
from tests.harness import customer
from tests.integration.risk.conftest import RISK_MANAGER, Risk, euros, rule
from tests.integration.risk.test_scorecards import LONG_AGO

COMPANY: dict[str, Any] = {
    "facility_type": "WORKING_CAPITAL", "for_legal_entity": True, "amount": euros("40000"), "tenure_months": 24,
    "project_cost": euros("44000"), "monthly_income": euros("9800"), "monthly_debts": euros("2100"),
}  # fmt: skip
ADDRESSED = ["LEGAL_ENTITY"]


def test_a_report_has_figures_and_says_why_it_has_no_score(risk: Risk) -> None:
    report = risk.report(risk.assessed(**COMPANY))
    assert report.status == report_pb2.RISK_STATUS_ASSESSED
    assert report.unscored == report_pb2.UNSCORED_REASON_LEGAL_ENTITY
    assert report.figures.for_legal_entity
    assert not report.HasField("score") and not report.HasField("challenger") and not report.reasons
    assert report.indicators.debt_to_income_percent and report.indicators.stressed_instalment.amount
    assert report.recommendation == decision_pb2.RISK_RECOMMENDATION_REFER
    assert [each.name for each in report.rules.fired] == ADDRESSED
    person = risk.report(risk.assessed())
    assert person.unscored == report_pb2.UNSCORED_REASON_UNSPECIFIED and person.score.score > 0


def test_nobody_reads_a_score_or_rejects_for_one(risk: Risk) -> None:
    application_id = risk.assessed(**COMPANY)
    calls: tuple[Callable[[], object], ...] = (
        lambda: risk.client().GetScore(pb.GetScoreRequest(application_id=application_id)),
        lambda: risk.decide(
            application_id, decision=decision_pb2.RISK_DECISION_REJECTED,
            rejection_reason=decision_pb2.RISK_REJECTION_REASON_SCORE,
        ),
    )  # fmt: skip
    for call in calls:
        with pytest.raises(FailedPrecondition) as refused:
            call()
        assert refused.value.reason == "NOT_SCORED"


def test_its_approval_addresses_the_rule_and_offers_go_on(risk: Risk) -> None:
    application_id = risk.assessed(**COMPANY)
    with pytest.raises(FailedPrecondition) as refused:
        risk.decide(application_id)
    assert (refused.value.reason, refused.value.metadata["rules"]) == ("REFERRAL_UNADDRESSED", "LEGAL_ENTITY")
    risk.decide(application_id, addressed_rules=ADDRESSED)
    offer = risk.assess_offer(application_id, principal=euros("40000"), tenure_months=24, annual_rate_percent="9.2")
    assert (offer.unscored, offer.score) == (report_pb2.UNSCORED_REASON_LEGAL_ENTITY, 0)
    said = risk.traffic.published(events.RiskAssessmentCompleted, events.RiskApprovedForDiscussion)
    assert [(each.score, each.rating) for each in said] == [(0, report_pb2.RISK_RATING_UNSPECIFIED)] * 2


def test_its_refusal_has_a_notice_without_a_score(risk: Risk) -> None:
    owner = customer()
    application_id = risk.assessed(customer_id=owner.subject, **COMPANY)
    risk.decide(
        application_id, decision=decision_pb2.RISK_DECISION_REJECTED,
        rejection_reason=decision_pb2.RISK_REJECTION_REASON_OTHER,
    )  # fmt: skip
    risk.notices()
    text = risk.notice(application_id, owner)
    assert "does not show that the loan can be repaid" in text and "Your score" not in text
    explanation = risk.explanation(application_id, owner)
    assert (explanation.score, explanation.scorecard_version, list(explanation.key_factors)) == (0, "", [])


def test_it_is_in_no_band_of_scores_and_no_drift_and_is_found_all_the_same(risk: Risk) -> None:
    company, person = risk.assessed(**COMPANY), risk.assessed()
    assert {each[0] for each in Scores(risk.traffic.database).since(LONG_AGO)} == {person}
    assert set(risk.found()) == {company, person}
    assert risk.found(facility_type="WORKING_CAPITAL") == [company]
    assert risk.found(max_score=1000) == [person]
    assert risk.found(rating=report_pb2.RISK_RATING_E) == []


def test_proposed_rules_are_tried_on_it_too_and_have_to_ask_for_a_score(risk: Risk) -> None:
    company = risk.assessed(**COMPANY)
    risk.decide(company, RISK_MANAGER, addressed_rules=ADDRESSED)
    risk.propose_rules(rule("for_legal_entity && score == null"))
    found = risk.simulate_rules()
    assert [(each.application_id, each.approved) for each in found.changes] == [(company, True)]
