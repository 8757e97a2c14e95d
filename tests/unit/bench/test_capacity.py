"""docs/capacity.md: made of the committed run, by a simulation that reproduces what was measured."""

import json
from typing import Any

import pytest

from stack import folders
from tests.bench.capacity.__main__ import PAGE, REFERENCE
from tests.bench.capacity.limits import LIMITS, bounds
from tests.bench.capacity.needs import LEAST_REPLICAS, VOLUMES, need
from tests.bench.capacity.page import SECTIONS, page
from tests.bench.capacity.points import points
from tests.bench.capacity.simulation import Costs, Simulation, Site
from tests.bench.figures import FIGURES
from tests.bench.parts import PARTS

CREATE = Costs(edge=800, service=2000, postgres=1200, after=0, generator=100, wait=500)

FACTS = {"commit": "abc", "cores": 2, "processor": "any", "memory_gb": 8, "time": "2030-01-02T", "load_before": [0.1]}
STARTING = {
    "ready_seconds": {"kyc": 1.2}, "ready_seconds_slowest": 1.2, "memory_mb": {"kyc": 81, "kafka": 200},
    "idle_percent_of_a_core": 14, "idle_percent_by_process": {"kyc": 0.5},
}  # fmt: skip


@pytest.fixture(scope="module")
def reference() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(REFERENCE.read_text())
    return found


def test_the_page_is_made_of_the_committed_run(reference: dict[str, Any]) -> None:
    where = PAGE.relative_to(folders.CHECKOUT)
    assert PAGE.read_text() == page(reference), f"{where} is stale: make capacity, and commit it"


def test_the_simulation_reproduces_what_was_measured(reference: dict[str, Any]) -> None:
    found = list(points(reference))
    wrong = [f"{each.what}: {each.measured} measured, {each.simulated} simulated" for each in found if not each.within]
    assert len(found) >= 2
    assert not wrong, f"mend tests/bench/capacity/simulation.py: {wrong}"


def test_every_goal_that_is_missed_has_its_limit(reference: dict[str, Any]) -> None:
    values = {each.what: (each, each.held(reference)) for each in FIGURES}
    missed = {what for what, (figure, value) in values.items() if value is not None and not figure.reached(value)}
    assert missed <= set(LIMITS), f"say in tests/bench/capacity/limits.py what bounds {sorted(missed - set(LIMITS))}"
    assert set(LIMITS) <= set(values)
    rows = [line for line in bounds(reference) if line.startswith("| ")][2:]
    assert {line.split(" | ")[0].removeprefix("| ") for line in rows} == missed


def test_a_part_that_was_not_measured_is_said(reference: dict[str, Any]) -> None:
    # Without creates nothing is simulated.
    there = {name: found for name, found in reference["parts"].items() if name != "create"}
    before = page({**reference, "parts": there}).count("Not measured in this run")
    assert before >= 1
    less = page({**reference, "parts": {name: found for name, found in there.items() if name != "journeys"}})
    of_journeys = sum("journeys" in parts for _, _, parts in SECTIONS)
    assert less.count("Not measured in this run") == before + of_journeys


def test_a_tenth_more_work_is_seen() -> None:
    """A simulation that gave the measured figures whatever its costs would be none."""
    few = Simulation(CREATE, Site(2)).closed(16, 4).per_second
    more = Simulation(Costs(800, 4000, 1200, 0, 100, 500), Site(2)).closed(16, 4).per_second
    assert more < few * 0.75


def test_processors_bound_the_throughput() -> None:
    found = Simulation(CREATE, Site(2, processes=4)).closed(64, 4)
    assert found.per_second == pytest.approx(2e6 / CREATE.total, rel=0.05)


def test_one_interpreter_bounds_the_throughput() -> None:
    found = Simulation(CREATE, Site(16)).closed(64, 4)
    assert found.per_second == pytest.approx(1e6 / CREATE.service, rel=0.05)
    several = Simulation(CREATE, Site(16, processes=4)).closed(64, 4)
    assert several.per_second > found.per_second * 3


def test_other_programs_take_their_part_of_the_processors() -> None:
    whole = Simulation(CREATE, Site(2, processes=4)).closed(16, 4).per_second
    rest = Simulation(CREATE, Site(2, processes=4, others=1.0)).closed(16, 4).per_second
    assert whole * 0.4 < rest < whole * 0.95


def test_as_many_calls_are_under_way_as_there_are_connections() -> None:
    """Little's law."""
    found = Simulation(CREATE, Site(2)).closed(16, 4)
    mean = sum(found.took) / len(found.took)
    assert found.per_second * mean == pytest.approx(16, rel=0.05)


def test_calls_wait_for_one_another_only_near_the_limit() -> None:
    alone = (CREATE.total + CREATE.wait) / 1000
    quiet = Simulation(CREATE, Site(2)).constant(50, 5).milliseconds(0.5)
    busy = Simulation(CREATE, Site(2)).constant(450, 5).milliseconds(0.5)
    assert alone * 0.8 < quiet < alone * 1.3
    assert busy > quiet * 1.5


def test_what_follows_waits_when_there_is_more_than_the_consumers_do() -> None:
    site, costs = Site(8, consumers=1), Costs(800, 2000, 1200, after=8000)
    assert Simulation(costs, site).constant(100, 10).waiting < 20
    assert Simulation(costs, site).constant(200, 10).waiting > 500


def test_the_same_costs_give_the_same_answer() -> None:
    first, second = (Simulation(CREATE, Site(2)).constant(100, 5) for _ in range(2))
    assert first.took == second.took


def test_more_applications_need_more(reference: dict[str, Any]) -> None:
    few, many, most = (need(reference, volume) for volume in VOLUMES)
    assert few.all_cores < many.all_cores < most.all_cores
    assert most.all_cores == pytest.approx(100 * many.all_cores)
    assert all(count >= LEAST_REPLICAS for count in few.replicas.values())
    assert most.partitions % 12 == 0
    assert most.bytes_per_year > 300 * most.bytes_per_day["postgres"]


def test_every_part_that_measures_a_size_or_a_rate_has_its_place_on_the_page() -> None:
    """A part that the page leaves out would be measured and never read."""
    shown = {part for _, _, parts in SECTIONS for part in parts} | {each.path[0] for each in FIGURES}
    lost = sorted(set(PARTS) - shown)
    assert not lost, f"tests/bench/capacity/page.py: give {lost} a section, or tests/bench/figures.py a figure"


def test_a_goal_is_named_whether_its_figure_was_measured_or_not() -> None:
    text = page({"facts": FACTS, "parts": {}})
    for each in FIGURES:
        assert f"| {each.what} | not measured |" in text


def test_a_goal_that_was_missed_is_said() -> None:
    text = page({"facts": FACTS, "parts": {"starting": {**STARTING, "memory_mb_largest_service": 81}}})
    assert "| memory of the largest service | 81 MB | 81 | ≤ 80 | missed |" in text
    assert "| start to ready, slowest service | 1.2 s | 1.2 | ≤ 1.5 | reached |" in text
    assert "| kyc | 1.2 | 81 | 0.5 |" in text
