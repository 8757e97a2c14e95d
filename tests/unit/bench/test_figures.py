"""How the figures of `make bench` come about: percentiles, processor by process, the warning, the table."""

import os
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench import compare, load, processes
from tests.bench.figures import FIGURES, GOALS_YARDSTICK, Figure
from tests.bench.load import Call
from tests.bench.parts import PARTS
from tests.bench.platform import behind
from tests.bench.scrapes import quantile


def run(create: dict[str, int], yardstick: float = 20.0) -> dict[str, Any]:
    steady = {"create": create, "read": {"application": 500}, "yardstick_ms": yardstick}
    return {"facts": {"commit": "abc"}, "parts": {"steady": steady}}


REFERENCE = run({"application": 2000, "postgres": 1000, "kyc": 40})


@pytest.mark.parametrize(
    "create, warned",
    [
        ({"application": 2000, "postgres": 1000, "kyc": 40}, []),
        ({"application": 2390, "postgres": 1190, "kyc": 40}, []),
        ({"application": 2410, "postgres": 1000, "kyc": 40}, ["application"]),
        ({"application": 2000, "postgres": 1300, "kyc": 900}, ["postgres", "kyc"]),
        # What costs next to nothing may double without a word, and a new process may not come for nothing.
        ({"application": 2000, "kyc": 90}, []),
        ({"application": 2000, "search": 700}, ["search"]),
    ],
)
def test_a_figure_that_grew_by_a_fifth_is_warned_of(create: dict[str, int], warned: list[str]) -> None:
    found = list(compare.warnings(run(create), REFERENCE))
    assert [line.split()[4] for line in found] == warned


def test_a_slower_machine_is_no_growth() -> None:
    twice = {"application": 4000, "postgres": 2000}
    assert not list(compare.warnings(run(twice, yardstick=40.0), REFERENCE))
    assert list(compare.warnings(run(twice, yardstick=20.0), REFERENCE))


def test_without_a_reference_there_is_nothing_to_warn_of() -> None:
    assert not list(compare.warnings(REFERENCE, {"facts": {}, "parts": {}}))


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=200), st.floats(0.01, 1))
def test_a_percentile_is_the_least_value_that_so_many_do_not_exceed(values: list[float], part: float) -> None:
    values.sort()
    found = load.percentile(values, part)
    assert sum(each <= found for each in values) >= part * len(values) - 1e-6
    assert sum(each < found for each in values) <= part * len(values)


@given(st.lists(st.integers(0, 50), min_size=4, max_size=4), st.floats(0.01, 0.99))
def test_a_quantile_of_a_histogram_lies_in_the_bucket_of_that_rank(counts: list[int], part: float) -> None:
    limits, before, after, total = [0.01, 0.1, 1.0, float("inf")], {}, {}, 0
    for limit, count in zip(limits, counts, strict=True):
        total += count
        # What was there before the window does not count.
        before[limit], after[limit] = 7.0, 7.0 + total
    found = quantile(before, after, part)
    assert 0 <= found <= 1.0
    if total and found < 1.0:
        reached = max(after[limit] - 7 for limit in limits if limit <= max(found, 0.01) or limit == 0.01)
        assert reached <= total
        at_most = min(limit for limit in limits if limit >= found)
        assert after[at_most] - 7 >= part * total - 1e-6


def test_the_work_of_a_process_and_of_its_ended_children_is_counted() -> None:
    work = "sum(range(6_000_000))"
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {work!r}]); {work}; input()"
    with subprocess.Popen([sys.executable, "-c", child], stdin=subprocess.PIPE) as process:
        try:
            with processes.window(lambda: {"one": process.pid, "idle": os.getppid()}) as found:
                before = processes._seconds({"one": process.pid})["one"]
                while processes._seconds({"one": process.pid})["one"] < before + 0.05 and process.poll() is None:
                    pass
        finally:
            process.communicate(b"\n")
    assert found.busy["one"] >= 0.05
    assert found.micros_per(10)["one"] == pytest.approx(found.busy["one"] * 1e5, rel=0.01)


def test_the_parts_of_postgres_are_not_counted_twice() -> None:
    found = processes.Window(1.0, {"postgres": 2.0, "postgres/kyc": 1.5, "kyc": 1.0})
    assert found.total == 3.0
    assert found.micros_per(1000)["all"] == 3000


def test_what_other_programs_took_is_not_the_platforms() -> None:
    found = processes.Window(10.0, {"kyc": 6.0, "postgres": 4.0, "postgres/kyc": 4.0}, machine=18.0)
    assert found.others(generator_seconds=3.0) == 0.5
    assert processes.Window(10.0, {"kyc": 6.0}, machine=5.9).others(0) == 0


def test_answers_are_counted_by_code_and_kind() -> None:
    output = "1000000000,201,2000000,0,0,,,,0,POST,http://edge/a,\n1000000000,503,9000000,0,0,,,,1,POST,http://edge/a,\n1500000000,0,1000000,0,0,refused,,,2,GET,http://edge/b,"
    found = load._answers(output, {("POST", "http://edge/a"): "create", ("GET", "http://edge/b"): "read"}, 0.4, 0.3)
    figures = found.figures()
    assert (found.good, figures["errors"]) == (1, {"503": 1, "no answer": 1})
    assert found.milliseconds == {"create": [2.0, 9.0], "read": [1.0]}
    # From the first call to the last answer, which is longer than was asked for.
    assert found.seconds == pytest.approx(0.501)
    assert figures["generator_us_per_call"] == 100_000


def test_a_call_goes_out_with_its_token_and_body() -> None:
    target = Call("create", "POST", "http://edge/a", "token", {"amount": "1"}).target
    assert '"Authorization": ["Bearer token"]' in target
    assert '"body": "eyJhbW91bnQiOiAiMSJ9"' in target


def test_a_goal_is_reached_on_its_own_side() -> None:
    most, least = Figure("", (), 10), Figure("", (), 10, at_least=True)
    assert most.reached(10) and not most.reached(10.1)
    assert least.reached(10) and not least.reached(9.9)


def test_processor_time_is_held_against_goals_of_a_machine_of_another_speed() -> None:
    work, wait = (Figure("", ("part", "took"), 2000, unit=unit) for unit in ("µs", "ms"))
    here: dict[str, Any] = {"facts": {"yardstick_ms": 4 * GOALS_YARDSTICK}, "parts": {"part": {"took": 4000}}}
    assert (work.of(here), work.held(here), wait.held(here)) == (4000, 1000, 4000)
    # Runs of before have it in a part alone, or not at all.
    steady = {"yardstick_ms": GOALS_YARDSTICK / 2}
    assert work.held({"facts": {}, "parts": {**here["parts"], "steady": steady}}) == 8000
    assert work.held({"facts": {}, "parts": here["parts"]}) == 4000
    assert work.held({"facts": {}, "parts": {}}) is None


def test_errors_of_all_codes_are_one_figure() -> None:
    [figure] = [each for each in FIGURES if each.path == ("mixed", "200", "errors")]
    output = {"parts": {"mixed": {"200": {"errors": {"503": 2, "429": 1}}}}}
    assert figure.of(output) == 3
    assert figure.of({"parts": {}}) is None


def test_every_figure_is_of_a_part_of_the_bench() -> None:
    lost = sorted({each.path[0] for each in FIGURES} - set(PARTS))
    assert not lost, f"tests/bench/figures.py: no part of tests/bench/parts.py measures {lost}; rename or add it"


def test_what_a_group_never_took_of_is_all_behind() -> None:
    """A group has no offset of a partition before its first commit there: a new stack would else have no backlog."""
    ends = {("a", 0): 10, ("a", 1): 7, ("b", 0): 3}
    assert behind({}, ends) == 20
    assert behind({("a", 0): 10, ("a", 1): -1001}, ends) == 10
    assert behind({("a", 0): 10, ("a", 1): 7, ("b", 0): 3, ("c", 0): 1}, ends) == 0
    assert behind({("a", 0): 12}, {("a", 0): 10}) == 0
