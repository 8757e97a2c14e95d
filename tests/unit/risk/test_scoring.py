"""From figures to score: the arithmetic, and a scorecard that keeps its promises."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from importlib import resources
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.lending.facility import facilities
from services.risk.model import Figures, RiskRating
from services.risk.scorecard import Characteristic, current_scorecard, parse
from services.risk.scoring import assess, indicators
from services.runtime.money import Money

NOW = datetime(2030, 1, 2, tzinfo=UTC)
PERSONAL = facilities()["PERSONAL"]


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


def test_score_and_reasons_strongest_first() -> None:
    found = assess(FIGURES, PERSONAL, current_scorecard(), NOW)
    assert [(reason.code, reason.points) for reason in found.reasons] == [
        ("DEBT_TO_INCOME_VERY_LOW", 180),
        ("REPAYMENT_CAPACITY_STRONG", 120),
        ("COLLATERAL_PARTIAL", -20),
        ("TENURE_MEDIUM", 15),
    ]
    assert (found.score, found.rating) == (795, RiskRating.B)
    assert found.scorecard_version == current_scorecard().version
    assert all(reason.description.endswith(".") for reason in found.reasons)


def test_without_an_income_there_is_no_share_of_it() -> None:
    found = assess(replace(FIGURES, monthly_income=euros(0)), PERSONAL, current_scorecard(), NOW)
    assert found.indicators.debt_to_income_percent is None
    assert found.indicators.repayment_capacity == euros("-612.90")
    assert {"INCOME_MISSING", "REPAYMENT_CAPACITY_NEGATIVE"} <= {reason.code for reason in found.reasons}
    assert found.rating is RiskRating.E


@pytest.mark.parametrize("code", list(facilities()))
def test_every_facility_and_tenure_can_be_assessed(code: str) -> None:
    facility = facilities()[code]
    for tenure in {facility.min_tenure_months, facility.min_tenure_months + 1, facility.max_tenure_months}:
        figures = replace(FIGURES, facility_type=code, amount=euros(facility.min_amount), tenure_months=tenure)
        assert assess(figures, facility, current_scorecard(), NOW).indicators.monthly_instalment > euros(0)


money = st.integers(0, 10**7).map(euros)


@given(amount=st.integers(500, 50000).map(euros), tenure=st.integers(6, 84), cost=money, income=money, debts=money,
       collateral=money)  # fmt: skip
def test_a_score_is_the_base_with_its_reasons_and_never_leaves_its_range(
    amount: Money, tenure: int, cost: Money, income: Money, debts: Money, collateral: Money
) -> None:
    figures = Figures("PERSONAL", amount, tenure, cost, income, debts, collateral)
    found = assess(figures, PERSONAL, current_scorecard(), NOW)
    assert 0 <= found.score <= 1000
    assert found.score == current_scorecard().base_points + sum(reason.points for reason in found.reasons)
    better = assess(replace(figures, monthly_income=income + euros(1000)), PERSONAL, current_scorecard(), NOW)
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
    assert current_scorecard().bands[Characteristic.DEBT_TO_INCOME].reason(Decimal(value)).code == code


def broken(change: str) -> str:
    data: Any = json.loads(resources.files("services.risk").joinpath("scorecard.json").read_text(encoding="utf-8"))
    first = data["characteristics"][0]
    if change == "sum":
        first["bands"][0]["points"] += 1
    elif change == "order":
        first["bands"][0]["below"] = "35"
    elif change == "no last band":
        first["bands"].pop()
    elif change == "characteristic":
        data["characteristics"].pop()
    else:
        data["ratings"].pop()
    return json.dumps(data)


@pytest.mark.parametrize("change", ["sum", "order", "no last band", "characteristic", "ratings"])
def test_a_scorecard_that_does_not_add_up_is_refused(change: str) -> None:
    with pytest.raises(ValueError):
        parse(broken(change))
