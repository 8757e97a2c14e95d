"""What is said of a fault when its alert is told, is late, stays, or wakes somebody for nothing."""

import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from stack import folders
from stack.observability.alertmanager import Pace
from tests.faults import watched
from tests.faults.spans import Span, spans
from tests.faults.watched import Watched

STORE = "StoreDown"


@dataclass
class Sight:
    """What is seen, as the test says it."""

    folder: Path
    found: list[Span] = field(default_factory=list)
    now: set[str] = field(default_factory=set)
    standing: frozenset[str] = frozenset()
    pages: bool = True

    def firing(self) -> set[str]:
        """Now."""
        return self.now

    def spans(self, since: float) -> list[Span]:
        """All of them."""
        return [each for each in self.found if each.ended >= since]

    def kept(self) -> list[Path]:
        """In the order of their numbers."""
        return list(self.folder.glob("*-page.json"))

    def page(self, number: int, **event: Any) -> None:
        """One more was taken."""
        (self.folder / f"{number}-page.json").write_text(json.dumps({"dedup_key": "k", **event}))

    def told(self, alert: str = STORE, seconds: float = 10.0) -> None:
        """An alert was so for that long, from now on, and told after half of it."""
        now = time.time()
        self.found.append(Span(alert, now, now + seconds / 2, now + seconds))

    def paged(self, runbook: str = "part-down", severity: str = "critical") -> None:
        """A page, and its end."""
        link = (folders.CHECKOUT / "docs" / "runbooks" / f"{runbook}.md").as_uri()
        payload = {"class": STORE, "severity": severity}
        self.page(1, event_action="trigger", payload=payload, links=[{"href": link}])
        self.page(2, event_action="resolve")


@pytest.fixture
def sight(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sight:
    for name in ("LATE_SECONDS", "AFTER_SECONDS"):
        monkeypatch.setattr(watched, name, 0.0)
    monkeypatch.setattr("tests.hurried.held_seconds", lambda _alert: 0.0)
    monkeypatch.setattr("tests.hurried.paces", lambda: {"critical": Pace("1ms", "1ms", "1h")})
    return Sight(tmp_path)


def test_an_alert_that_is_told_paged_and_over_is_as_it_should_be(sight: Sight) -> None:
    one = Watched(sight, [STORE])
    sight.told()
    sight.paged()
    one.told()
    one.healed()
    [told] = one.over()
    assert one.problems == []
    assert (told.alert, told.severity, told.told_seconds, told.paged) == (STORE, "critical", 5.0, True)
    assert told.over_seconds == pytest.approx(10, abs=1)


def test_one_that_is_not_told_in_time_is_named(sight: Sight) -> None:
    one = Watched(sight, [STORE])
    one.told()
    [told] = one.over()
    assert one.problems == [f"{STORE} was not told within 0 s"]
    assert told.told_seconds is None


def test_one_that_goes_on_after_the_fault_is_named(sight: Sight) -> None:
    one = Watched(sight, [STORE])
    sight.told()
    sight.now.add(STORE)
    sight.paged()
    one.over()
    assert one.problems == [f"{STORE} was still told 0 s after the fault"]


def test_a_page_that_is_missing_wrong_or_never_over_is_named(sight: Sight) -> None:
    sight.paged()
    # What was taken before the fault counts for nothing.
    late = Watched(sight, [STORE])
    sight.told()
    late.over()
    assert late.problems == [f"nobody was paged for {STORE}"]
    for each in sight.kept():
        each.unlink()
    wrong = Watched(sight, [STORE])
    sight.paged("lag", "warning")
    (sight.folder / "2-page.json").unlink()
    wrong.over()
    assert [each.partition(":")[0].split("/")[0].strip() for each in wrong.problems] == [
        f"the page of {STORE} is warning",
        f"the page of {STORE} leads to",
        f"nobody was told that {STORE} is over",
    ]


def test_of_a_follower_nobody_is_paged_beside_its_cause(sight: Sight) -> None:
    one = Watched(sight, ["DeadLettersMany", "DeadLetters"])
    sight.told("DeadLetters")
    [_, follower] = one.over()
    assert not follower.paged
    assert one.problems == []


def test_a_quiet_fault_may_not_last_as_long_as_an_alert_that_wakes_somebody_waits(sight: Sight) -> None:
    one = Watched(sight, [])
    sight.told(STORE, 59)
    # Nobody is woken by a warning.
    sight.told("RedisDown", 600)
    one.over()
    assert one.problems == []
    assert one.also() == ["RedisDown", STORE]
    sight.told(STORE, 60)
    one.over()
    assert one.problems == [f"{STORE} was so for 60 s: somebody would have been woken"]


def test_what_stood_before_wakes_nobody_anew(sight: Sight) -> None:
    sight.standing = frozenset({STORE})
    one = Watched(sight, [])
    sight.told(STORE, 600)
    one.over()
    assert one.problems == []
    assert one.also() == []


def series(state: str, moments: list[float], **labels: str) -> dict[str, Any]:
    """As Prometheus answers."""
    metric = {"__name__": "ALERTS", "alertname": STORE, "alertstate": state, **labels}
    return {"metric": metric, "values": [[each, "1"] for each in moments]}


def test_what_was_about_to_be_told_and_then_is_told_is_one_span() -> None:
    given = [series("pending", [10, 11, 12], part="mongo"), series("firing", [12, 13, 14], part="mongo")]
    assert spans(given, 1) == [Span(STORE, 10, 12, 14)]
    assert spans([series("pending", [10, 11])], 1) == [Span(STORE, 10, None, 11)]


def test_two_times_and_two_parts_are_spans_of_their_own() -> None:
    given = [series("firing", [10, 12, 30, 31], part="mongo"), series("firing", [12], part="s3")]
    assert spans(given, 1) == [Span(STORE, 10, 10, 12), Span(STORE, 30, 30, 31), Span(STORE, 12, 12, 12)]
