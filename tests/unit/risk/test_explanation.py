"""What a decision is explained by: never nothing, four reasons at most, and those that it rests on."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.papers import LANGUAGES
from services.risk.assessment import RiskRating, ScoreReason
from services.risk.events import RiskRejectionReason
from services.risk.explanation import (
    WITHOUT_INCOME,
    PrincipalReason,
    explain,
    principal_reasons,
    rejection_reasons,
    rests_on_bureau,
    score_factors,
)
from services.risk.model import RiskStatus
from services.risk.overrides import RiskRecommendation, recommendation
from services.risk.refusal_notice import said_in
from services.risk.refusal_reasons import by_risk
from services.risk.rules import FiredRule, RuleKind, RuleOutcome
from services.risk.rules_shipped import shipped_rules
from services.runtime.errors import FailedPrecondition
from tests.unit.risk.test_model import ASSESSMENT, euros, report
from tests.unit.risk.test_rules import FIGURES, NOW
from tests.unit.risk.test_rules import report as risk_report

REASONS = st.lists(
    st.integers(-90, -1).map(lambda points: ScoreReason(f"R{points}", points, "Why.", "What.")), max_size=4
).map(tuple)


@given(st.sampled_from(RiskRejectionReason), st.sampled_from(RiskRating), REASONS)
def test_a_rejection_always_has_reasons_and_its_own_one_comes_first(
    rejected: RiskRejectionReason, rating: RiskRating, reasons: tuple[ScoreReason, ...]
) -> None:
    found = replace(ASSESSMENT, rating=rating, reasons=reasons)
    given_ = principal_reasons(rejected, found)
    assert 1 <= len(given_) <= 4 and all(each.description and "{" not in each.description for each in given_)
    vague = rejected in (RiskRejectionReason.SCORE, RiskRejectionReason.OTHER)
    if not (vague and reasons):
        assert given_[0].code == rejected.name
    if not vague and recommendation(found) is not RiskRecommendation.REJECT:
        assert len(given_) == 1
    assert set(given_[1:]) <= set(score_factors(found))


def test_a_reason_has_the_figures_that_it_rests_on() -> None:
    before = principal_reasons(RiskRejectionReason.DEBT_TO_INCOME, ASSESSMENT)
    other = replace(ASSESSMENT.indicators, debt_to_income_percent=Decimal("61.25"))
    after = principal_reasons(RiskRejectionReason.DEBT_TO_INCOME, replace(ASSESSMENT, indicators=other))
    assert "15.33 %" in before[0].description and "61.25 %" in after[0].description


NO_INCOME = replace(ASSESSMENT, indicators=replace(ASSESSMENT.indicators, debt_to_income_percent=None))


@pytest.mark.parametrize("rejected", RiskRejectionReason)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_share_of_an_income_that_there_is_not_is_told_in_no_number(
    language: str, rejected: RiskRejectionReason
) -> None:
    made = report()
    made.assessment = NO_INCOME
    own = principal_reasons(rejected, replace(NO_INCOME, reasons=()))[0]
    description, change = said_in(own, made, language)
    assert "None" not in own.description + description and "{" not in description
    if rejected is RiskRejectionReason.DEBT_TO_INCOME:
        ruled = PrincipalReason("NO_INCOME", WITHOUT_INCOME, "")
        assert own.description == WITHOUT_INCOME and description == said_in(ruled, made, language)[0]
        assert change and change != description


def test_a_rule_and_the_manager_who_say_the_same_are_one_reason() -> None:
    made = report(RiskStatus.REJECTED)
    made.assessment, made.rejection_reason = NO_INCOME, RiskRejectionReason.DEBT_TO_INCOME
    ruled = shipped_rules().rules[0]
    assert (ruled.name, ruled.description) == ("NO_INCOME", WITHOUT_INCOME)
    made.rules = RuleOutcome("1", (FiredRule(ruled.name, ruled.kind, ruled.description),))
    [only] = rejection_reasons(made)
    assert (only.code, only.description, bool(only.change)) == ("DEBT_TO_INCOME", WITHOUT_INCOME, True)


@pytest.mark.parametrize("status", RiskStatus)
def test_only_a_decision_is_explained(status: RiskStatus) -> None:
    made = report(status)
    if status in (RiskStatus.APPROVED, RiskStatus.REJECTED):
        found = explain(made)
        assert (found.decision.name, found.terms) == (status.name, made.terms)
        return
    with pytest.raises(FailedPrecondition):
        explain(made)


def test_an_income_that_does_not_carry_it_is_recommended_to_reject() -> None:
    short = replace(ASSESSMENT.indicators, repayment_capacity=euros(-1))
    assert recommendation(replace(ASSESSMENT, rating=RiskRating.A, indicators=short)) is RiskRecommendation.REJECT
    found = {rating: recommendation(replace(ASSESSMENT, rating=rating)).name for rating in RiskRating}
    assert list(found.values()) == ["APPROVE", "REFER", "REFER", "REFER", "REJECT"]


FIRED = st.lists(st.tuples(st.sampled_from(RuleKind), st.sampled_from([-1, 0]), st.booleans()), max_size=6)


@given(st.sampled_from(RiskRejectionReason), FIRED)
def test_what_rules_the_loan_out_is_a_reason_and_comes_first(
    why: RiskRejectionReason, fired: list[tuple[RuleKind, int, bool]]
) -> None:
    """Whatever the manager gave as the reason: who is refused is told what no manager could have approved."""
    found = report(RiskStatus.REJECTED)
    asked = found.figures.amount.amount
    rules = [
        FiredRule(f"R{at}", kind, f"Rule {at}.", asked + above, on_bureau=on)
        for at, (kind, above, on) in enumerate(fired)
    ]
    found.rejection_reason, found.rules = why, RuleOutcome("1", tuple(rules))
    out = {each.name for each in rules if each.kind is RuleKind.KNOCK_OUT}
    limits = {each.name for each in rules if each.kind is RuleKind.LIMIT and each.value != asked}
    others = {each.name for each in rules if each.kind is RuleKind.REFER and each.on_bureau}
    codes = [each.code for each in rejection_reasons(found)]
    wanted = min(len(out), 3), min(len(out | limits), 3), min(len(out | limits | others), 3)
    assert (len(out & {*codes[: wanted[0]]}), len((out | limits) & {*codes[: wanted[1]]})) == wanted[:2]
    assert {*codes[: wanted[2]]} <= out | limits | others
    assert len(codes) <= 4 and codes[wanted[2] :] == [
        each.code for each in principal_reasons(why, found.assessed())[: 4 - wanted[2]]
    ]


def test_the_knock_out_is_told_before_what_the_model_found() -> None:
    indebted = risk_report(replace(FIGURES, monthly_debts=euros(2200)))
    indebted.reject(RiskRejectionReason.SCORE, "no", "risk", NOW)
    first, *_ = explain(indebted).principal_reasons
    assert (first.code, first.description) == (
        "DEBTS_ABOVE_60_PERCENT", "Debts and the instalment of this loan take more than 60 percent of the income.",
    )  # fmt: skip
    assert by_risk(indebted).reason_codes[0] == first.code
    assert not rests_on_bureau(indebted)
