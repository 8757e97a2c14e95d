"""From figures to score: the arithmetic, and a scorecard that keeps its promises."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.lending.facility import facilities
from services.risk.assessment import RiskRating
from services.risk.characteristics import Characteristic
from services.risk.figures import Figures
from services.risk.scorecards import shipped
from services.risk.scoring import assess, indicators
from services.runtime.money import Money

NOW = datetime(2030, 1, 2, tzinfo=UTC)
PERSONAL = facilities()["PERSONAL"]
POINTS = shipped()["2026-11-01"]


def euros(amount: Decimal | int | str) -> Money:
    return Money(Decimal(amount), "EUR")


FIGURES = Figures("PERSONAL", euros(10000), 36, euros(12500), euros(4000), euros(300), euros(2500))


def test_indicators() -> None:
    # The annuity of 10,000 over 36 months at 7.9 %: 10000 · i / (1 - (1+i)^-36), i = 0.079/12, is 312.90.
    found = indicators(PERSONAL.default_terms(Decimal(10000), 36), FIGURES, NOW)
    assert found.annual_rate_percent == Decimal("7.9")
    assert found.monthly_instalment == euros("312.90")
    assert found.debt_to_income_percent == Decimal("15.32")
    assert found.repayment_capacity == euros("3387.10")
    assert found.collateral_cover_percent == Decimal("25.00")
    assert found.bureau_score is None
    # The same at 10.9 %: i = 0.109/12, and the annuity is 326.91.
    assert (found.stressed_rate_percent, found.stressed_instalment) == (Decimal("10.9"), euros("326.91"))
    assert found.stressed_debt_to_income_percent == Decimal("15.67")
    assert found.stressed_repayment_capacity == euros("3373.09")


def test_the_reasons_are_what_lowered_the_score() -> None:
    found = assess(FIGURES, PERSONAL, POINTS, NOW)
    assert [(reason.code, reason.points) for reason in found.reasons] == [
        ("COLLATERAL_PARTIAL", -20),
    ]
    assert (found.score, found.rating) == (795, RiskRating.B)
    assert found.scorecard_version == POINTS.version
    assert all(reason.description.endswith(".") for reason in found.reasons)


def test_without_an_income_there_is_no_share_of_it() -> None:
    found = assess(replace(FIGURES, monthly_income=euros(0)), PERSONAL, POINTS, NOW)
    assert found.indicators.debt_to_income_percent is None
    assert found.indicators.repayment_capacity == euros("-612.90")
    assert {"INCOME_MISSING", "REPAYMENT_CAPACITY_NEGATIVE"} <= {reason.code for reason in found.reasons}
    assert found.rating is RiskRating.E


@pytest.mark.parametrize("code", list(facilities()))
def test_every_facility_and_tenure_can_be_assessed(code: str) -> None:
    facility = facilities()[code]
    for tenure in {facility.min_tenure_months, facility.min_tenure_months + 1, facility.max_tenure_months}:
        figures = replace(FIGURES, facility_type=code, amount=euros(facility.min_amount), tenure_months=tenure)
        assert assess(figures, facility, POINTS, NOW).indicators.monthly_instalment > euros(0)


money = st.integers(0, 10**7).map(euros)


@pytest.mark.parametrize("version", shipped())
@given(amount=st.integers(500, 50000).map(euros), tenure=st.integers(6, 84), cost=money, income=money, debts=money,
       collateral=money)  # fmt: skip
def test_a_score_never_leaves_its_range_and_an_income_never_lowers_it(
    version: str, amount: Money, tenure: int, cost: Money, income: Money, debts: Money, collateral: Money
) -> None:
    figures = Figures("PERSONAL", amount, tenure, cost, income, debts, collateral)
    found = assess(figures, PERSONAL, shipped()[version], NOW)
    assert 0 <= found.score <= 1000
    better = assess(replace(figures, monthly_income=income + euros(1000)), PERSONAL, shipped()[version], NOW)
    assert better.score >= found.score


@pytest.mark.parametrize(
    "value, code",
    [
        ("0", "DEBT_TO_INCOME_VERY_LOW"),
        ("19.99", "DEBT_TO_INCOME_VERY_LOW"),
        ("20", "DEBT_TO_INCOME_LOW"),
        ("49.99", "DEBT_TO_INCOME_HIGH"),
        ("50", "DEBT_TO_INCOME_VERY_HIGH"),
        ("900", "DEBT_TO_INCOME_VERY_HIGH"),
    ],
)
def test_a_bound_is_not_in_its_band(value: str, code: str) -> None:
    assert POINTS.characteristics[Characteristic.DEBT_TO_INCOME].reason(Decimal(value)).code == code
