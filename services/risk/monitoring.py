"""How the tables of points do: `python -m services.risk.monitoring [--since DATE] [--outcomes FILE [--keep]]`.

Prints JSON: for each table, as champion and as challenger, how many applications it scored since the date, how far
their scores and characteristics have drifted from the loans that it was made of (drift.py), the ratings, and, where
outcomes are given, how well it told good loans from bad; and the overrides by kind, with their share of the decisions.
FILE is CSV with the columns `application_id` and `went_bad` (0 or 1), which who services the loans writes; one that is
not is refused by name and line. With --keep the figures of the outcomes are kept for the gauges that alerts go by.
"""

import argparse
import csv
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from services.risk.commands import NoEvents
from services.risk.drift import Drift, drift
from services.risk.outcome_check import OutcomeCheck
from services.risk.score_store import Overridden, Scores
from services.risk.scorecard import Scorecard
from services.risk.scorecards import shipped
from services.risk.settings import Settings
from services.risk.store import UnitOfWork
from services.runtime import context
from services.runtime.clock import Clock, SystemClock
from services.runtime.errors import Error
from services.runtime.secrets.loading import load, openbao_of
from services.runtime.stores.postgres import Postgres
from services.runtime.stores.wrapping import wrapping_of

_DECIDED_AGAINST = ("recommendation", "CONFIRMED")
_COLUMNS = ["application_id", "went_bad"]
# Application, role, version of the table, and score.
Scored = list[tuple[str, str, str, int]]
# By version of the table and role: how often each band was met, by its code.
Banded = Mapping[tuple[str, str], Mapping[str, int]]


class BadOutcomes(ValueError):
    """A file of outcomes is none; the text names file, line, and what is wrong."""


def main(arguments: list[str]) -> int:
    """Gives the exit status: 0, or 1 with the reason on standard error."""
    parser = argparse.ArgumentParser(prog="python -m services.risk.monitoring", description=__doc__)
    parser.add_argument(
        "--since", type=_day, default=datetime(1970, 1, 1, tzinfo=UTC), help="assessed on that day or later"
    )
    parser.add_argument("--outcomes", type=Path, help="CSV of what became of the loans")
    parser.add_argument("--keep", action="store_true", help="keep what the outcomes come to; needs --outcomes")
    given = parser.parse_args(arguments)
    if given.keep and not given.outcomes:
        parser.error("--keep needs --outcomes")
    try:
        outcomes = read_outcomes(given.outcomes) if given.outcomes else {}
        settings = load(Settings)
        database = Postgres(settings.postgres, wrapping_of(settings.sealing_key_file, openbao_of(settings.openbao)))
        try:
            scored = Scores(database).since(given.since)
            tables = report(shipped(), scored, outcomes, Scores(database).banded(given.since))
            if given.keep:
                keep(lambda: UnitOfWork(database, NoEvents()), SystemClock(), outcomes, scored)
            decided, overridden = Overridden(database).since(given.since)
        finally:
            database.close()
    except (Error, OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(json.dumps({"tables": tables, "overrides": overrides(decided, overridden)}, indent=2))
    return 0


def report(
    tables: Mapping[str, Scorecard], scored: Scored, outcomes: Mapping[str, bool], banded: Banded | None = None
) -> dict[str, Any]:
    """By version and role: the drift of its scores, and of the characteristics."""
    return {
        version: {role: asdict(each) for role, each in sorted(roles.items())}
        for version, roles in sorted(drifts(tables, scored, outcomes, banded).items())
    }


def keep(begin: Callable[[], UnitOfWork], clock: Clock, outcomes: Mapping[str, bool], scored: Scored) -> None:
    """Keeps what the outcomes come to, of each table and role that scored any of the loans."""
    with context.background("risk", "risk.monitoring"), begin() as uow:
        for version, roles in drifts(shipped(), scored, outcomes).items():
            for role, each in roles.items():
                if each.outcomes is not None:
                    uow.outcome_checks.keep(OutcomeCheck.of(version, role, each.outcomes, clock.now()))
        uow.commit(why="outcomes of loans were looked at")


def drifts(
    tables: Mapping[str, Scorecard], scored: Scored, outcomes: Mapping[str, bool], banded: Banded | None = None
) -> dict[str, dict[str, Drift]]:
    """The drift of the scores of each table that is known, by version and role."""
    scores: dict[str, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for application_id, role, version, score in scored:
        scores[version][role][application_id] = score
    return {
        version: {
            role: drift(tables[version], each, outcomes, (banded or {}).get((version, role)))
            for role, each in roles.items()
        }
        for version, roles in scores.items()
        if version in tables
    }


def overrides(decided: int, overridden: list[tuple[str, str, str, str]]) -> dict[str, Any]:
    """How many decisions there were, which share of them went against the score, and every override by its kind."""
    counts = Counter(overridden)
    against = sum(number for (of, _, _, status), number in counts.items() if (of, status) == _DECIDED_AGAINST)
    names = ("of", "decision", "reason", "status")
    return {
        "decisions": decided,
        "against_recommendation": against,
        "share_percent": round(100 * against / decided, 2) if decided else None,
        "by_kind": [dict(zip(names, kind, strict=True), count=number) for kind, number in sorted(counts.items())],
    }


def read_outcomes(file: Path) -> dict[str, bool]:
    """Which applications' loans went bad; BadOutcomes."""
    with file.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, strict=True)
        try:
            return _outcomes(rows, file)
        except (csv.Error, UnicodeDecodeError) as error:
            raise BadOutcomes(f"{file}:{rows.line_num + 1}: is no CSV in UTF-8: {error}") from error


def _outcomes(rows: "csv.DictReader[str]", file: Path) -> dict[str, bool]:
    if rows.fieldnames != _COLUMNS:
        raise BadOutcomes(f"{file}:1: the columns must be {','.join(_COLUMNS)}")
    found: dict[str, bool] = {}
    for row in rows:
        application_id = row["application_id"]
        if row["went_bad"] not in ("0", "1") or not application_id or None in row:
            raise BadOutcomes(f"{file}:{rows.line_num}: must be an application's id and 0 or 1")
        if application_id in found:
            # Of a loan that went bad and did not, either would be chance.
            raise BadOutcomes(f"{file}:{rows.line_num}: {application_id} is there twice")
        found[application_id] = row["went_bad"] == "1"
    return found


def _day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
