"""What a decision is explained by: never nothing, four reasons at most, and those that it rests on."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.risk.assessment import RiskRating, ScoreReason
from services.risk.events import RiskRejectionReason
from services.risk.explanation import explain, key_factors, principal_reasons
from services.risk.model import RiskStatus
from services.risk.overrides import RiskRecommendation, recommendation
from services.runtime.errors import FailedPrecondition
from tests.unit.risk.test_model import ASSESSMENT, euros, report

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
    assert set(given_[1:]) <= set(key_factors(found))


def test_a_reason_has_the_figures_that_it_rests_on() -> None:
    before = principal_reasons(RiskRejectionReason.DEBT_TO_INCOME, ASSESSMENT)
    other = replace(ASSESSMENT.indicators, debt_to_income_percent=Decimal("61.25"))
    after = principal_reasons(RiskRejectionReason.DEBT_TO_INCOME, replace(ASSESSMENT, indicators=other))
    assert "15.33 %" in before[0].description and "61.25 %" in after[0].description


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
