"""The bureau's record in the score, over a real server and a real database: told in report, explanation and notice."""

from pathlib import Path

import pytest

from loanflow.approval.v1 import approval_events_pb2 as approval
from loanflow.approval.v1 import approval_pb2
from loanflow.risk.v1 import bureau_pb2, decision_pb2
from loanflow.risk.v1 import risk_events_pb2 as events
from services.risk.bureau import LOOKED_UP_EVERY, PATIENCE
from tests.harness import customer
from tests.integration.risk.conftest import CREDIT_HEAD, MANAGER, Risk
from tests.integration.risk.test_bureau import asked

USE = bureau_pb2.CreditRecordUse
ADVERSE, CLEAN = USE.CREDIT_RECORD_USE_ADVERSE, USE.CREDIT_RECORD_USE_CLEAN
SCORE = decision_pb2.RISK_REJECTION_REASON_SCORE
# What a record is worth in the table that decides: docs/model-card.md.
ADVERSE_POINTS, CLEAN_POINTS = -137, 29


@pytest.fixture
def bureau(risk: Risk, tmp_path: Path) -> Risk:
    """The service with a bureau."""
    risk.connect(tmp_path)
    return risk


def test_a_record_lowers_the_score_and_a_clean_one_raises_it_and_the_report_says_which(bureau: Risk) -> None:
    names = ("Muster", "Late", "Insolvent", "Nofile")
    clean, late, insolvent, nobody = (bureau.report(asked(bureau, customer(), name)) for name in names)
    without = bureau.report(bureau.assessed())
    assert nobody.score.score == without.score.score
    assert clean.score.score == without.score.score + CLEAN_POINTS
    assert late.score.score == insolvent.score.score == without.score.score + ADVERSE_POINTS
    used = [each.credit_record for each in (clean, late, insolvent, nobody, without)]
    assert used == [
        CLEAN, ADVERSE, ADVERSE, USE.CREDIT_RECORD_USE_NO_REPORT, USE.CREDIT_RECORD_USE_NOT_ASKED,
    ]  # fmt: skip
    assert late.figures.bureau.source.agency == "EQUIFAX (STAND-IN)"
    assert late.reasons[0].code == "CREDIT_RECORD_ADVERSE"
    assert late.challenger.score == without.challenger.score


def test_a_refusal_for_the_score_names_the_bureau_and_the_right_to_its_report(bureau: Risk) -> None:
    owner = customer()
    application_id = asked(bureau, owner, "Insolvent")
    bureau.decide(application_id, decision=decision_pb2.RISK_DECISION_REJECTED, rejection_reason=SCORE)
    explanation = bureau.explanation(application_id, owner)
    assert explanation.credit_record == ADVERSE
    assert explanation.principal_reasons[0].code == "CREDIT_RECORD_ADVERSE"
    assert "1 bankruptcy is on record" in explanation.principal_reasons[0].description
    assert explanation.bureau.agency == "EQUIFAX (STAND-IN)"
    assert any("free copy" in each for each in explanation.bureau_statements)
    bureau.notices()
    notice = bureau.notice(application_id, owner)
    for each in ("EQUIFAX (STAND-IN)", "8005550100", "free copy", "within 60 days", "1 account was written off"):
        assert each in notice


def test_a_refusal_with_a_clean_record_names_nobody(bureau: Risk) -> None:
    owner = customer()
    application_id = asked(bureau, owner)
    bureau.decide(application_id, decision=decision_pb2.RISK_DECISION_REJECTED, rejection_reason=SCORE)
    assert not bureau.explanation(application_id, owner).HasField("bureau")
    bureau.notices()
    assert "EQUIFAX" not in bureau.notice(application_id, owner)


def test_the_refusal_of_a_level_of_approval_names_the_bureau_whose_record_lowered_the_score(bureau: Risk) -> None:
    owner = customer()
    application_id = asked(bureau, owner, "Late", amount={"currency": "EUR", "amount": "2000"}, tenure_months=12,
                           circumstances=STEADY)  # fmt: skip
    assert bureau.report(application_id).credit_record == ADVERSE
    bureau.decide(application_id)
    event = approval.ApprovalRejected(
        application_id=application_id, decided_by=CREDIT_HEAD.subject, level=approval_pb2.APPROVAL_LEVEL_FINAL,
        rejection_reason=approval_pb2.APPROVAL_REJECTION_REASON_TERMS, earlier_deciders=[MANAGER.subject],
    )  # fmt: skip
    bureau.hear(event)
    bureau.notices()
    assert "EQUIFAX (STAND-IN)" in bureau.notice(application_id, owner)


# What outweighs a record: the score recommends nothing, and a person can release it.
STEADY = {
    "employment_years": 20, "employment": "EMPLOYMENT_PERMANENT", "housing": "HOUSING_OWNED",
    "monthly_expenses": {"currency": "EUR", "amount": "600"}, "assets": {"currency": "EUR", "amount": "90000"},
    "debts": {"currency": "EUR", "amount": "0"},
}  # fmt: skip


def test_an_answer_that_comes_after_the_assessment_has_it_made_anew(bureau: Risk) -> None:
    application_id = asked(bureau, customer(), "Silent")
    bureau.http.away = True
    bureau.clock.advance(PATIENCE)
    bureau.ask_bureau()
    before = bureau.report(application_id)
    assert before.credit_record == USE.CREDIT_RECORD_USE_NO_REPORT
    bureau.http.away = False
    bureau.clock.advance(LOOKED_UP_EVERY)
    bureau.ask_bureau()
    after = bureau.report(application_id)
    assert (after.credit_record, after.score.score) == (CLEAN, before.score.score + CLEAN_POINTS)
    kinds = events.RiskBureauConsentGiven, events.RiskBureauInquirySettled, events.RiskAssessmentCompleted
    said = [type(each).__name__ for each in bureau.traffic.published(*kinds)]
    assert said == ["RiskBureauConsentGiven", *["RiskBureauInquirySettled", "RiskAssessmentCompleted"] * 2]
    bureau.ask_bureau()
    assert len(bureau.traffic.published(*kinds)) == 5


def test_rules_see_the_record_as_the_score_counted_it(bureau: Risk) -> None:
    adverse = 'credit_record != null && credit_record == "ADVERSE"'
    bureau.put_in_force({
        "name": "RECORD", "kind": "RULE_KIND_REFER", "when": adverse, "description": "The record is adverse.",
    })  # fmt: skip
    (fired,) = bureau.report(asked(bureau, customer(), "Late")).rules.fired
    assert (fired.name, fired.on_bureau) == ("RECORD", True)
    assert not bureau.report(asked(bureau, customer())).rules.fired
