"""The configuration of Alertmanager, for the local stack and for Kubernetes: who is paged, how soon, and for what not.

Critical alerts wake somebody, warnings wait for the morning: to PagerDuty both are one integration, and it goes by
their severity. All of one alert, of one part, are one page. What follows from an alert that is told is no page at all.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stack.observability import rules
from stack.observability.alert import CRITICAL, WARNING

Json = dict[str, Any]


@dataclass(frozen=True)
class Pager:
    """Where pages go: the key of PagerDuty's integration is in a file, and below `docs` are the pages of this project.

    Without `url` they go to PagerDuty itself; to a stand-in, whose authority is in `authority_file`, with it.
    """

    key_file: str
    docs: str
    url: str = ""
    authority_file: str = ""


@dataclass(frozen=True)
class Pace:
    """How long is waited for more of the same before its first page and its next, and when it is told again."""

    wait: str
    interval: str
    repeat: str


RECEIVERS = {CRITICAL: "on-call", WARNING: "morning"}
PACES = {CRITICAL: Pace("10s", "1m", "1h"), WARNING: Pace("1m", "10m", "24h")}
# Twelve services that cannot reach the broker are one page; a broker and a database that are away are two.
GROUPED_BY = ("alertname", "part")
_SUMMARY = (
    "{{ .CommonLabels.alertname }}: {{ range $at, $each := .Alerts }}{{ if $at }}; {{ end }}"
    "{{ $each.Annotations.summary }}{{ end }}"
)


def config(pager: Pager, paces: Mapping[str, Pace] = PACES) -> Json:
    """What alertmanager.yml says; of a severity that nobody thought of, somebody is woken."""
    return {
        "route": {
            "receiver": RECEIVERS[CRITICAL],
            "group_by": list(GROUPED_BY),
            **_pace(paces[CRITICAL]),
            "routes": [
                {"matchers": [f'severity="{severity}"'], "receiver": receiver, **_pace(paces[severity])}
                for severity, receiver in RECEIVERS.items()
            ],
        },
        "receivers": [_receiver(severity, pager) for severity in RECEIVERS],
        "inhibit_rules": inhibitions(),
    }


def inhibitions() -> list[Json]:
    """Which alerts silence which: those that `follows` names, of the same by all labels that both are told with."""
    known, found = {each.name: each for each in rules.ALERTS}, list[Json]()
    for alert in rules.ALERTS:
        causes = defaultdict[tuple[str, ...], list[str]](list)
        for name in alert.follows:
            causes[tuple(sorted(alert.labels.keys() & known[name].labels.keys()))].append(name)
        found += [
            {
                "source_matchers": [f'alertname=~"{"|".join(names)}"'],
                "target_matchers": [f'alertname="{alert.name}"'],
                **({"equal": list(equal)} if equal else {}),
            }
            for equal, names in causes.items()
        ]
    return found


def _pace(pace: Pace) -> Json:
    return {"group_wait": pace.wait, "group_interval": pace.interval, "repeat_interval": pace.repeat}


def _receiver(severity: str, pager: Pager) -> Json:
    """Where alerts of a severity go; both are words of PagerDuty's, too."""
    stand_in: Json = {"url": pager.url} if pager.url else {}
    if pager.authority_file:
        stand_in["http_config"] = {"tls_config": {"ca_file": pager.authority_file}}
    page = {
        "routing_key_file": pager.key_file,
        **stand_in,
        "send_resolved": True,
        "severity": severity,
        "description": _SUMMARY,
        "class": "{{ .CommonLabels.alertname }}",
        "component": "{{ or .CommonLabels.service .CommonLabels.part .CommonLabels.journey }}",
        "group": "loanflow",
        "source": "loanflow",
        "client": "LoanFlow",
        "client_url": "{{ (index .Alerts 0).GeneratorURL }}",
        "links": [{"href": f"{pager.docs}/{{{{ .CommonAnnotations.runbook }}}}", "text": "What to do"}],
    }
    return {"name": RECEIVERS[severity], "pagerduty_configs": [page]}
