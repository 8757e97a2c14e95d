"""One fault as those see it who are on call: what they are told of it, how soon, and until when."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit
from urllib.request import url2pathname

from stack import folders
from stack.observability import rules
from stack.observability.alert import CRITICAL, Alert
from tests import hurried
from tests.faults.spans import Span

ALERTS = {each.name: each for each in rules.ALERTS}
# Beyond what an alert waits and looks back: a part has to be down, its alert sent, the page taken, the part up again.
LATE_SECONDS, AFTER_SECONDS = 30.0, 60.0
_POLL_SECONDS = 0.3
T = TypeVar("T")


class Sight(Protocol):
    """What Prometheus and PagerDuty's stand-in have to say."""

    standing: frozenset[str]
    pages: bool

    def firing(self) -> set[str]:
        """The alerts that are told now, by name."""
        ...

    def spans(self, since: float) -> list[Span]:
        """The times since then in which alerts were told, or about to be."""
        ...

    def kept(self) -> list[Path]:
        """The pages that were taken, as files whose names sort by time."""
        ...


@dataclass(frozen=True)
class Told:
    """One alert of a fault: after how many seconds it was told, and how long after the fault it was over."""

    alert: str
    severity: str
    told_seconds: float | None
    over_seconds: float | None
    paged: bool


@dataclass
class Watched:
    """A fault that has these alerts, from its beginning on; `problems` are sentences."""

    sight: Sight
    alerts: Sequence[str]
    problems: list[str] = field(default_factory=list)
    ended: float = 0.0

    def __post_init__(self) -> None:
        self._before = {each.name for each in self.sight.kept()}
        self.began = time.time()

    def told(self) -> None:
        """Waits, within the fault, until each of its alerts is told, and somebody of it: of one that is over sooner
        than more of the same is waited for nobody is."""
        for name in self.alerts:
            patience = hurried.held_seconds(ALERTS[name]) + LATE_SECONDS
            if not within(patience, lambda name=name: self._fired(name)):  # type: ignore[misc]
                self.problems.append(f"{name} was not told within {patience:.0f} s")
            elif self._has_page(ALERTS[name]):
                within(_page_seconds(), lambda name=name: self._page(ALERTS[name]))  # type: ignore[misc]

    def healed(self) -> None:
        """The fault is over."""
        self.ended = time.time()

    def over(self) -> list[Told]:
        """Waits until none of its alerts is told any more; what became of them."""
        for name in self.alerts:
            patience = hurried.held_seconds(ALERTS[name]) + hurried.reach_seconds(ALERTS[name]) + AFTER_SECONDS
            if not within(patience, lambda name=name: name not in self.sight.firing()):  # type: ignore[misc]
                self.problems.append(f"{name} was still told {patience:.0f} s after the fault")
        if not self.alerts:
            self.problems += self._woken()
        return [self._became(ALERTS[name]) for name in self.alerts]

    def also(self) -> list[str]:
        """Of what else somebody was told meanwhile, ten times as soon as they would be."""
        others = {each.alert for each in self.sight.spans(self.began) if each.fired is not None}
        return sorted(others - {*self.alerts} - self.sight.standing)

    def _fired(self, name: str) -> list[Span]:
        return [each for each in self.sight.spans(self.began) if each.alert == name and each.fired is not None]

    def _became(self, alert: Alert) -> Told:
        if not (folders.CHECKOUT / rules.RUNBOOKS / f"{alert.runbook}.md").exists():
            self.problems.append(f"{alert.name} has no runbook {alert.runbook}")
        found = self._fired(alert.name)
        if not found:
            return Told(alert.name, alert.severity, None, None, paged=False)
        paged = self._has_page(alert)
        if paged:
            self.problems += self._paged(alert)
        told = min(each.fired for each in found if each.fired is not None) - self.began
        over = max(0.0, max(each.ended for each in found) - self.ended)
        return Told(alert.name, alert.severity, round(told, 1), round(over, 1), paged)

    def _has_page(self, alert: Alert) -> bool:
        """Of what follows from another alert of the fault nobody is paged while that one is told."""
        return self.sight.pages and not {*alert.follows} & {*self.alerts}

    def _paged(self, alert: Alert) -> Iterator[str]:
        page = self._page(alert)
        if not page:
            yield f"nobody was paged for {alert.name}"
            return
        if page["payload"]["severity"] != alert.severity:
            yield f"the page of {alert.name} is {page['payload']['severity']}"
        link = Path(url2pathname(urlsplit(page["links"][0]["href"]).path))
        if not link.exists() or link.stem != alert.runbook:
            yield f"the page of {alert.name} leads to {link}"
        if not within(_page_seconds(), lambda: self._resolved(page["dedup_key"])):
            yield f"nobody was told that {alert.name} is over"

    def _page(self, alert: Alert) -> dict[str, Any] | None:
        taken = (each for each in self._pages() if each["event_action"] == "trigger")
        return next((each for each in taken if each["payload"]["class"] == alert.name), None)

    def _resolved(self, key: str) -> bool:
        return any((each["event_action"], each["dedup_key"]) == ("resolve", key) for each in self._pages())

    def _pages(self) -> list[dict[str, Any]]:
        new = sorted(each for each in self.sight.kept() if each.name not in self._before)
        return [json.loads(each.read_text()) for each in new]

    def _woken(self) -> Iterator[str]:
        """What wakes somebody, and was so for as long as the real alert waits."""
        found = self.sight.spans(self.began)
        for alert in (each for each in rules.ALERTS if each.severity == CRITICAL):
            longest = max((each.seconds for each in found if each.alert == alert.name), default=-1.0)
            if longest >= 60 * alert.minutes and alert.name not in self.sight.standing:
                yield f"{alert.name} was so for {longest:.0f} s: somebody would have been woken"


def _page_seconds() -> float:
    """How long a page may take that waits for more of the same."""
    paces = hurried.paces().values()
    return LATE_SECONDS + max(
        hurried.milliseconds(each) / 1000 for pace in paces for each in (pace.wait, pace.interval)
    )


def within(seconds: float, asked: Callable[[], T]) -> T:
    """What is asked for, once it is so; what it is when the time is over."""
    deadline = time.monotonic() + seconds
    while not (found := asked()) and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
    return found
