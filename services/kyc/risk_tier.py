"""How much care a review needs, as far as it is known before an officer looks; pure."""

from collections.abc import Collection
from datetime import timedelta
from enum import Enum, auto

from services.kyc.screening import Screening
from services.runtime.money import Money

# How many months' incomes an amount may be before it is high.
MEDIUM_RISK_MONTHS = 24
# FATF, high-risk jurisdictions subject to a call for action; Directive (EU) 2015/849, art. 18a asks for enhanced due
# diligence of who has to do with them.
HIGH_RISK_COUNTRIES = frozenset({"IR", "KP", "MM"})


class RiskTier(Enum):
    """How much care a review needs."""

    LOW = auto()
    MEDIUM = auto()
    HIGH = auto()


# Until when the next step of a review is to be taken.
REVIEW_ALLOWED = {
    RiskTier.LOW: timedelta(days=3), RiskTier.MEDIUM: timedelta(days=2), RiskTier.HIGH: timedelta(days=1),
}  # fmt: skip
# Until when a customer is to answer.
ANSWER_ALLOWED = timedelta(days=14)


def amount_tier(amount: Money | None, monthly_income: Money | None) -> RiskTier:
    """MEDIUM when the amount is high beside the income, or cannot be compared with it."""
    if amount is None or monthly_income is None or amount.currency != monthly_income.currency:
        return RiskTier.LOW if amount is None else RiskTier.MEDIUM
    is_high = amount.amount > monthly_income.amount * MEDIUM_RISK_MONTHS
    return RiskTier.MEDIUM if is_high else RiskTier.LOW


def tier_of_countries(countries: Collection[str]) -> RiskTier:
    """HIGH when a country of the customer, or of who is behind them, calls for enhanced due diligence."""
    return RiskTier.HIGH if HIGH_RISK_COUNTRIES & set(countries) else RiskTier.LOW


def screened_tier(screening: Screening, of_countries: RiskTier) -> RiskTier:
    """HIGH when a match is not cleared or is of a politically exposed person, or the countries alone call for it."""
    return RiskTier.HIGH if screening.blocks or screening.politically_exposed else of_countries
