"""Trains the risk model; run by stack/riskmodel in the environment that has what this needs.

usage: python -m stack.riskmodel.learner VERSION OLDER FOLDER [--sample]

Writes into FOLDER: table.json, the table of points; figures.json, what the model card says; *.svg, its plots; and
scored.jsonl, each row's characteristics with the library's score, which the tests score again by the service's code.
With --sample it takes a small part of the rows and measures nothing.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy

from stack.riskmodel.cuts import RATINGS
from stack.riskmodel.learner import german, older, plots
from stack.riskmodel.learner.data import Loans, credit_data, german_credit
from stack.riskmodel.learner.features import FEATURES
from stack.riskmodel.learner.measures import FOLDS, calibration, cross_validated, fairness, ranking
from stack.riskmodel.learner.points import Points, columns_of, fit, values_of
from stack.riskmodel.learner.table import table

BAGS, SAMPLE_BAGS, SAMPLE = 4, 2, 600
# What is released in the card's test of fairness: ratings A to C.
_RELEASED = dict(RATINGS)["C"]
_BUREAU = ("CREDIT_RECORD",)
_STATED = ("EMPLOYMENT_YEARS", "EMPLOYMENT", "HOUSING", "EXPENSES_TO_INCOME", "CAPACITY_TO_PRINCIPAL",
           "ASSETS_TO_AMOUNT", "DEBTS_TO_ASSETS")  # fmt: skip
WITHOUT = {"without a bureau": _BUREAU, "without a bureau, and without what is optional": (*_BUREAU, *_STATED)}


def main() -> None:
    """Trains, measures and writes."""
    parser = argparse.ArgumentParser(prog="python -m stack.riskmodel.learner")
    parser.add_argument("version")
    parser.add_argument("older", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sample", action="store_true")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    loans = credit_data()
    if asked.sample:
        chosen = loans.rows.index[:: len(loans.rows) // SAMPLE]
        loans = Loans(loans.name, loans.rows.loc[chosen].reset_index(drop=True), loans.bad[chosen], loans.sha256)
    values, bags = values_of(FEATURES, loans.rows), SAMPLE_BAGS if asked.sample else BAGS
    model = fit(columns_of(FEATURES), values, loans.bad, bags=bags)
    figures = {} if asked.sample else _measured(loans, values, asked.folder, asked.older)
    training: dict[str, Any] = {
        "data": loans.name, "rows": len(loans.bad), "bad": int(loans.bad.sum()), "data_sha256": loans.sha256,
        **{name: str(figures[name]) for name in ("auc", "ks", "brier") if name in figures},
    }  # fmt: skip
    made = table(asked.version, model, FEATURES, values, training)
    _write(asked.folder / "table.json", made)
    _write_scored(asked.folder / "scored.jsonl", model, values)
    if not asked.sample:
        (asked.folder / "points.svg").write_text(plots.points(made["characteristics"]), encoding="utf-8")
        _write(asked.folder / "figures.json", figures)


def _measured(loans: Loans, values: Any, folder: Path, points_before: Path) -> dict[str, Any]:
    """Everything that the card says in figures, and the plots of it."""
    unseen = cross_validated(columns_of(FEATURES), values, loans.bad, bags=BAGS, without=WITHOUT)
    before = older.scores_of(points_before, loans.rows)
    ages = numpy.select(
        [loans.rows["Age"] < bound for bound in (25, 35, 50)], ["18 to 24", "25 to 34", "35 to 49"], "50 or more"
    )
    groups = {
        "age": fairness(ages, unseen.probabilities, loans.bad, _RELEASED),
        "marital status": fairness(loans.rows["Marital"], unseen.probabilities, loans.bad, _RELEASED),
    }
    found: dict[str, Any] = {
        "folds": FOLDS, **ranking(unseen.scores, loans.bad, unseen.fold),
        **calibration(unseen.probabilities, loans.bad),
        "points_before": ranking(before, loans.bad, unseen.fold),
        "less": {name: ranking(scores, loans.bad, unseen.fold) for name, scores in unseen.masked.items()},
        "released_at": _RELEASED, "fairness": groups,
        "german": german.figures(german_credit(), _RELEASED, bags=BAGS),
    }  # fmt: skip
    drawn = {
        "ranking": plots.ranking(unseen.scores, before, loans.bad),
        "distribution": plots.distribution(unseen.scores, loans.bad),
        "reliability": plots.reliability(found["tenths"]),
        "fairness": plots.fairness(groups),
    }
    for name, svg in drawn.items():
        (folder / f"{name}.svg").write_text(svg, encoding="utf-8")
    return found


def _write_scored(file: Path, model: Points, values: Any) -> None:
    scores = model.score(values)
    with file.open("w", encoding="utf-8") as lines:
        for row, score in zip(values.to_dict("records"), scores, strict=True):
            said = {name: None if value is None or value != value else str(value) for name, value in row.items()}
            lines.write(json.dumps({"values": said, "score": int(score)}) + "\n")


def _write(file: Path, made: Any) -> None:
    file.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
