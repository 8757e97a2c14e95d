"""Who applies for what: one applicant a line of a CSV file."""

import csv
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

COLUMNS = (
    "name",
    "facility_type",
    "amount",
    "tenure_months",
    "rate_percent",
    "monthly_income",
    "monthly_debts",
    "collateral_value",
    "project",
)
_NUMBERS = ("amount", "rate_percent", "monthly_income", "monthly_debts", "collateral_value")


@dataclass(frozen=True)
class Applicant:
    """One line of the file; amounts in the facility's currency, the rate in percent a year."""

    name: str
    facility_type: str
    amount: Decimal
    tenure_months: int
    rate_percent: Decimal
    monthly_income: Decimal
    monthly_debts: Decimal
    collateral_value: Decimal
    project: str


class BadInput(Exception):
    """The file is no list of applicants; says which line and column."""


def read(file: Path) -> list[Applicant]:
    """The applicants of a file; BadInput."""
    try:
        with file.open(newline="", encoding="utf-8-sig") as stream:
            rows = list(csv.DictReader(stream))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{file}: {error}") from error
    if not rows:
        raise BadInput(f"{file}: no applicants; the columns are {', '.join(COLUMNS)}")
    return [_applicant(file, number, row) for number, row in enumerate(rows, start=2)]


def _applicant(file: Path, line: int, row: dict[str, str]) -> Applicant:
    missing = [name for name in COLUMNS if not (row.get(name) or "").strip()]
    if missing:
        raise BadInput(f"{file} line {line}: {', '.join(missing)} missing")
    values: dict[str, object] = {name: row[name].strip() for name in COLUMNS}
    for name in (*_NUMBERS, "tenure_months"):
        try:
            values[name] = int(row[name]) if name == "tenure_months" else Decimal(row[name])
        except (ValueError, InvalidOperation):
            raise BadInput(f"{file} line {line}: {name} is no number: {row[name]}") from None
    return Applicant(**values)  # type: ignore[arg-type]  # built from COLUMNS, which are the fields
