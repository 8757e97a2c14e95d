"""The published table: points with their sentences, ratings, probability, and what it was made of, sealed by a hash."""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy

from services.risk.table_digest import digest_of
from stack.riskmodel.cuts import RATINGS
from stack.riskmodel.learner.features import Feature
from stack.riskmodel.learner.points import BEST, Points


def table(
    version: str, model: Points, features: Sequence[Feature], values: Any, training: Mapping[str, Any]
) -> dict[str, Any]:
    """The table of a fitted model; `values` are those that it was fitted on, whose shares drift is measured against."""
    scores = model.score(values)
    made: dict[str, Any] = {
        "version": version,
        "base_points": model.base,
        "characteristics": [
            _characteristic(feature, model, number, values[feature.name]) for number, feature in enumerate(features)
        ],
        "ratings": [
            *({"from": _least(model, most), "rating": rating} for rating, most in RATINGS), {"from": 0, "rating": "E"},
        ],
        "probability": {"at_zero": str(model.at_zero), "slope": f"{model.slope:.7f}"},
        "population": _population(scores),
        "training": dict(training),
    }  # fmt: skip
    return {"version": version, "sha256": digest_of(made), **{key: made[key] for key in made if key != "version"}}


def _least(model: Points, probability: float) -> int:
    """The lowest score at which the probability of a bad loan is no higher."""
    score = (math.log(probability / (1 - probability)) - model.at_zero) / model.slope
    return min(max(math.ceil(score), 0), BEST)


def _population(scores: Any) -> list[dict[str, Any]]:
    """The shares of the scores, by bands of a tenth each."""
    bounds = sorted({int(each) for each in numpy.quantile(scores, [number / 10 for number in range(1, 10)])})
    bands = numpy.digitize(scores, bounds)
    ends: list[int | None] = [*bounds, None]
    return [
        {**({} if end is None else {"below": end}), "share": _share(bands == number)} for number, end in enumerate(ends)
    ]


def _characteristic(feature: Feature, model: Points, number: int, column: Any) -> dict[str, Any]:
    points, bins = model.bins[number], model.library.bins_[number][0]
    missing = {"code": f"{feature.name}_MISSING", "points": points[0], "share": _share(column.isna()),
               "description": feature.missing}  # fmt: skip
    if feature.categories is not None:
        return {"name": feature.name, "missing": missing, "categories": _categories(feature, points, bins, column)}
    return {"name": feature.name, "missing": missing, "bands": _bands(feature, list(points[1:-1]), column)}


def _categories(feature: Feature, points: Sequence[int], bins: Mapping[str, int], column: Any) -> dict[str, Any]:
    assert feature.categories is not None
    worth = {name: points[bins[name]] if name in bins else 0 for name in feature.categories}
    best = max(worth.values())
    return {
        name: {"code": f"{feature.name}_{name}", "points": worth[name], "share": _share(column == name),
               "description": sentence, **({"change": change} if change and worth[name] < best else {})}
        for name, (sentence, change) in feature.categories.items()
    }  # fmt: skip


def _bands(feature: Feature, points: list[int], column: Any) -> list[dict[str, Any]]:
    """Bands from lowest to highest; neighbours of the same points are one."""
    kept = [(cut, points[at]) for at, cut in enumerate(feature.cuts) if points[at] != points[at + 1]]
    cuts, worth = [cut for cut, _ in kept], [*(point for _, point in kept), points[-1]]
    found = numpy.digitize(column.to_numpy(dtype=float), list(map(float, cuts)))
    found = numpy.where(column.isna(), -1, found)
    made = []
    for at, (low, high) in enumerate(pairwise([None, *cuts, None])):
        change = _change(feature, cuts, worth, at)
        made.append({
            **({} if high is None else {"below": high}), "code": _code(feature.name, low, high), "points": worth[at],
            "share": _share(found == at), "description": _sentence(feature, low, high),
            **({"change": change} if change else {}),
        })  # fmt: skip
    return made


def _change(feature: Feature, cuts: Sequence[str], worth: Sequence[int], at: int) -> str:
    """What would have to change to get into the nearest band that is worth more; empty in the best one."""
    for distance in range(1, len(worth)):
        down, up = at - distance, at + distance
        if down >= 0 and worth[down] > worth[at] and feature.less:
            return _said(feature.less.format(cuts[down]))
        if up < len(worth) and worth[up] > worth[at] and feature.more:
            return _said(feature.more.format(cuts[up - 1]))
    return ""


def _code(name: str, low: str | None, high: str | None) -> str:
    if low is None:
        return f"{name}_BELOW_{high}" if high is not None else name
    return f"{name}_{low}_TO_{high}" if high is not None else f"{name}_FROM_{low}"


def _sentence(feature: Feature, low: str | None, high: str | None) -> str:
    if low is None:
        # Where the lowest band was merged with its neighbours, it holds more than what its own sentence says.
        own = feature.first if high == feature.cuts[0] else ""
        return own or _said(f"{feature.subject} less than {high} {feature.unit}.")
    if high is None:
        return _said(f"{feature.subject} {low} {feature.unit} or more.")
    return _said(f"{feature.subject} {low} to less than {high} {feature.unit}.")


def _said(sentence: str) -> str:
    return sentence.replace(" 1 years", " 1 year")


def _share(of: Any) -> str:
    return f"{float(numpy.mean(of)):.4f}"
