"""The files of Prometheus: rules, and the trials of promtool in which each alert is told for its fault and no other."""

import re
from typing import Any

from stack.observability import credit, edge, events, money, parts, services, slo
from stack.observability.alert import Alert

GROUPS = {
    "journeys": slo.ALERTS, "services": services.ALERTS, "events": events.ALERTS, "edge": edge.ALERTS,
    "parts": parts.ALERTS, "money": money.ALERTS, "credit": credit.ALERTS,
}  # fmt: skip
ALERTS: tuple[Alert, ...] = tuple(alert for alerts in GROUPS.values() for alert in alerts)
RUNBOOKS = "docs/runbooks"
# Windows of a day and more are looked at less often.
_LONG = re.compile(r":rate\dd$")
Json = dict[str, Any]


def rules() -> dict[str, Json]:
    """What goes into each rule file, by its name: what is kept of each journey, and the alerts of each group."""
    kept: dict[str, Json] = {}
    for journey in dict.fromkeys(each.journey for each in slo.records()):
        brief: list[Json] = []
        long: list[Json] = []
        for each in slo.records():
            if each.journey == journey:
                (long if _LONG.search(each.name) else brief).append(_record(each))
        kept[_file(journey)] = {
            "groups": [
                {"name": journey, "interval": "30s", "rules": brief},
                {"name": f"{journey}, for days", "interval": "5m", "rules": long},
            ]
        }
    told = {
        f"alerts-{name}.yml": {"groups": [{"name": name, "rules": [_alert(each) for each in alerts]}]}
        for name, alerts in GROUPS.items()
    }
    return kept | told


def _file(journey: str) -> str:
    return f"journey-{journey.replace(' ', '-')}.yml"


def _record(record: slo.Record) -> Json:
    return {"record": record.name, "expr": record.expr, "labels": {"journey": record.journey}}


def _alert(alert: Alert) -> Json:
    held = {"for": f"{alert.minutes}m"} if alert.minutes else {}
    summary = re.sub(r"\{(\w+)\}", r"{{ $labels.\1 }}", alert.summary)
    return {
        "alert": alert.name, "expr": alert.expr, **held, "labels": {"severity": alert.severity},
        "annotations": {"summary": summary, "runbook": f"{RUNBOOKS}/{alert.runbook}.md"},
    }  # fmt: skip


def trials() -> dict[str, Json]:
    """The files of `promtool test rules`, by their names: one for each group of alerts and step."""
    found: dict[str, Json] = {}
    for group, alert in ((group, alert) for group, alerts in GROUPS.items() for alert in alerts):
        kept = [_file(journey) for journey in {alert.labels.get("journey")} if journey]
        empty = {
            "rule_files": [f"alerts-{group}.yml", *kept],
            "evaluation_interval": f"{alert.step}m",
            "tests": [],
        }
        found.setdefault(f"{group}-{alert.step}m.test.yml", empty)["tests"].append(_trial(alert))
    return found


def _trial(alert: Alert) -> Json:
    healthy, faulty, healed = alert.phases
    told = {
        "exp_labels": {"severity": alert.severity, **alert.labels},
        "exp_annotations": {
            "summary": alert.summary.format(**alert.labels), "runbook": f"{RUNBOOKS}/{alert.runbook}.md",
        },
    }  # fmt: skip
    ends = [(healthy, []), (healthy + faulty, [told]), *([(sum(alert.phases), [])] if healed else [])]
    return {
        "name": alert.name,
        "interval": f"{alert.step}m",
        "input_series": [
            {"series": series, "values": course.values(alert.phases, alert.step)}
            for series, course in alert.courses.items()
        ],
        # The last moment of each phase.
        "alert_rule_test": [
            {"eval_time": f"{end - alert.step}m", "alertname": alert.name, "exp_alerts": expected}
            for end, expected in ends
        ],
    }
