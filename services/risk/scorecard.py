"""The scorecard: how many points each characteristic of an application is worth, and what rating the sum earns.

It stands in scorecard.json beside this file; one that does not add up to 0..1000, or has a gap, is refused when read.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto
from functools import cache
from importlib import resources
from typing import Any

from services.risk.model import RiskRating, ScoreReason

BEST = 1000


class Characteristic(Enum):
    """What is looked at: shares in percent, the tenure in months; the capacity in percent of an instalment."""

    DEBT_TO_INCOME = auto()
    REPAYMENT_CAPACITY = auto()
    COLLATERAL_COVER = auto()
    FINANCED_SHARE = auto()
    TENURE = auto()


@dataclass(frozen=True)
class Bands:
    """What the values of one characteristic are worth: each band reaches up to its bound, which is not in it."""

    bounds: tuple[Decimal, ...]
    reasons: tuple[ScoreReason, ...]
    missing: ScoreReason

    def reason(self, value: Decimal | None) -> ScoreReason:
        """The band of a value, None being one that cannot be computed."""
        if value is None:
            return self.missing
        return self.reasons[sum(value >= bound for bound in self.bounds)]


@dataclass(frozen=True)
class Scorecard:
    """A version of the scorecard; `ratings` are least scores, best first."""

    version: str
    base_points: int
    bands: Mapping[Characteristic, Bands]
    ratings: tuple[tuple[int, RiskRating], ...]

    def __post_init__(self) -> None:
        if set(self.bands) != set(Characteristic):
            raise ValueError("the scorecard must have each characteristic once")
        if any(sorted(set(each.bounds)) != list(each.bounds) for each in self.bands.values()):
            raise ValueError("the bounds of a characteristic must rise")
        points = [[reason.points for reason in (*each.reasons, each.missing)] for each in self.bands.values()]
        least, most = (self.base_points + sum(map(pick, points)) for pick in (min, max))
        if (least, most) != (0, BEST):
            raise ValueError(f"the points must add up to 0..{BEST}, not {least}..{most}")
        floors = [floor for floor, _ in self.ratings]
        if floors != sorted(set(floors), reverse=True) or floors[-1] != 0:
            raise ValueError("the ratings must fall to 0")

    def score(self, values: Mapping[Characteristic, Decimal | None]) -> tuple[int, RiskRating, tuple[ScoreReason, ...]]:
        """The score, its rating, and what raised or lowered it, strongest first."""
        reasons = [self.bands[each].reason(values[each]) for each in Characteristic]
        score = self.base_points + sum(reason.points for reason in reasons)
        rating = next(rating for floor, rating in self.ratings if score >= floor)
        telling = sorted((reason for reason in reasons if reason.points), key=lambda reason: -abs(reason.points))
        return score, rating, tuple(telling)


def parse(text: str) -> Scorecard:
    """The scorecard of a JSON text; ValueError or KeyError when it is none."""
    data = json.loads(text)
    bands = {Characteristic[each["name"]]: _bands(each) for each in data["characteristics"]}
    ratings = tuple((each["from"], RiskRating[each["rating"]]) for each in data["ratings"])
    return Scorecard(data["version"], data["base_points"], bands, ratings)


def _bands(data: Mapping[str, Any]) -> Bands:
    *bounded, last = data["bands"]
    if "below" in last:
        raise ValueError(f"the last band of {data['name']} must have no bound")
    bounds = tuple(Decimal(each["below"]) for each in bounded)
    return Bands(bounds, tuple(map(_reason, data["bands"])), _reason(data["missing"]))


def _reason(data: Mapping[str, Any]) -> ScoreReason:
    return ScoreReason(data["code"], data["points"], data["description"])


@cache
def current_scorecard() -> Scorecard:
    """The scorecard that is in force, read once."""
    return parse(resources.files(__package__).joinpath("scorecard.json").read_text(encoding="utf-8"))
