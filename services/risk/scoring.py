"""From an application's figures to its assessment; pure arithmetic, exact decimals."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from services.lending import LendingError, LoanTerms, monthly_instalment
from services.lending.facility import Facility
from services.lending.terms import MAX_RATE_PERCENT
from services.risk.assessment import (
    Assessment,
    ChallengerScore,
    Indicators,
    RiskRating,
    ScoreReason,
    UnscoredReason,
)
from services.risk.bureau_record import COUNTED, CreditRecordUse, record_use
from services.risk.characteristics import Characteristic, share, values_of
from services.risk.counterfactual import with_true_changes
from services.risk.figures import Figures
from services.risk.scorecard import Scorecard, Scored
from services.runtime.errors import InvalidArgument
from services.runtime.money import Money


def assess(
    figures: Figures,
    facility: Facility,
    scorecard: Scorecard,
    at: datetime,
    challenger: Scorecard | None = None,
    annual_rate_percent: Decimal | None = None,
) -> Assessment:
    """The assessment of a request, at its facility's default rate or at another; the challenger's score is with it.

    That of a company has no score: the tables are made of loans to persons.
    """
    asked = LoanTerms(
        principal=figures.amount.amount,
        currency=figures.amount.currency,
        annual_rate_percent=facility.default_rate_percent if annual_rate_percent is None else annual_rate_percent,
        tenure_months=figures.tenure_months,
        method=facility.method,
        day_count=facility.day_count,
        rounding=facility.rounding,
    )
    found = assess_terms(asked, figures, scorecard, at, challenger)
    return found if found.unscored else replace(found, reasons=_true_reasons(found, asked, figures, scorecard))


def _true_reasons(
    found: Assessment, terms: LoanTerms, figures: Figures, scorecard: Scorecard
) -> tuple[ScoreReason, ...]:
    """The reasons with what would have to change, where that raises the score."""

    def score_of(changed: Figures) -> int:
        asked = replace(terms, tenure_months=changed.tenure_months)
        try:
            return scorecard.score(values_of(changed, indicators(asked, changed, found.assess_time))).score
        except LendingError:
            # No loan has those terms: nobody can be told to ask for them.
            return found.score

    return with_true_changes(found.reasons, figures, scorecard, found.score, score_of)


def assess_offer(
    terms: LoanTerms, figures: Figures, scorecard: Scorecard, at: datetime, on_record: bool = True
) -> Assessment:
    """The assessment of terms that are to be offered, on the figures of the request.

    Not `on_record` where what it is compared with was scored before a bureau's record counted.
    """
    if terms.currency != figures.amount.currency:
        text = f"must be {figures.amount.currency}"
        raise InvalidArgument.field("terms.principal.currency", text, reason="WRONG_CURRENCY")
    amount = Money(terms.principal, terms.currency)
    asked = replace(figures, amount=amount, tenure_months=terms.tenure_months)
    return assess_terms(terms, asked, scorecard, at, on_record=on_record)


def assess_terms(
    terms: LoanTerms, figures: Figures, scorecard: Scorecard, at: datetime, challenger: Scorecard | None = None,
    on_record: bool = True,
) -> Assessment:  # fmt: skip
    """The assessment of terms for the amount and the tenure that the figures have."""
    found = indicators(terms, figures, at)
    if figures.for_legal_entity:
        return _unscored(found, at)
    values = values_of(figures, found, on_record)
    made = scorecard.score(values)
    return Assessment(
        found,
        made.score,
        made.rating,
        made.reasons,
        made.version,
        at,
        made.default_probability_percent,
        None if challenger is None else _beside(challenger.score(values)),
        _counted(figures, scorecard) if on_record else None,
        bands=made.bands,
    )


def _counted(figures: Figures, scorecard: Scorecard) -> CreditRecordUse:
    """As what a table counted a bureau's record."""
    use = record_use(figures.bureau)
    looked = Characteristic.CREDIT_RECORD in scorecard.characteristics
    return use if looked or use not in COUNTED else CreditRecordUse.NOT_IN_MODEL


def _unscored(found: Indicators, at: datetime) -> Assessment:
    """What the figures come to, for a person to judge."""
    record, why = CreditRecordUse.NOT_IN_MODEL, UnscoredReason.LEGAL_ENTITY
    return Assessment(found, 0, RiskRating.E, (), "", at, credit_record=record, unscored=why)


def _beside(other: Scored) -> ChallengerScore:
    return ChallengerScore(other.version, other.score, other.rating, other.default_probability_percent, other.bands)


# By how many points of a hundred a rate is raised for the stressed burden; EBA/GL/2020/06 asks for such a sensitivity.
STRESS_POINTS = Decimal(3)


def indicators(terms: LoanTerms, figures: Figures, at: datetime) -> Indicators:
    """What follows from terms and figures when the loan starts on the day of `at`."""
    higher = min(terms.annual_rate_percent + STRESS_POINTS, MAX_RATE_PERCENT)
    stressed = replace(terms, annual_rate_percent=higher)
    instalment, stressed_instalment = (
        Money(monthly_instalment(each, at.date()), each.currency) for each in (terms, stressed)
    )
    debts, stressed_debts = figures.counted_debts + instalment, figures.counted_debts + stressed_instalment
    return Indicators(
        annual_rate_percent=terms.annual_rate_percent,
        monthly_instalment=instalment,
        debt_to_income_percent=share(debts, figures.income),
        repayment_capacity=figures.income - debts,
        collateral_cover_percent=share(figures.counted_collateral_value, figures.amount) or Decimal("0.00"),
        bureau_score=None if figures.bureau is None else figures.bureau.score,
        stressed_rate_percent=stressed.annual_rate_percent,
        stressed_instalment=stressed_instalment,
        stressed_debt_to_income_percent=share(stressed_debts, figures.income),
        stressed_repayment_capacity=figures.income - stressed_debts,
    )
