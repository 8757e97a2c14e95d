"""Whether a table of points still fits who applies, and what became of its loans; pure.

The population stability index compares the shares of the scores with those of the loans that the table was made of:
below 0.1 is taken for stable, from 0.25 for another population.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.risk.scorecard import Scorecard

SHIFTING, SHIFTED = 0.1, 0.25
# The share that an empty band counts with: the index of an empty one would be infinite.
_LEAST_SHARE = 0.0001


@dataclass(frozen=True)
class Outcomes:
    """What became of scored loans: how many went bad, and how well the scores told it; None where all went one way."""

    loans: int
    bad: int
    auc: float | None
    ks: float | None
    brier: float | None
    predicted_percent: float | None


@dataclass(frozen=True)
class BandShift:
    """One band of scores, from its least: its share, the expected one, and what the difference adds to the index."""

    from_score: int
    share: float
    expected_share: float
    part: float


@dataclass(frozen=True)
class Drift:
    """How the scores by one table stand.

    `stability_index` is None, and there are no `bands`, for a table that does not say its population.
    """

    scored: int
    stability_index: float | None
    verdict: str
    ratings: Mapping[str, int]
    outcomes: Outcomes | None
    bands: tuple[BandShift, ...] = ()


def drift(scorecard: Scorecard, scores: Mapping[str, int], went_bad: Mapping[str, bool]) -> Drift:
    """How scores, by application, stand beside the table's population; `went_bad` has the outcomes that are known."""
    ratings = dict.fromkeys((rating.name for _, rating in scorecard.ratings), 0)
    for score in scores.values():
        ratings[next(rating.name for floor, rating in scorecard.ratings if score >= floor)] += 1
    index = stability_index(scorecard.population, list(scores.values()))
    known = [(scores[each], bad) for each, bad in went_bad.items() if each in scores]
    outcomes = _outcomes(scorecard, known) if known else None
    bands = band_shifts(scorecard.population, list(scores.values()))
    return Drift(len(scores), index, _verdict(index), ratings, outcomes, bands)


def stability_index(population: Sequence[tuple[int, Decimal]], scores: Sequence[int]) -> float | None:
    """The index of scores against shares, each with the bound that it reaches up to; None for none of either."""
    shifts = band_shifts(population, scores)
    return round(sum(each.part for each in shifts), 4) if shifts else None


def band_shifts(population: Sequence[tuple[int, Decimal]], scores: Sequence[int]) -> tuple[BandShift, ...]:
    """What each band of scores adds to the index; none without a population or scores."""
    if not population or not scores:
        return ()
    ranked, low, made = sorted(scores), 0, list[BandShift]()
    for bound, share in population:
        found = max((bisect_left(ranked, bound) - bisect_left(ranked, low)) / len(ranked), _LEAST_SHARE)
        expected = max(float(share), _LEAST_SHARE)
        part = (found - expected) * math.log(found / expected)
        made.append(BandShift(low, round(found, 4), round(expected, 4), part))
        low = bound
    return tuple(made)


def _verdict(index: float | None) -> str:
    if index is None:
        return "unknown"
    return "stable" if index < SHIFTING else "shifting" if index < SHIFTED else "shifted"


def _outcomes(scorecard: Scorecard, known: Sequence[tuple[int, bool]]) -> Outcomes:
    bad, good = ([score for score, went in known if went is kind] for kind in (True, False))
    auc = ks = None
    if bad and good:
        auc, ks = round(_auc(bad, good), 4), round(_ks(bad, good), 4)
    brier = predicted = None
    if scorecard.probability is not None:
        said = [(float(scorecard.probability.percent(score)) / 100, went) for score, went in known]
        brier = round(sum((share - went) ** 2 for share, went in said) / len(said), 4)
        predicted = round(sum(share for share, _ in said) * 100 / len(said), 2)
    return Outcomes(len(known), len(bad), auc, ks, brier, predicted)


def _auc(bad: Sequence[int], good: Sequence[int]) -> float:
    """How often a good loan has the better score than a bad one; equal ones count half."""
    ranked = sorted(good)
    pairs = (2 * len(ranked) - bisect_left(ranked, one) - bisect_right(ranked, one) for one in bad)
    return sum(pairs) / (2 * len(bad) * len(good))


def _ks(bad: Sequence[int], good: Sequence[int]) -> float:
    """The greatest distance between the shares of bad and of good loans up to a score."""
    worst, best = sorted(bad), sorted(good)
    shares = ((bisect_right(worst, cut) / len(bad), bisect_right(best, cut) / len(good)) for cut in {*bad, *good})
    return max(below - above for below, above in shares)
