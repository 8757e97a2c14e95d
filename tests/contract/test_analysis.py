"""By what a version is judged: every metric is exposed, and a bad version is told from a good one beside an old one."""

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.catalog import BY_NAME, SERVICES, Service
from stack.mesh import analysis, rollouts
from stack.mesh.analysis import SERVES, STANDS, VERSION, Metric
from stack.observability import journeys
from stack.observability.events import ALERTS
from tests.contract.findings import findings, same
from tests.contract.test_alert_rules import promtool
from tests.contract.test_observability import exposed, wrong

ANALYSIS = "stack/mesh/analysis.py:1"
METRICS = {each.name: each for each in analysis.metrics(SERVES)}
TEMPLATES = {each["metadata"]["name"]: each["spec"] for each in rollouts.templates()}
MINUTES = 20


def given(service: Service) -> dict[str, str]:
    """What Argo puts in the place of arguments, with a version of that name."""
    told = analysis.arguments(SERVES, service)
    return {each["name"]: each.get("value", "new") for each in told}


def asked(metric: Metric, service: Service) -> str:
    """The query that Argo asks."""
    return re.sub(r"\{\{args\.(\w+)\}\}", lambda found: given(service)[found[1]], metric.query)


def test_every_metric_and_label_is_exposed() -> None:
    # The platform's Prometheus adds the version (docs/platform.md).
    there = {name: labels | {VERSION} if "service" in labels else labels for name, labels in exposed().labels.items()}
    findings(
        (
            text
            for service in SERVICES
            for metric in METRICS.values()
            for text in wrong(f"stack/mesh/analysis.py: {metric.name} of {service.name}", asked(metric, service), there)
        ),
        "name one that is exposed, by services/runtime",
    )


@pytest.mark.parametrize("template", [STANDS, SERVES])
def test_what_is_asked_for_is_given(template: str) -> None:
    spec = TEMPLATES[template]
    declared = {each["name"] for each in spec["args"]}
    queries = [each["provider"]["prometheus"]["query"] for each in spec["metrics"]]
    named = {name for query in queries for name in re.findall(r"\{\{args\.(\w+)\}\}", query)}
    same(named, declared, ANALYSIS, "no query asks for this argument of the template", "declare it as an argument")
    for service in SERVICES:
        told = analysis.arguments(template, service)
        names = {each["name"] for each in told}
        same(names, declared, ANALYSIS, f"{service} does not give this argument", "the template has no such argument")
        assert [each for each in told if "value" not in each] == [
            {"name": VERSION, "valueFrom": {"podTemplateHashValue": "Latest"}}
        ]
    for each in spec["metrics"]:
        assert each["count"] > each["failureLimit"] > 0
        assert each["provider"]["prometheus"]["address"].startswith("https://")


def test_a_version_that_serves_is_judged_by_all_that_one_is_that_stands() -> None:
    standing = [each["name"] for each in TEMPLATES[STANDS]["metrics"]]
    assert [each["name"] for each in TEMPLATES[SERVES]["metrics"]] == [*standing, "failed", "slow"]


def test_limits_are_those_of_alerts_and_objectives() -> None:
    told = {each.name: each.expr for each in ALERTS}
    for name, alert in (("stalled", "ConsumerStalled"), ("outbox", "OutboxOld"), ("lag", "ConsumerBehind")):
        limit = METRICS[name].holds.rpartition("<= ")[2]
        assert limit.isdigit(), METRICS[name].holds
        assert told[alert].endswith(f" > {limit}")
    assert 0 < analysis.FAILED_SHARE < 0.01 < analysis.SLOW_SHARE < 0.2
    assert analysis.seconds(BY_NAME["kyc"]) == "0.5"
    assert {float(analysis.seconds(each)) for each in SERVICES} <= {each.seconds for each in journeys.JOURNEYS}


@dataclass(frozen=True)
class Trial:
    """Series, by their labels besides those of a service, at the new version: healthy and faulty; and what is found.

    What is found is the one value of the query, None where it finds nothing.
    """

    healthy: Mapping[str, str]
    finds: float | None
    faulty: Mapping[str, str]
    finds_then: float


_CALLS, _TIMED = "loanflow_grpc_calls_total", "loanflow_grpc_call_seconds_bucket"
TRIED = BY_NAME["notification"]
_RPC = f'method="/{TRIED.proto_service}/ListInbox"'
_STREAM = f'method="/{TRIED.proto_service}/StreamNotifications"'
TRIALS = {
    "ready": Trial({"loanflow_ready": "0x10 1x9"}, 1, {"loanflow_ready": "1x10 0x9"}, 0),
    "restarts": Trial(
        {"process_start_time_seconds": "100x20"}, 0, {"process_start_time_seconds": "100x15 200 300 400x3"}, 3
    ),
    "letters": Trial(
        {"loanflow_events_dead_lettered_total": "4x20"}, 4, {"loanflow_events_dead_lettered_total": "5x20"}, 5
    ),
    "stalled": Trial(
        {"loanflow_consumer_stalled_seconds": "3x20"}, 3, {"loanflow_consumer_stalled_seconds": "121x20"}, 121
    ),
    "outbox": Trial({"loanflow_outbox_oldest_seconds": "1x20"}, 1, {"loanflow_outbox_oldest_seconds": "61x20"}, 61),
    # A backlog that is worked off, and one that grows.
    "lag": Trial({"loanflow_consumer_lag": "90000-100x20"}, None, {"loanflow_consumer_lag": "12000+100x20"}, 14_000),
    # Four of 128 are few; sixteen of 128 are not.
    "failed": Trial(
        {f'{_CALLS}{{{_RPC}, code="OK"}}': "124x20", f'{_CALLS}{{{_RPC}, code="INTERNAL"}}': "4x20"}, None,
        {f'{_CALLS}{{{_RPC}, code="OK"}}': "112x20", f'{_CALLS}{{{_RPC}, code="INTERNAL"}}': "16x20"}, 0.125,
    ),
    # A stream that lasts is not slow; a quarter of the calls is.
    "slow": Trial(
        {
            f'{_TIMED}{{{_RPC}, le="0.5"}}': "120x20", f'{_TIMED}{{{_RPC}, le="+Inf"}}': "128x20",
            f'{_TIMED}{{{_STREAM}, le="0.5"}}': "0x20", f'{_TIMED}{{{_STREAM}, le="+Inf"}}': "500x20",
        }, 0.0625,
        {f'{_TIMED}{{{_RPC}, le="0.5"}}': "96x20", f'{_TIMED}{{{_RPC}, le="+Inf"}}': "128x20"}, 0.25,
    ),
}  # fmt: skip


def series(values: Mapping[str, str], version: str) -> list[dict[str, str]]:
    """The series as promtool takes them, of a replica of a version."""
    own = f'service="{TRIED.name}", job="services", instance="{version}:1", {VERSION}="{version}"'
    made = []
    for name, course in values.items():
        metric, _, labels = name.partition("{")
        inside = ", ".join(each for each in (own, labels.removesuffix("}")) if each)
        made.append({"series": f"{metric}{{{inside}}}", "values": course})
    return made


def played(metric: Metric, at: list[dict[str, str]], expected: float | None, folder: Path) -> None:
    """Has promtool ask the query of these series, and find what is expected."""
    samples = [] if expected is None else [{"labels": "{}", "value": expected}]
    query = {"expr": asked(metric, TRIED), "eval_time": f"{MINUTES}m", "exp_samples": samples}
    trial = {"interval": "1m", "input_series": at, "promql_expr_test": [query]}
    (folder / "trial.yml").write_text(yaml.safe_dump({"evaluation_interval": "1m", "tests": [trial]}))
    done: subprocess.CompletedProcess[Any] = promtool("test", "rules", "trial.yml", where=folder)
    assert done.returncode == 0, f"{metric.name}: {done.stdout}"


def good(metric: Metric, found: float | None) -> bool:
    """What Argo's condition says of a result."""
    words = metric.holds.replace("||", "or").replace("&&", "and")
    result = [] if found is None else [found]
    return bool(eval(words, {"len": len, "result": result}))


def test_every_metric_has_its_trial() -> None:
    assert list(TRIALS) == list(METRICS)


@pytest.mark.parametrize("name", TRIALS)
def test_a_bad_version_is_told_from_a_good_one_beside_an_old_one(name: str, tmp_path: Path) -> None:
    metric, trial = METRICS[name], TRIALS[name]
    # Of the lag both versions have their parts; of all else each version has its own.
    other = {} if name == "lag" else trial.faulty
    played(metric, [*series(trial.healthy, "new"), *series(other, "old")], trial.finds, tmp_path)
    assert good(metric, trial.finds)
    other = {} if name == "lag" else trial.healthy
    played(metric, [*series(trial.faulty, "new"), *series(other, "old")], trial.finds_then, tmp_path)
    assert not good(metric, trial.finds_then)


def test_a_version_of_which_nothing_is_known_is_not_let_in(tmp_path: Path) -> None:
    """As when Prometheus does not tell versions apart: each other metric finds nothing, and that is good of it."""
    for name, metric in METRICS.items():
        played(metric, [] if name == "lag" else series(TRIALS[name].faulty, "old"), None, tmp_path)
        assert good(metric, None) is (name != "ready")
