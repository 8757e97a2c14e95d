"""What the model is worth, measured on rows that nothing in it was fitted on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score, roc_curve

from stack.riskmodel.learner.points import SEED, Column, fit, folds

FOLDS = 5


@dataclass(frozen=True)
class Unseen:
    """Scores and probabilities of every row, each by a model of the other four fifths; `fold` says which."""

    scores: Any
    probabilities: Any
    fold: Any
    masked: Mapping[str, Any]


def cross_validated(
    columns: Sequence[Column], values: Any, bad: Any, *, bags: int, without: Mapping[str, Sequence[str]] | None = None
) -> Unseen:
    """Each row scored by a model that was fitted, rounded and calibrated on the other folds.

    `without` names sets of columns: each row is scored once more with those values missing.
    """
    scores, probabilities, of = (numpy.zeros(len(bad)) for _ in range(3))
    masked = {name: numpy.zeros(len(bad)) for name in without or {}}
    for number, (learned, held) in enumerate(folds(bad, FOLDS, SEED)):
        model = fit(columns, values.iloc[learned], bad[learned], bags=bags)
        scores[held], of[held] = model.score(values.iloc[held]), number
        probabilities[held] = model.probability(scores[held])
        for name, names in (without or {}).items():
            less = values.iloc[held].copy()
            for each in names:
                less[each] = numpy.nan if less[each].dtype.kind == "f" else None
            masked[name][held] = model.score(less)
    return Unseen(scores, probabilities, of, masked)


def ranking(scores: Any, bad: Any, fold: Any) -> dict[str, float]:
    """How well scores tell bad from good loans: the mean over the folds, and the spread of the AUC."""
    areas, distances = [], []
    for number in range(FOLDS):
        of = fold == number
        areas.append(float(roc_auc_score(bad[of], -scores[of])))
        false, true, _ = roc_curve(bad[of], -scores[of])
        distances.append(float((true - false).max()))
    auc, spread = _mean(areas), round(float(numpy.std(areas)), 4)
    return {"auc": auc, "auc_spread": spread, "gini": round(2 * auc - 1, 4), "ks": _mean(distances)}


def calibration(probabilities: Any, bad: Any) -> dict[str, Any]:
    """Brier score, expected calibration error, slope, intercept, and predicted beside actual by tenths of the rows."""
    order = numpy.array_split(numpy.argsort(probabilities, kind="stable"), 10)
    tenths = [
        [round(float(probabilities[each].mean()), 4), round(float(bad[each].mean()), 4), len(each)] for each in order
    ]
    error = sum(abs(said - found) * number for said, found, number in tenths) / len(bad)
    logits = numpy.log(probabilities / (1 - probabilities)).reshape(-1, 1)
    line = LogisticRegression(C=1e6, tol=1e-10, max_iter=1000).fit(logits, bad)
    return {
        "brier": round(float(((probabilities - bad) ** 2).mean()), 4),
        "brier_of_the_mean": round(float(bad.mean() * (1 - bad.mean())), 4),
        "expected_error": round(float(error), 4),
        "slope": round(float(line.coef_[0][0]), 3),
        "intercept": round(float(line.intercept_[0]), 3),
        "tenths": tenths,
    }


def fairness(groups: Any, probabilities: Any, bad: Any, most: float) -> list[dict[str, Any]]:
    """By group: how many would be released at a probability of `most` or less, and how right that is.

    `ratio` is the share of the group that is released, over that of the group with the highest: four fifths is the
    usual bound. `good_released` is the share of those who repaid. Groups of less than 30 are left out.
    """
    found: list[dict[str, Any]] = []
    names = numpy.array([str(group) for group in groups])
    for group in sorted(set(names)):
        of = names == group
        if of.sum() < 30:
            continue
        released = probabilities[of] <= most
        found.append({
            "group": str(group), "rows": int(of.sum()), "bad": round(float(bad[of].mean()), 4),
            "predicted": round(float(probabilities[of].mean()), 4), "released": round(float(released.mean()), 4),
            "good_released": round(float(released[bad[of] == 0].mean()), 4),
            "auc": round(float(roc_auc_score(bad[of], probabilities[of])), 4),
        })  # fmt: skip
    highest = max(each["released"] for each in found)
    return [{**each, "ratio": round(each["released"] / highest, 3)} for each in found]


def _mean(values: Sequence[float]) -> float:
    return round(float(numpy.mean(values)), 4)
