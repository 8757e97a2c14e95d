"""By how much a collateral is cut, when its value is too old, and how often it is valued anew: versions of one table.

Each version is a file of the package that never changes: what was lent on a collateral stays explained by it. The
latest counts for what is valued from now on. One that cannot be used is refused by file and line, before the service
starts.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib import resources
from typing import Any

from services.risk.collateral_finding import CollateralType

_MOST_PERCENT, _MOST_MONTHS = Decimal(100), 120
_FIELDS = {"type", "haircut_percent", "stale_after_months", "revalue_every_months", "source"}


class BadTable(ValueError):
    """A file of haircuts cannot be used; the text names file, line, and what is wrong."""


@dataclass(frozen=True)
class CollateralTerms:
    """What counts for one type; `source` says who says so."""

    haircut_percent: Decimal
    stale_after_months: int
    revalue_every_months: int
    source: str


@dataclass(frozen=True)
class CollateralTable:
    """One version, with terms for every type."""

    table_version: str
    title: str
    terms: Mapping[CollateralType, CollateralTerms]


@cache
def shipped_tables() -> Mapping[str, CollateralTable]:
    """The versions that the service is delivered with, the latest last; BadTable."""
    folder = resources.files(__package__).joinpath("haircuts")
    files = sorted((each for each in folder.iterdir() if each.name.endswith(".json")), key=lambda each: each.name)
    found = (parse_table(each.read_text(encoding="utf-8"), each.name) for each in files)
    return {each.table_version: each for each in found}


def latest_table() -> CollateralTable:
    """The version that counts from now on; BadTable."""
    return [*shipped_tables().values()][-1]


def parse_table(text: str, name: str) -> CollateralTable:
    """The table of a JSON text; BadTable names the file and the line of what is wrong."""
    try:
        data = json.loads(text, parse_float=Decimal)
        version, title, rows = str(data["table_version"]), str(data["title"]), list(data["types"])
    except json.JSONDecodeError as error:
        raise BadTable(f"{name}:{error.lineno}: is no JSON: {error.msg}") from error
    except RecursionError as error:
        raise BadTable(f"{name}:1: is too deep for a table") from error
    except (KeyError, TypeError, ValueError) as error:
        raise BadTable(f"{name}:1: lacks or misstates {error}") from error
    if f"{version}.json" != name:
        raise BadTable(f"{name}:1: is of version {version}")
    found: dict[CollateralType, CollateralTerms] = {}
    for place, row in enumerate(rows):
        try:
            kind, terms = _terms(row)
        except ValueError as error:
            raise BadTable(f"{name}:{_line(text, place)}: {error}") from error
        if kind in found:
            raise BadTable(f"{name}:{_line(text, place)}: {kind.name} is there twice")
        found[kind] = terms
    if missing := [each.name for each in CollateralType if each not in found]:
        raise BadTable(f"{name}:1: lacks {', '.join(missing)}")
    return CollateralTable(version, title, found)


def _terms(row: Any) -> tuple[CollateralType, CollateralTerms]:
    if not isinstance(row, dict) or row.keys() != _FIELDS:
        raise ValueError(f"must have {', '.join(sorted(_FIELDS))}, and nothing else")
    if row["type"] not in CollateralType.__members__:
        raise ValueError(f"type: must be one of {', '.join(CollateralType.__members__)}")
    if not isinstance(row["source"], str) or not row["source"].strip():
        raise ValueError("source: must say who says so")
    months = _months(row, "stale_after_months"), _months(row, "revalue_every_months")
    return CollateralType[row["type"]], CollateralTerms(_percent(row), *months, row["source"])


def _percent(row: Mapping[str, Any]) -> Decimal:
    try:
        found = Decimal(row["haircut_percent"]) if isinstance(row["haircut_percent"], str) else None
    except InvalidOperation:
        found = None
    if found is None or not found.is_finite() or not 0 <= found <= _MOST_PERCENT:
        raise ValueError("haircut_percent: must be a decimal in quotes, from 0 to 100")
    return found


def _months(row: Mapping[str, Any], field: str) -> int:
    found = row[field]
    if type(found) is not int or not 1 <= found <= _MOST_MONTHS:
        raise ValueError(f"{field}: must be a whole number of months, from 1 to {_MOST_MONTHS}")
    return found


def _line(text: str, place: int) -> int:
    """The line on which the type of the row at that place stands."""
    named = [number for number, line in enumerate(text.splitlines(), 1) if '"type"' in line]
    return named[place] if place < len(named) else 1
