"""The times in which alerts were told, of the series `ALERTS` that Prometheus keeps of its own rules."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

FIRING = "firing"


@dataclass(frozen=True)
class Span:
    """What an alert asks for was so from `began` to `ended`, and told from `fired` on, if ever; in Unix seconds."""

    alert: str
    began: float
    fired: float | None
    ended: float

    @property
    def seconds(self) -> float:
        """How long it was so."""
        return self.ended - self.began


def spans(series: Iterable[Mapping[str, Any]], step: float) -> list[Span]:
    """The spans of each of whom an alert is told, of an answer of Prometheus with a sample each `step` seconds.

    A single sample that is missing ends none: it may have come a moment late.
    """
    moments = defaultdict[tuple[tuple[str, str], ...], dict[float, bool]](dict)
    for each in series:
        labels = {name: value for name, value in each["metric"].items() if name not in ("__name__", "alertstate")}
        told = each["metric"]["alertstate"] == FIRING
        states = moments[tuple(sorted(labels.items()))]
        for moment, _ in each["values"]:
            # About to be told until a moment ago, and told now: it is told.
            states[moment] = told or states.get(moment, False)
    return [span for labels, states in moments.items() for span in _of_one(dict(labels)["alertname"], states, step)]


def _of_one(alert: str, states: Mapping[float, bool], step: float) -> Iterator[Span]:
    run: list[float] = []
    for moment in [*sorted(states), float("inf")]:
        if run and moment - run[-1] > 2.5 * step:
            yield Span(alert, run[0], next((each for each in run if states[each]), None), run[-1])
            run = []
        run.append(moment)
