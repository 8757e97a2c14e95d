"""Monitoring in a hurry: the same rules, looks and pages, with every span of time a tenth as long.

A fault that is played for seconds cannot be waited for by rules that wait for minutes. What Prometheus and Alertmanager
count off by themselves is scaled by one factor, and nothing else: ranges and offsets of queries, `for`, the intervals
of looks and rules, the pace of pages. A figure that something else measured, such as the age of an outbox in seconds,
and the number that it is compared with stay what they are.
"""

import re

from stack.layout import Layout
from stack.observability import alertmanager as paging
from stack.observability import rules as ours
from stack.observability.alert import Alert
from stack.servers import alertmanager, prometheus

FACTOR = 10
_MILLISECONDS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
# What stands between quotes is passed over.
_SPANS = re.compile(r'"(?:[^"\\]|\\.)*"|(?:(?<=\[)|(?<=\boffset ))(?P<span>\d+[a-z]+)')
# A name that is kept by a rule says of which range it is.
_LOOKS_BACK = re.compile(r"(?:\[|offset |:rate)(\d+[a-z]+)")
Json = ours.Json


def milliseconds(span: str) -> int:
    """A span of time in the notation of Prometheus, of one unit, such as `5m`; ValueError when it is none."""
    found = re.fullmatch(r"(\d+)([a-z]+)", span)
    if not found or found[2] not in _MILLISECONDS:
        raise ValueError(f"{span!r} is no span of one unit")
    return int(found[1]) * _MILLISECONDS[found[2]]


def brief(span: str) -> str:
    """The same span in a hurry; ValueError when it is no whole number of milliseconds then."""
    whole, rest = divmod(milliseconds(span), FACTOR)
    if rest or not whole:
        raise ValueError(f"{span} has no {FACTOR}th in milliseconds")
    return f"{whole}ms" if whole % 1000 else f"{whole // 1000}s"


def expression(expr: str) -> str:
    """A query whose ranges and offsets are brief."""
    return _SPANS.sub(lambda found: brief(found[0]) if found["span"] else found[0], expr)


def rules() -> dict[str, Json]:
    """The rule files of the platform, by name."""
    return {
        name: {**content, "groups": [_group(each) for each in content["groups"]]}
        for name, content in ours.rules().items()
    }


def _group(group: Json) -> Json:
    interval = {"interval": brief(group["interval"])} if "interval" in group else {}
    return {**group, **interval, "rules": [_rule(each) for each in group["rules"]]}


def _rule(rule: Json) -> Json:
    held = {"for": brief(rule["for"])} if "for" in rule else {}
    return {**rule, "expr": expression(rule["expr"]), **held}


def looking(layout: Layout) -> Json:
    """What prometheus.yml says."""
    return prometheus.config(layout, brief(prometheus.INTERVAL))


def paces() -> dict[str, paging.Pace]:
    """How long pages of each severity wait."""
    return {
        severity: paging.Pace(brief(each.wait), brief(each.interval), brief(each.repeat))
        for severity, each in paging.PACES.items()
    }


def pages(layout: Layout) -> Json:
    """What alertmanager.yml says."""
    return paging.config(alertmanager.pager(layout), paces())


def interval_seconds() -> float:
    """How often it is looked, and rules are gone by."""
    return milliseconds(brief(prometheus.INTERVAL)) / 1000


def held_seconds(alert: Alert) -> float:
    """How long an alert waits in a hurry."""
    return alert.minutes * 60 / FACTOR


def reach_seconds(alert: Alert) -> float:
    """How far an alert looks back in a hurry: for so long it may be told after its cause."""
    return max((milliseconds(each) / 1000 / FACTOR for each in _LOOKS_BACK.findall(alert.expr)), default=0.0)
