"""A refusal that rests on a bureau's report says so, names the agency, and has its score; any other one does not."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.law import pack_of
from services.papers import lender_of
from services.risk.assessment import RiskRating
from services.risk.bureau import Outcome
from services.risk.events import RiskRejectionReason
from services.risk.explanation import explain, rejection_reasons, rests_on_bureau
from services.risk.model import Report
from services.risk.overrides import RiskRecommendation
from services.risk.ports import Party
from services.risk.refusal_notice import document
from services.risk.refusal_reasons import by_risk
from services.risk.rules import Rule, RuleKind, RuleSet, RuleSetStatus
from services.risk.rules_holding import held
from tests.fakes.clock import NOON
from tests.unit.risk.test_bureau_handlers import Risk

INSOLVENT = Rule(
    "INSOLVENT", RuleKind.KNOCK_OUT, "bureau_insolvencies != null && bureau_insolvencies > 0",
    "A bureau reports an insolvency.",
)  # fmt: skip
UNASKED = Rule(
    "UNASKED", RuleKind.REFER, 'bureau_answer != null && bureau_answer != "HIT"', "No bureau could say anything."
)
ELSE = Rule("LARGE", RuleKind.KNOCK_OUT, "amount > 1.0", "It is large.")


def assessed(folder: Path, last_name: str, *rules: Rule) -> tuple[Report, Outcome]:
    """A report that was assessed with what a bureau said, held against rules."""
    risk = Risk(folder)
    risk.ask(last_name)
    report, outcome = risk.report, risk.inquiry.outcome
    assert outcome is not None
    rule_set = RuleSet("2030-01-01", "Of a test.", rules, NOON, "", NOON, RuleSetStatus.APPROVED)
    report.rules = held(rule_set, report.figures, report.assessed())
    return report, outcome


def rejected(report: Report, why: RiskRejectionReason) -> Report:
    """With a rejection that the score does not speak against."""
    report.assessment = replace(report.assessed(), rating=RiskRating.E)
    assert report.recommendation is RiskRecommendation.REJECT
    report.reject(why, "no", "manager2", NOON)
    return report


def notice(report: Report, outcome: Outcome) -> dict[str, Any]:
    """The values of the notice."""
    pack = pack_of(report.figures.facility_type)
    report.refuse(by_risk(report), pack)
    refusal = report.refusal()
    made = document(
        report, refusal, Party("Anna", ("Here",)), pack, lender_of(), outcome if refusal.on_bureau else None
    )
    return dict(made.values)


def test_a_rule_on_the_report_is_a_principal_reason_and_the_notice_names_the_agency(tmp_path: Path) -> None:
    report, outcome = assessed(tmp_path, "Insolvent", INSOLVENT, UNASKED, ELSE)
    assert report.rules is not None
    assert {each.name: each.on_bureau for each in report.rules.fired} == {"INSOLVENT": True, "LARGE": False}
    rejected(report, RiskRejectionReason.OTHER)
    assert rests_on_bureau(report)
    assert rejection_reasons(report)[0].description == "A bureau reports an insolvency."
    assert len(rejection_reasons(report)) <= 4
    assert explain(report).principal_reasons == rejection_reasons(report)
    said = " ".join(notice(report, outcome)["bureau"])
    for each in ("EQUIFAX (STAND-IN)", "8005550100", "did not take the decision", "528, from 300", "delinquency"):
        assert each in said


def test_a_record_that_speaks_against_the_loan_is_the_bureaus_where_there_is_one(tmp_path: Path) -> None:
    report, _ = assessed(tmp_path, "Late")
    assert rests_on_bureau(rejected(report, RiskRejectionReason.CREDIT_HISTORY))


@pytest.mark.parametrize(("last_name", "rule"), [("Muster", ELSE), ("Nofile", UNASKED)])
def test_what_rests_on_anything_else_names_no_agency(tmp_path: Path, last_name: str, rule: Rule) -> None:
    report, outcome = assessed(tmp_path, last_name, rule)
    rejected(report, RiskRejectionReason.EXPOSURE)
    assert not rests_on_bureau(report)
    assert "bureau" not in notice(report, outcome)


def test_a_report_without_a_score_is_named_without_one(tmp_path: Path) -> None:
    report, outcome = assessed(tmp_path, "Unscored")
    said = notice(rejected(report, RiskRejectionReason.CREDIT_HISTORY), outcome)["bureau"]
    assert len(said) == 3
