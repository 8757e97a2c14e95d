"""The hand-made points of before, on the same loans: what the trained model is compared with."""

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy

# A month's interest of the average balance, at 7.9 % a year: the data has no rates.
_INTEREST = Decimal("0.079") / 12 * Decimal("0.53")


def scores_of(file: Path, rows: Any) -> Any:
    """The older table's score of each row, its characteristics as near as the data has them.

    Debts a month are not in the data; what the household spends stands in for them, and what is owned for collateral.
    """
    table = json.loads(file.read_text(encoding="utf-8"))
    return numpy.array([_score(table, _values(row)) for row in rows.to_dict("records")])


def _score(table: Mapping[str, Any], values: Mapping[str, Decimal | None]) -> int:
    score = int(table["base_points"])
    for each in table["characteristics"]:
        value = values[each["name"]]
        band = each["missing"] if value is None else next(
            band for band in each["bands"] if "below" not in band or value < Decimal(band["below"])
        )  # fmt: skip
        score += band["points"]
    return score


def _values(row: Mapping[str, Any]) -> dict[str, Decimal | None]:
    income, assets = (_number(row[name]) for name in ("Income", "Assets"))
    amount, months, price, spent = (Decimal(str(row[name])) for name in ("Amount", "Time", "Price", "Expenses"))
    instalment = amount / months + amount * _INTEREST
    debts = spent + instalment
    return {
        "DEBT_TO_INCOME": debts * 100 / income if income else None,
        "REPAYMENT_CAPACITY": ((income or 0) - debts) * 100 / instalment,
        "COLLATERAL_COVER": (assets or Decimal(0)) * 100 / amount,
        "FINANCED_SHARE": amount * 100 / price,
        "TENURE": months,
    }


def _number(value: float) -> Decimal | None:
    return None if value != value else Decimal(str(value))
