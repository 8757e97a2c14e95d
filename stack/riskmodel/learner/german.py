"""The same method on German Credit: whether what it does well on the one data set it does on another."""

from typing import Any

import numpy
import pandas

from stack.riskmodel.learner.data import Loans
from stack.riskmodel.learner.measures import calibration, cross_validated, fairness, ranking
from stack.riskmodel.learner.points import Column

# Neither age, sex and marital status (`status_sex`) nor `foreign_worker`.
_COLUMNS = (
    Column("duration", (9.0, 13.0, 19.0, 25.0, 37.0), 1),
    Column("amount", (1000.0, 1500.0, 2500.0, 4000.0, 7000.0)),
    Column("instalment_rate", (2.0, 3.0, 4.0), 1),
    Column("residence", (2.0, 3.0, 4.0)),
    Column("credits", (2.0, 3.0)),
    *(Column(name, None) for name in (
        "status", "credit_history", "purpose", "savings", "employment", "other_debtors", "property", "instalment_plans",
        "housing", "job", "telephone",
    )),
)  # fmt: skip


def figures(loans: Loans, most: float, *, bags: int) -> dict[str, Any]:
    """Ranking, calibration, and fairness by age and sex, on unseen rows."""
    values = pandas.DataFrame({
        each.name: loans.rows[each.name].astype(object if each.cuts is None else float) for each in _COLUMNS
    })  # fmt: skip
    unseen = cross_validated(_COLUMNS, values, loans.bad, bags=bags)
    ages = numpy.where(loans.rows["age"] < 25, "below 25", "25 or more")
    return {
        "rows": len(loans.bad), "bad": int(loans.bad.sum()), "data_sha256": loans.sha256,
        **ranking(unseen.scores, loans.bad, unseen.fold), **calibration(unseen.probabilities, loans.bad),
        "fairness": {
            "age": fairness(ages, unseen.probabilities, loans.bad, most),
            "sex": fairness(loans.rows["sex"].to_numpy(), unseen.probabilities, loans.bad, most),
        },
    }  # fmt: skip
