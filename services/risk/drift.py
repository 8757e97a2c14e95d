"""Whether a table of points still fits who applies, and what became of its loans; pure.

The population stability index compares the shares of the scores, and of the bands of each characteristic, with those of
the loans that the table was made of: below 0.1 is taken for stable, from 0.25 for another population.
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
class CharacteristicShift:
    """One characteristic: of how many applications that were looked at its value is known, and which share lacks it.

    `stability_index` is of the known values alone, None where there are none: what a customer need not state was stated
    in the data, so that its absence is no drift of who applies, and would be taken for the greatest of all.
    """

    characteristic: str
    looked_at: int
    known: int
    missing_share: float
    stability_index: float | None


@dataclass(frozen=True)
class Drift:
    """How the scores by one table stand.

    `stability_index` is None, and there are no `bands`, for a table that does not say its population; there are no
    `characteristics` for one that does not say the shares of their bands.
    """

    scored: int
    stability_index: float | None
    verdict: str
    ratings: Mapping[str, int]
    outcomes: Outcomes | None
    bands: tuple[BandShift, ...] = ()
    characteristics: tuple[CharacteristicShift, ...] = ()


def drift(
    scorecard: Scorecard, scores: Mapping[str, int], went_bad: Mapping[str, bool], met: Mapping[str, int] | None = None
) -> Drift:
    """How scores, by application, stand beside the table's population; `went_bad` has the outcomes that are known.

    `met` is how often each band of a characteristic was met, by its code.
    """
    ratings = dict.fromkeys((rating.name for _, rating in scorecard.ratings), 0)
    for score in scores.values():
        ratings[next(rating.name for floor, rating in scorecard.ratings if score >= floor)] += 1
    index = stability_index(scorecard.population, list(scores.values()))
    known = [(scores[each], bad) for each, bad in went_bad.items() if each in scores]
    outcomes = _outcomes(scorecard, known) if known else None
    bands = band_shifts(scorecard.population, list(scores.values()))
    shifts = characteristic_shifts(scorecard, met or {})
    return Drift(len(scores), index, _verdict(index), ratings, outcomes, bands, shifts)


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
        made.append(BandShift(low, round(found, 4), round(expected, 4), _part(found, expected)))
        low = bound
    return tuple(made)


def characteristic_shifts(scorecard: Scorecard, met: Mapping[str, int]) -> tuple[CharacteristicShift, ...]:
    """How far each characteristic has drifted, by how often each of its bands was met; none that was never looked at.

    None for a table that does not say the shares of its bands.
    """
    made = list[CharacteristicShift]()
    for name, each in scorecard.characteristics.items():
        codes, missing = [reason.code for reason in each.all[:-1]], each.missing.code
        found = [met.get(code, 0) for code in codes]
        if (total := sum(found) + met.get(missing, 0)) and scorecard.shares.keys() >= {*codes}:
            index = _index(found, [float(scorecard.shares[code]) for code in codes])
            absent = round(met.get(missing, 0) / total, 4)
            made.append(CharacteristicShift(name.name, total, sum(found), absent, index))
    return tuple(made)


def _index(found: Sequence[int], expected: Sequence[float]) -> float | None:
    """The index of counts against shares, each of all of its kind; None without any."""
    if not sum(found) or not sum(expected):
        return None
    shares = ((max(count / sum(found), _LEAST_SHARE), max(share / sum(expected), _LEAST_SHARE))
              for count, share in zip(found, expected, strict=True))  # fmt: skip
    return round(sum(_part(*each) for each in shares), 4)


def _part(found: float, expected: float) -> float:
    """What one band adds to an index."""
    return (found - expected) * math.log(found / expected)


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
