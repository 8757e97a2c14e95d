"""What is measured of the tables of points and of what secures loans, whether somebody looks or not.

Each replica measures the same, out of the database: how far the scores of the last months, and the characteristics that
they are made of, have drifted from those that a table was made of, what the latest check of outcomes found (`python -m
services.risk.monitoring --keep`), and what is due for a valuation.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from services.risk import metrics
from services.risk.drift import band_shifts, characteristic_shifts, stability_index
from services.risk.evidence_store import Overdue
from services.risk.outcome_check import OutcomeCheck
from services.risk.scorecard import Scorecard
from services.risk.store import UnitOfWork
from services.runtime.clock import Clock

# A season of applications: of less chance says most, of more the past.
WINDOW = timedelta(days=90)
# Of fewer scores the index is chance: with ten bands it is 0.05 of 200 that are drawn from the very population.
LEAST_SCORED = 200
# Of so many applications chance adds a thousandth to the index of a characteristic: no more are looked at, of all days.
MOST_BANDED = 20_000


class ScoreCounts(Protocol):
    """services.risk.score_store.Scores."""

    def counted(self, at: datetime) -> Mapping[tuple[str, str], Counter[int]]:
        """How often each score was given since, by version of the table and role."""
        ...

    def banded(self, at: datetime, one_in: int) -> Mapping[tuple[str, str], Counter[str]]:
        """How often each band was met since, by version and role; of one in so many applications."""
        ...


@dataclass(frozen=True)
class Watch:
    """Looks, and sets the gauges; those of a table that says nothing any more go."""

    begin: Callable[[], UnitOfWork]
    clock: Clock
    tables: Mapping[str, Scorecard]
    scores: ScoreCounts

    def carry_on(self) -> bool:
        """Measures all; False, as there is never more to do at once."""
        now = self.clock.now()
        counted = self.scores.counted(now - WINDOW)
        most = max((each.total() for each in counted.values()), default=0)
        measure_drift(self.tables, counted)
        measure_characteristics(self.tables, self.scores.banded(now - WINDOW, most // MOST_BANDED + 1))
        with self.begin() as uow:
            checks, overdue = uow.outcome_checks.all(), uow.collateral_files.overdue(now.date())
        measure_outcomes(checks)
        measure_overdue(overdue)
        return False


def measure_drift(tables: Mapping[str, Scorecard], counted: Mapping[tuple[str, str], Counter[int]]) -> None:
    """Sets how many applications each table scored, and how far the scores have drifted, where they are enough."""
    for gauge in (metrics.SCORED, metrics.STABILITY, metrics.STABILITY_BANDS):
        gauge.clear()
    for (version, role), scores in counted.items():
        metrics.SCORED.labels(version, role).set(scores.total())
        table = tables.get(version)
        if table is None or scores.total() < LEAST_SCORED:
            continue
        every = [*scores.elements()]
        if (index := stability_index(table.population, every)) is not None:
            metrics.STABILITY.labels(version, role).set(index)
        for each in band_shifts(table.population, every):
            metrics.STABILITY_BANDS.labels(version, role, str(each.from_score)).set(each.part)


def measure_characteristics(tables: Mapping[str, Scorecard], banded: Mapping[tuple[str, str], Counter[str]]) -> None:
    """Sets which share of applications lacks each characteristic, and how far its known values have drifted."""
    for gauge in (metrics.CHARACTERISTICS, metrics.CHARACTERISTICS_MISSING):
        gauge.clear()
    for (version, role), met in banded.items():
        for each in characteristic_shifts(tables[version], met) if version in tables else ():
            of = version, role, each.characteristic
            if each.looked_at >= LEAST_SCORED:
                metrics.CHARACTERISTICS_MISSING.labels(*of).set(each.missing_share)
            if each.known >= LEAST_SCORED and each.stability_index is not None:
                metrics.CHARACTERISTICS.labels(*of).set(each.stability_index)


def measure_outcomes(checks: list[OutcomeCheck]) -> None:
    """Sets what the latest check of each table found; a figure that needs both kinds of loans is left out without."""
    for gauge in (metrics.OUTCOME_LOANS, metrics.OUTCOME_AUC, metrics.OUTCOME_GAP):
        gauge.clear()
    for check in checks:
        found, of = check.outcomes, (check.scorecard_version, check.role)
        metrics.OUTCOME_LOANS.labels(*of).set(found.loans)
        if found.auc is not None:
            metrics.OUTCOME_AUC.labels(*of).set(found.auc)
        if found.predicted_percent is not None:
            metrics.OUTCOME_GAP.labels(*of).set(100 * found.bad / found.loans - found.predicted_percent)


def measure_overdue(overdue: Overdue) -> None:
    """Sets what is due for a valuation."""
    metrics.REVALUATIONS_DUE.set(overdue.number)
    metrics.REVALUATION_DAYS.set(overdue.days)
