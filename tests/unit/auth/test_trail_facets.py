"""Counts of several trails are the counts over all of them, and of many values the most frequent are shown."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from services.auth.ports import Portion, Sought
from services.auth.trail_facets import facets

_ROWS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["2026-01-01", "2026-01-02"])), max_size=20)


def _sought(counts: dict[str, dict[str, int]], total: int = 0, *, degraded: bool = False) -> Sought:
    return Sought(Portion((), None), total, counts, degraded)


@given(st.dictionaries(st.sampled_from(["kyc", "risk", "auth"]), _ROWS, min_size=1))
def test_they_are_what_one_trail_of_all_rows_would_count(trails: dict[str, list[tuple[str, str]]]) -> None:
    counted = {
        name: _sought(
            {"method": dict(Counter(method for method, _ in rows)), "day": dict(Counter(day for _, day in rows))},
            len(rows),
        )
        for name, rows in trails.items()
    }
    found = {each.field: each.counts for each in facets(counted)}
    every = [row for rows in trails.values() for row in rows]
    assert dict(found["method"]) == Counter(method for method, _ in every)
    assert dict(found["service"]) == {name: len(rows) for name, rows in trails.items() if rows}
    assert found["day"] == tuple(sorted(Counter(day for _, day in every).items(), reverse=True))
    for field in ("method", "service"):
        counts = [count for _, count in found[field]]
        assert counts == sorted(counts, reverse=True)


def test_of_many_values_the_most_frequent_and_of_days_the_newest() -> None:
    many = {f"value-{number:02}": number for number in range(1, 31)}
    days = {f"2026-01-{number:02}": 1 for number in range(1, 31)}
    found = {each.field: each.counts for each in facets({"kyc": _sought({"outcome": many, "day": days}, 465)})}
    assert [value for value, _ in found["outcome"]] == [f"value-{number:02}" for number in range(30, 10, -1)]
    assert [value for value, _ in found["day"]] == [f"2026-01-{number:02}" for number in range(30, 10, -1)]


def test_where_no_trail_counted_there_are_none() -> None:
    assert facets({"kyc": _sought({}, degraded=True)}) == facets({}) == ()
