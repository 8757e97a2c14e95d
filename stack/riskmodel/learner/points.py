"""An additive model in whole points: fitted by boosting, rounded, and written back into the library's own model.

The model is interpret's Explainable Boosting Machine without interactions: a sum of one number for each
characteristic's band, which is a scorecard. Bands begin where features.py says, not where the data would have them;
where more of something can only be more risk, the fit is held to that. The points that are published are written back
into the fitted model, so that what the library predicts and what the table says are the same whole number.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy
import pandas
from interpret.glassbox import ExplainableBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from stack.riskmodel.learner.features import Feature

BEST, SEED = 1000, 20261129


@dataclass(frozen=True)
class Column:
    """A column of values: numbers with the bands' beginnings, or names (`cuts` is None); the rest as in Feature."""

    name: str
    cuts: tuple[float, ...] | None
    rises: int = 0
    learned: bool = True


@dataclass(frozen=True)
class Points:
    """A fitted model in whole points; a loan goes bad with probability 1 / (1 + exp(-(at_zero + slope * score)))."""

    library: Any
    base: int
    bins: tuple[tuple[int, ...], ...]
    at_zero: float
    slope: float

    def score(self, values: Any) -> Any:
        """Scores as the library gives them."""
        return numpy.rint(-self.library.decision_function(values)).astype(int)

    def probability(self, scores: Any) -> Any:
        """The probability of a bad loan at each score."""
        return 1 / (1 + numpy.exp(-(self.at_zero + self.slope * scores)))


def values_of(features: Sequence[Feature], rows: Any) -> Any:
    """The characteristics of each row, numbers as floats and names as they are; NaN and None where there is none."""
    records = rows.to_dict("records")
    made = {}
    for feature in features:
        read = [feature.read(row) for row in records]
        numbers = [numpy.nan if each is None or isinstance(each, str) else float(each) for each in read]
        made[feature.name] = pandas.Series(read, dtype=object) if feature.is_categorical else pandas.Series(numbers)
    return pandas.DataFrame(made)


def columns_of(features: Sequence[Feature]) -> tuple[Column, ...]:
    """The columns of the characteristics."""
    return tuple(
        Column(each.name, None if each.is_categorical else tuple(map(float, each.cuts)), each.rises, each.learned)
        for each in features
    )


def fit(columns: Sequence[Column], values: Any, bad: Any, *, bags: int) -> Points:
    """The model of these rows, its probability calibrated on scores of rows that the scoring model had not seen."""
    unseen = numpy.zeros(len(bad))
    for learned, held in folds(bad, 5, SEED + 1):
        unseen[held] = _fitted(columns, values.iloc[learned], bad[learned], bags).score(values.iloc[held])
    line = LogisticRegression(C=1e6, tol=1e-10, max_iter=1000).fit(unseen.reshape(-1, 1) / BEST, bad)
    whole = _fitted(columns, values, bad, bags)
    at_zero, slope = round(float(line.intercept_[0]), 4), round(float(line.coef_[0][0]) / BEST, 7)
    return Points(whole.library, whole.base, whole.bins, at_zero, slope)


def folds(bad: Any, number: int, seed: int) -> list[tuple[Any, Any]]:
    """Rows to learn from and rows to try on, each row tried on once, with as many bad loans in each."""
    return list(StratifiedKFold(number, shuffle=True, random_state=seed).split(numpy.zeros(len(bad)), bad))


def _fitted(columns: Sequence[Column], values: Any, bad: Any, bags: int) -> Points:
    library = ExplainableBoostingClassifier(
        feature_names=[each.name for each in columns],
        feature_types=["nominal" if each.cuts is None else list(each.cuts) for each in columns],
        monotone_constraints=[each.rises for each in columns],
        interactions=0, outer_bags=bags, learning_rate=0.02, smoothing_rounds=0, max_rounds=5000,
        min_samples_leaf=20, n_jobs=1, random_state=SEED,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        library.fit(values, bad)
    logits = [numpy.asarray(each, dtype=float) for each in library.term_scores_]
    for each, column in zip(logits, columns, strict=True):
        # The first bin is that of what is missing.
        each[0] = each[0] if column.learned else 0
    base, bins = _rounded(logits)
    library.term_scores_ = [-numpy.asarray(each, dtype=float) for each in bins]
    library.intercept_ = numpy.array([-float(base)])
    return Points(library, base, bins, 0.0, 0.0)


def _rounded(logits: Sequence[Any]) -> tuple[int, tuple[tuple[int, ...], ...]]:
    """Base and whole points of each bin, which add up to 0 at worst and 1000 at best; more points are less risk."""
    exact = BEST / sum(each.max() - each.min() for each in logits)
    # Rounding moves the span by a few points: of the factors nearby, the nearest whose span is 1000 is taken.
    for step in sorted(range(-2000, 2001), key=abs):
        bins = [numpy.rint(-each * exact * (1 + step / 50_000)).astype(int) for each in logits]
        if sum(each.max() - each.min() for each in bins) == BEST:
            base = -sum(int(each.min()) for each in bins)
            return base, tuple(tuple(int(point) for point in each) for each in bins)
    raise ValueError("no factor makes the points add up to 0..1000")
