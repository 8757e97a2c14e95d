"""From an application's figures to its assessment; pure arithmetic, exact decimals."""

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from services.lending import Frequency, LoanTerms, loan_cost
from services.lending.facility import Facility
from services.risk.model import Assessment, Figures, Indicators
from services.risk.scorecard import Characteristic, Scorecard
from services.runtime.money import Money

_CENT = Decimal("0.01")


def assess(figures: Figures, facility: Facility, scorecard: Scorecard, at: datetime) -> Assessment:
    """The assessment of a request under its facility's default rate."""
    found = indicators(figures, facility, at)
    values = {
        Characteristic.DEBT_TO_INCOME: found.debt_to_income_percent,
        Characteristic.REPAYMENT_CAPACITY: percent(found.repayment_capacity, found.monthly_instalment),
        Characteristic.COLLATERAL_COVER: found.collateral_cover_percent,
        Characteristic.FINANCED_SHARE: percent(figures.amount, figures.project_cost),
        Characteristic.TENURE: Decimal(figures.tenure_months),
    }
    score, rating, reasons = scorecard.score(values)
    return Assessment(found, score, rating, reasons, scorecard.version, at)


def indicators(figures: Figures, facility: Facility, at: datetime) -> Indicators:
    """What follows from the figures when the loan starts on the day of `at`."""
    instalment = monthly_instalment(figures, facility, at)
    debts = figures.monthly_debts + instalment
    return Indicators(
        annual_rate_percent=facility.default_rate_percent,
        monthly_instalment=instalment,
        debt_to_income_percent=percent(debts, figures.monthly_income),
        repayment_capacity=figures.monthly_income - debts,
        collateral_cover_percent=percent(figures.collateral_value, figures.amount) or Decimal("0.00"),
    )


def monthly_instalment(figures: Figures, facility: Facility, at: datetime) -> Money:
    """The first instalment when paid monthly, as income comes, whatever the facility's own frequency."""
    amount = figures.amount
    terms = LoanTerms(
        principal=amount.amount,
        currency=amount.currency,
        annual_rate_percent=facility.default_rate_percent,
        tenure_months=figures.tenure_months,
        frequency=Frequency.MONTHLY,
        method=facility.method,
        day_count=facility.day_count,
        rounding=facility.rounding,
    )
    return Money(loan_cost(terms, at.date()).instalment, amount.currency)


def percent(part: Money, whole: Money) -> Decimal | None:
    """The part in percent of the whole, to two decimals; None when there is no whole."""
    if not whole:
        return None
    return (part.amount * 100 / whole.amount).quantize(_CENT, ROUND_HALF_UP)
