"""What the faults are made of: time zones, growth; and the page that shows a run."""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.faults.clocks import zone
from tests.faults.faults import FAULTS
from tests.faults.page import PAGE, REFERENCE, page
from tests.faults.soak import grown


@pytest.mark.parametrize("day", [(1, 1), (2, 28), (3, 1), (7, 1), (12, 31)])
def test_the_hour_of_summer_time_is_between_the_two_moments(
    monkeypatch: pytest.MonkeyPatch, day: tuple[int, int]
) -> None:
    forward = datetime(2028, *day, 10, 0, 20, tzinfo=UTC)
    back = forward + timedelta(seconds=20)
    monkeypatch.setenv("TZ", zone(forward, back))
    time.tzset()
    try:
        moments = [forward - timedelta(seconds=1), forward, back - timedelta(seconds=1), back]
        assert [time.localtime(each.timestamp()).tm_hour for each in moments] == [10, 11, 11, 10]
    finally:
        monkeypatch.undo()
        time.tzset()


def held(*megabytes: float) -> list[dict[str, dict[str, float]]]:
    return [{"kyc": {"memory_mb": each, "threads": 20.0}} for each in megabytes]


def test_what_grows_is_named_and_what_comes_and_goes_is_not() -> None:
    assert grown(held(80, 90, 129, 129, 298, 298)) == {"kyc": {"memory_mb": (129, 298)}}
    assert grown(held(80, 90, 129, 129, 298, 130)) == {}
    assert grown([]) == {}


@pytest.fixture(scope="module")
def reference() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(REFERENCE.read_text())
    return found


def test_the_page_is_made_of_the_committed_run(reference: dict[str, Any]) -> None:
    assert PAGE.read_text() == page(reference), "docs/faults.md is stale: make faults-page, and commit it"


def test_every_fault_stands_in_the_page(reference: dict[str, Any]) -> None:
    missing = [name for name in FAULTS if f"\n| {name} |" not in PAGE.read_text()]
    assert not missing, f"docs/faults.md lacks {missing}: make faults-page, and commit it"
    gone = {each["fault"] for each in reference["played"]} - FAULTS.keys()
    assert not gone, f"tests/faults/reference.json has {gone}, which are no faults any more: make faults, and commit it"


def test_a_fault_that_broke_something_shows_it(reference: dict[str, Any]) -> None:
    broken = {**reference["played"][0], "lost": ["D: application a1 is gone"], "settled_seconds": None}
    shown = page({**reference, "played": [broken]})
    assert "D: application a1 is gone" in shown
    assert "still waited" in shown
    assert "not played in this run" in shown


def test_a_run_in_which_alerts_were_looked_for_has_their_seconds_and_one_before_has_none(
    reference: dict[str, Any],
) -> None:
    name = next(name for name, fault in FAULTS.items() if fault.alerts == ("StoreDown",))
    before = {key: value for key, value in reference["played"][0].items() if key != "alerts"} | {"fault": name}
    [line] = [each for each in page({**reference, "played": [before]}).splitlines() if each.startswith(f"| {name} |")]
    assert line.endswith("| `StoreDown` |  |  |")
    told = {"alert": "StoreDown", "severity": "critical", "told_seconds": 8.2, "over_seconds": 3.0, "paged": True}
    for found, cells in ((told, "8 | 3"), (told | {"told_seconds": None, "over_seconds": None}, "never | never")):
        shown = page({**reference, "played": [before | {"alerts": [found]}]})
        assert f"| `StoreDown` | {cells} |" in shown


def test_of_what_nobody_is_woken_the_page_says_why() -> None:
    text = PAGE.read_text()
    assert not [name for name, fault in FAULTS.items() if fault.quiet and f"{fault.quiet}." not in text], PAGE


def test_an_audit_that_was_not_made_is_no_success(reference: dict[str, Any]) -> None:
    assert "violations" not in page({**reference, "audit": {}})
    assert "1 violations" in page({**reference, "audit": {"E": ["application: lost"], "A": []}})
