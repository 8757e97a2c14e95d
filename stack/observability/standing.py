"""Judges alerts by figures of one moment, without Prometheus: those that compare what stands there with a number.

What asks for a history, such as a rate, is not judged. The forms are those of the list, and no more of PromQL.
"""

import operator
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

Labels = Mapping[str, str]
_TOGETHER: dict[str, Callable[[Iterable[float]], float]] = {"max": max, "min": min, "sum": sum}
_COMPARE = {">": operator.gt, ">=": operator.ge, "<": operator.lt, "==": operator.eq}
_SELECTOR = r"[a-zA-Z_:][\w:]*(?:\{[^}]*\})?"
_RATIO = rf"(?P<over>{_SELECTOR})(?: / (?P<under>{_SELECTOR}))?"
_GROUPED = rf"(?P<aggregate>max|min|sum)(?: by \((?P<by>[\w, ]+)\))? ?\({_RATIO}\)"
_PLAIN = _RATIO.replace("?P<", "?P<plain_")
_FORM = re.compile(
    rf"(?P<since>time\(\) - )?(?:{_GROUPED}|{_PLAIN})"
    r"(?P<until> - time\(\))? (?P<sign>>=|>|<|==) (?P<number>[\d.]+(?: \* \d+)*)"
)
_ABSENT = re.compile(rf"absent\((?P<selector>{_SELECTOR})\)")
_RENAMED = re.compile(r'label_replace\((?P<inner>.*), "(?P<new>\w+)", "\$1", "(?P<old>\w+)", "\(\.\*\)"\)')
_MATCHER = re.compile(r'(\w+)(=~|!~|=|!=)"([^"]*)"')


@dataclass(frozen=True)
class Sample:
    """One figure of this moment."""

    name: str
    labels: Labels
    value: float


def judge(expr: str, samples: Iterable[Sample], now: float) -> list[Labels] | None:
    """With which labels an alert would be told; None when it cannot be judged so. `now` is in Unix seconds."""
    there, told = list(samples), list[Labels]()
    for part in expr.split(" or "):
        found = _part(part, there, now)
        if found is None:
            return None
        told += found
    return told


def _part(expr: str, samples: list[Sample], now: float) -> list[Labels] | None:
    if renamed := _RENAMED.fullmatch(expr):
        inner = _part(renamed["inner"], samples, now)
        return inner and [{**labels, renamed["new"]: labels[renamed["old"]]} for labels in inner]
    if absent := _ABSENT.fullmatch(expr):
        return [] if _select(absent["selector"], samples) else [{}]
    form = _FORM.fullmatch(expr)
    if form is None:
        return None
    limit = 1.0
    for factor in form["number"].split(" * "):
        limit *= float(factor)
    told = []
    for labels, value in _values(form, samples):
        value = now - value if form["since"] else value - now if form["until"] else value
        if _COMPARE[form["sign"]](value, limit):
            told.append(labels)
    return told


def _values(form: re.Match[str], samples: list[Sample]) -> list[tuple[Labels, float]]:
    plain = "" if form["aggregate"] else "plain_"
    over, under = form[f"{plain}over"], form[f"{plain}under"]
    found = [(each.labels, each.value) for each in _select(over, samples)]
    if under:
        divisors = {_key(each.labels): each.value for each in _select(under, samples)}
        found = [(labels, value / divisors[_key(labels)]) for labels, value in found if divisors.get(_key(labels))]
    if not form["aggregate"]:
        return found
    names = form["by"].split(", ") if form["by"] else []
    groups = defaultdict[tuple[tuple[str, str], ...], list[float]](list)
    for labels, value in found:
        groups[tuple((name, labels.get(name, "")) for name in names)].append(value)
    together = _TOGETHER[form["aggregate"]]
    return [(dict(key), together(values)) for key, values in groups.items()]


def _select(selector: str, samples: list[Sample]) -> list[Sample]:
    name, _, listed = selector.partition("{")
    matchers = _MATCHER.findall(listed)
    return [
        each
        for each in samples
        if each.name == name and all(_met(each.labels.get(label, ""), sign, text) for label, sign, text in matchers)
    ]


def _met(value: str, sign: str, text: str) -> bool:
    same = re.fullmatch(text, value) is not None if "~" in sign else value == text
    return same is not sign.startswith("!")


def _key(labels: Labels) -> frozenset[tuple[str, str]]:
    return frozenset(labels.items())
