"""A table of points: what each characteristic of an application is worth, what rating the sum earns, and why; pure.

Reasons are those of the table: the characteristics that brought the fewest points, below what an average application
gets. Every table is centred so that the average of a characteristic is zero.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from services.risk.assessment import RiskRating, ScoreReason
from services.risk.characteristics import Characteristic, NoBetterThan, Value

BEST = 1000
# How many reasons are named: four are what customers are given of an adverse decision (12 CFR 1002, comment 9(b)(2)-1).
MOST_REASONS = 4
_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class Bands:
    """What the numbers of one characteristic are worth: each band reaches up to its bound, which is not in it."""

    bounds: tuple[Decimal, ...]
    reasons: tuple[ScoreReason, ...]
    missing: ScoreReason

    def reason(self, value: Value) -> ScoreReason:
        """The band of a value, None being one that an application has not."""
        if isinstance(value, NoBetterThan):
            return min(self.missing, self.reason(value.number), key=lambda reason: reason.points)
        if not isinstance(value, Decimal):
            return self.missing
        return self.reasons[sum(value >= bound for bound in self.bounds)]

    def band(self, value: Value) -> ScoreReason:
        """Where a value falls that is known; of which only the best is known that it can be falls nowhere."""
        return self.reason(value) if isinstance(value, Decimal) else self.missing

    @property
    def all(self) -> tuple[ScoreReason, ...]:
        """Every reason of it."""
        return (*self.reasons, self.missing)


@dataclass(frozen=True)
class Categories:
    """What the names of one characteristic are worth."""

    reasons: Mapping[str, ScoreReason]
    missing: ScoreReason

    def reason(self, value: Value) -> ScoreReason:
        """What a name is worth; one that the table has not is missing to it."""
        return self.reasons.get(value, self.missing) if isinstance(value, str) else self.missing

    def band(self, value: Value) -> ScoreReason:
        """Where a name falls."""
        return self.reason(value)

    @property
    def all(self) -> tuple[ScoreReason, ...]:
        """Every reason of it."""
        return (*self.reasons.values(), self.missing)


@dataclass(frozen=True)
class Probability:
    """The probability that a loan goes bad, in hundredths: 100 / (1 + exp(-(at_zero + slope * score)))."""

    at_zero: Decimal
    slope: Decimal

    def percent(self, score: int) -> Decimal:
        """The probability at a score, in percent, to two decimals."""
        exact = 100 / (1 + math.exp(-float(self.at_zero + self.slope * score)))
        return Decimal(repr(exact)).quantize(_HUNDREDTH, ROUND_HALF_UP)


@dataclass(frozen=True)
class Scored:
    """What a table makes of an application: `reasons` are what cost it points, the costliest first, four at most.

    `bands` are the codes of the bands that it fell into, one of each characteristic.
    """

    version: str
    score: int
    rating: RiskRating
    reasons: tuple[ScoreReason, ...]
    default_probability_percent: Decimal | None
    bands: tuple[str, ...]


@dataclass(frozen=True)
class Scorecard:
    """A version of the table; `ratings` are least scores, best first; `probability` is None where it is not calibrated.

    `population` are the shares of the scores when it was made, each with the bound that it reaches up to; `shares` are
    those of the bands of each characteristic, by their codes.
    """

    version: str
    base_points: int
    characteristics: Mapping[Characteristic, Bands | Categories]
    ratings: tuple[tuple[int, RiskRating], ...]
    probability: Probability | None = None
    population: tuple[tuple[int, Decimal], ...] = ()
    shares: Mapping[str, Decimal] = field(default_factory=dict)

    def score(self, values: Mapping[Characteristic, Value]) -> Scored:
        """The score of an application, 0 worst to 1000 best, and why it is no better."""
        reasons = [each.reason(values[name]) for name, each in self.characteristics.items()]
        score = self.base_points + sum(reason.points for reason in reasons)
        rating = next(rating for floor, rating in self.ratings if score >= floor)
        costly = sorted((reason for reason in reasons if reason.points < 0), key=lambda reason: reason.points)
        probability = None if self.probability is None else self.probability.percent(score)
        bands = tuple(each.band(values[name]).code for name, each in self.characteristics.items())
        return Scored(self.version, score, rating, tuple(costly[:MOST_REASONS]), probability, bands)
