"""What an assessment is: indicators, score, rating, reasons, and the terms that it is about; plain values."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum, auto

from services.risk.bureau_record import CreditRecordUse
from services.runtime.money import Money


class RiskRating(Enum):
    """A band of scores, from very low risk to very high."""

    A = auto()
    B = auto()
    C = auto()
    D = auto()
    E = auto()


class UnscoredReason(Enum):
    """Why an application has no score, and a person judges it without one."""

    LEGAL_ENTITY = auto()


@dataclass(frozen=True)
class Indicators:
    """What follows from the figures; rates and shares in percent, None where there is nothing to divide by.

    What is stressed is the same at a higher rate; None for what was assessed before that was computed.
    """

    annual_rate_percent: Decimal
    monthly_instalment: Money
    debt_to_income_percent: Decimal | None
    repayment_capacity: Money
    collateral_cover_percent: Decimal
    bureau_score: int | None = None
    stressed_rate_percent: Decimal | None = None
    stressed_instalment: Money | None = None
    stressed_debt_to_income_percent: Decimal | None = None
    stressed_repayment_capacity: Money | None = None


@dataclass(frozen=True)
class ScoreReason:
    """What one characteristic is worth: a reason of a score where its points are below zero.

    `change` is what would have to change for more points, empty where nothing can, or where the score as a whole would
    not rise by it.
    """

    code: str
    points: int
    description: str
    change: str = ""


@dataclass(frozen=True)
class ChallengerScore:
    """What a table makes of the application that is tried beside the one that decides; `bands` as of an assessment."""

    scorecard_version: str
    score: int
    rating: RiskRating
    default_probability_percent: Decimal | None
    bands: tuple[str, ...] = ()


@dataclass(frozen=True)
class AssessedTerms:
    """The terms that an assessment is about, and what they cost a month."""

    amount: Money
    annual_rate_percent: Decimal
    tenure_months: int
    monthly_instalment: Money


class Scorable:
    """What can have a score, and need not; `unscored` says why it has none, and is None where it has one.

    Without one `score` and `rating` are the worst, as a version of before reads them while it is replaced; whoever
    knows of `unscored` asks for `known_score` and `known_rating`.
    """

    score: int
    rating: RiskRating
    unscored: UnscoredReason | None

    @property
    def known_score(self) -> int | None:
        """The score; None where none was made."""
        return self.score if self.unscored is None else None

    @property
    def known_rating(self) -> RiskRating | None:
        """The rating; None where no score was made."""
        return self.rating if self.unscored is None else None


@dataclass(frozen=True)
class Assessment(Scorable):
    """The score, 0 worst to 1000 best, with all it rests on; `reasons` are what lowered it, the costliest first.

    `default_probability_percent` is None for a table that is not calibrated. `challenger` decides nothing.
    `credit_record` is as what the score counted a bureau's record; None of before it could count one. `bands` are the
    codes of the bands that the application fell into, one of each characteristic, for the drift of these; none of
    before they were kept.
    """

    indicators: Indicators
    score: int
    rating: RiskRating
    reasons: tuple[ScoreReason, ...]
    scorecard_version: str
    assess_time: datetime
    default_probability_percent: Decimal | None = None
    challenger: ChallengerScore | None = None
    credit_record: CreditRecordUse | None = None
    unscored: UnscoredReason | None = None
    bands: tuple[str, ...] = ()

    def terms(self, amount: Money, tenure_months: int) -> AssessedTerms:
        """The terms that it is about, of the amount and the tenure that it was made for."""
        found = self.indicators
        return AssessedTerms(amount, found.annual_rate_percent, tenure_months, found.monthly_instalment)


@dataclass(frozen=True)
class OfferAssessment(Scorable):
    """What the assessment of terms that were to be offered found; `terms_hash` is that of all the terms."""

    terms: AssessedTerms
    terms_hash: str
    debt_to_income_percent: Decimal | None
    repayment_capacity: Money
    score: int
    rating: RiskRating
    assess_time: datetime
    unscored: UnscoredReason | None = None
