"""What is measured of the tables and of collateral: figures that can be counted, and none that would be chance."""

from collections import Counter
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from prometheus_client import REGISTRY

from services.risk.drift import Outcomes, band_shifts, stability_index
from services.risk.evidence_store import Overdue
from services.risk.outcome_check import OutcomeCheck
from services.risk.scorecards import CHALLENGER, CHAMPION, shipped
from services.risk.watching import LEAST_SCORED, WINDOW, Watch, measure_drift, measure_outcomes, measure_overdue
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.memory import Memory, MemoryRepository

TABLE = shipped()[CHAMPION]


def figure(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(f"loanflow_risk_{name}", labels)


def of(version: str = CHAMPION, role: str = "champion") -> dict[str, str]:
    return {"scorecard": version, "role": role}


def measured(number: int, score: int = 500, version: str = CHAMPION, role: str = "champion") -> None:
    measure_drift(shipped(), {(version, role): Counter({score: number})})


def test_the_drift_is_that_of_the_report_and_its_bands_add_up() -> None:
    measured(LEAST_SCORED)
    scores = [500] * LEAST_SCORED
    index = figure("stability_index", **of())
    assert index == stability_index(TABLE.population, scores)
    assert index is not None and index > 0.25
    bands = band_shifts(TABLE.population, scores)
    parts = [figure("stability_band", **of(), from_score=str(each.from_score)) for each in bands]
    assert parts == [each.part for each in bands] and len(parts) == len(TABLE.population)
    assert sum(each.part for each in bands) == pytest.approx(index, abs=1e-4)
    assert sum(each.share for each in bands) == pytest.approx(1, abs=0.01)
    [full] = [each for each in bands if each.share == 1]
    assert full.from_score <= 500 and full.part == max(each.part for each in bands)


def test_of_too_few_scores_nothing_is_said_but_how_many_there_are() -> None:
    measured(LEAST_SCORED)
    measured(LEAST_SCORED - 1)
    assert figure("stability_index", **of()) is None
    assert figure("scored", **of()) == LEAST_SCORED - 1


def test_a_table_without_a_population_or_that_is_not_there_has_no_drift() -> None:
    measured(LEAST_SCORED, version=CHALLENGER, role="challenger")
    assert figure("scored", **of(CHALLENGER, "challenger")) == LEAST_SCORED
    assert figure("stability_index", **of(CHALLENGER, "challenger")) is None
    measured(LEAST_SCORED, version="of long ago")
    assert figure("stability_index", **of("of long ago")) is None
    # What was measured before is not there any more.
    assert figure("scored", **of(CHALLENGER, "challenger")) is None


def checked(loans: int, bad: int, auc: float | None, predicted: float | None) -> OutcomeCheck:
    return OutcomeCheck.of(CHAMPION, "champion", Outcomes(loans, bad, auc, auc, None, predicted), NOON)


def test_outcomes_are_the_share_of_bad_loans_above_what_was_predicted() -> None:
    measure_outcomes([checked(400, 60, 0.81, 12.5)])
    assert figure("outcome_loans", **of()) == 400
    assert figure("outcome_auc", **of()) == 0.81
    assert figure("outcome_gap_points", **of()) == pytest.approx(2.5)
    measure_outcomes([checked(3, 0, None, None)])
    assert (figure("outcome_loans", **of()), figure("outcome_auc", **of()), figure("outcome_gap_points", **of())) == (
        3, None, None,
    )  # fmt: skip


def test_a_check_takes_the_place_of_the_one_before() -> None:
    check, later = checked(3, 0, None, None), checked(400, 60, 0.81, 12.5)
    assert check.check_id == later.check_id == f"{CHAMPION}/champion"
    check.renew(later.outcomes, NOON + timedelta(days=1))
    assert (check.outcomes, check.check_time) == (later.outcomes, NOON + timedelta(days=1))


def test_what_is_due_for_a_valuation_is_counted_with_its_days() -> None:
    measure_overdue(Overdue(3, 17))
    assert (figure("revaluations_due"), figure("revaluation_overdue_days")) == (3, 17)


def test_a_round_looks_at_three_months_and_at_what_is_due_today() -> None:
    asked: list[Any] = []

    class Checks(MemoryRepository):
        def all(self) -> list[OutcomeCheck]:
            return [checked(400, 60, 0.81, 12.5)]

    class Files(MemoryRepository):
        def overdue(self, today: Any) -> Overdue:
            asked.append(today)
            return Overdue(1, 2)

    class Scores:
        def counted(self, at: Any) -> dict[tuple[str, str], Counter[int]]:
            asked.append(at)
            return {(CHAMPION, "champion"): Counter({500: LEAST_SCORED})}

        def banded(self, at: Any, one_in: int) -> dict[tuple[str, str], Counter[str]]:
            asked.append((at, one_in))
            return {(CHAMPION, "champion"): Counter({"TENURE_FROM_25": LEAST_SCORED})}

    checks, files = partial(Checks, "check_id"), partial(Files, "application_id")
    memory = Memory(outcome_checks=checks, collateral_files=files)
    begin: Any = memory.begin
    assert not Watch(begin, FakeClock(), shipped(), Scores()).carry_on()
    assert asked == [NOON - WINDOW, (NOON - WINDOW, 1), NOON.date()]
    assert (figure("characteristic_index", **of(), characteristic="TENURE") or 0) > 0
    assert (figure("scored", **of()), figure("outcome_loans", **of()), figure("revaluations_due")) == (
        LEAST_SCORED, 400, 1,
    )  # fmt: skip
