"""How much care a review needs: amount beside income, matches, countries."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from services.kyc.model import Review
from services.kyc.risk_tier import RiskTier, amount_tier, screened_tier, tier_of_countries
from services.kyc.screening import Screening, ScreeningResult
from services.runtime.money import Money

NOW = datetime(2030, 1, 2, tzinfo=UTC)
CLEAR = Screening(ScreeningResult.CLEAR, "1", (), 20, NOW)
MATCHED = Screening(ScreeningResult.MATCHED, "1", ("LF-1",), 97, NOW)


@pytest.mark.parametrize(
    ("amount", "income", "tier"),
    [
        (24_000, 1000, RiskTier.LOW),
        (24_001, 1000, RiskTier.MEDIUM),
        (1, 0, RiskTier.MEDIUM),
        (None, 1000, RiskTier.LOW),
        (1000, None, RiskTier.MEDIUM),
    ],
)
def test_an_amount_that_is_high_beside_the_income_needs_more_care(
    amount: int | None, income: int | None, tier: RiskTier
) -> None:
    euros = [None if each is None else Money(Decimal(each), "EUR") for each in (amount, income)]
    assert amount_tier(*euros) is tier
    assert Review.open("a", "c", NOW, euros[0], euros[1]).risk_rank == {RiskTier.MEDIUM: 1, RiskTier.LOW: 2}[tier]


def test_a_match_and_a_listed_country_are_of_high_risk() -> None:
    assert screened_tier(MATCHED, RiskTier.LOW) is RiskTier.HIGH
    assert screened_tier(replace(MATCHED, ruled_out=True), tier_of_countries(("DE",))) is RiskTier.LOW
    assert screened_tier(CLEAR, tier_of_countries(("DE", "KP"))) is RiskTier.HIGH
