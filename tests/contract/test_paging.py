"""Who is told of each alert, what silences it, and that the local Prometheus looks at all that the alerts ask for."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from services import catalog
from stack.layout import Layout
from stack.observability import alertmanager, rules
from stack.observability.alert import ALERTMANAGER, CRITICAL, EDGE, MACHINE, PARTS, PROMETHEUS, SERVICES
from stack.observability.telemetry import PROFILE
from stack.servers import alertmanager as server
from stack.servers import exporters, prometheus
from tests.contract.findings import findings, same

LIST = "stack/observability"
ROUTES, LOOKS = "stack/observability/alertmanager.py", "stack/servers/prometheus.py"
KNOWN = {each.name: each for each in rules.ALERTS}


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(18000, tmp_path)


def causes(name: str) -> set[str]:
    """All that an alert follows from, by however many steps; itself among them when that goes in a circle."""
    found, waiting = set[str](), list(KNOWN[name].follows)
    while waiting:
        if (cause := waiting.pop()) not in found:
            found.add(cause)
            waiting += KNOWN[cause].follows
    return found


def test_every_alert_has_a_receiver_of_its_severity() -> None:
    routes = alertmanager.config(alertmanager.Pager("key", "https://docs.example"))["route"]["routes"]
    routed = {matcher.split('"')[1] for route in routes for matcher in route["matchers"]}
    severities = {each.severity for each in rules.ALERTS}
    same(routed, severities, ROUTES, "give it a receiver", "no alert has this severity")


def test_an_alert_follows_from_alerts_that_there_are_and_not_from_itself() -> None:
    findings(
        f"{LIST}: {each.name} follows from {cause}, which is no alert"
        for each in rules.ALERTS for cause in each.follows if cause not in KNOWN
    )  # fmt: skip
    findings(f"{LIST}: {name} follows from itself" for name in KNOWN if name in causes(name))


def test_nobody_sleeps_through_a_critical_alert_because_of_a_warning() -> None:
    findings(
        f"{LIST}: {name} would be silenced by {cause}, for which nobody is woken"
        for name, alert in KNOWN.items() if alert.severity == CRITICAL
        for cause in causes(name) if KNOWN[cause].severity != CRITICAL
    )  # fmt: skip


def test_what_is_silenced_is_what_follows_says_and_of_the_same() -> None:
    silenced = set()
    for rule in alertmanager.inhibitions():
        [source], [target] = rule["source_matchers"], rule["target_matchers"]
        name = target.split('"')[1]
        for cause in source.split('"')[1].split("|"):
            silenced.add((name, cause))
            labels = KNOWN[name].labels.keys() & KNOWN[cause].labels.keys()
            equal = f"{ROUTES}: {cause} silences {name} of the same"
            same(rule.get("equal", []), labels, equal, "both have it", "not both have it")
    said = {(each.name, cause) for each in rules.ALERTS for cause in each.follows}
    same(silenced, said, ROUTES, "it is to be silenced", "follows does not say so")


def test_a_service_that_is_down_silences_only_what_is_of_it() -> None:
    [upstream] = [each for each in alertmanager.inhibitions() if "UpstreamUnhealthy" in each["target_matchers"][0]]
    assert upstream["equal"] == ["service"]


def test_prometheus_takes_the_configuration_of_the_stack(layout: Layout) -> None:
    prometheus.prepare(layout)
    assert shutil.which("promtool"), exporters.NEEDED
    checked = subprocess.run(
        ["promtool", "check", "config", str(layout.state / prometheus.FOLDER / "prometheus.yml")],
        check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout
    assert checked.stdout.count("rules found") == len(rules.rules())


def test_the_exporter_takes_the_ways_of_asking(layout: Layout) -> None:
    exporters.blackbox_prepare(layout)
    assert shutil.which("prometheus-blackbox-exporter"), exporters.NEEDED
    command = [*exporters.blackbox_command(layout), "--config.check"]
    done = subprocess.run(command, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 0, done.stdout


def test_every_service_part_and_job_that_alerts_ask_for_is_looked_at(layout: Layout) -> None:
    layout.set_brokers(3)
    layout.add_profile(PROFILE)
    jobs = {each["job_name"]: each for each in prometheus.config(layout)["scrape_configs"]}
    every = (SERVICES, EDGE, PARTS, MACHINE, PROMETHEUS, ALERTMANAGER)
    same(jobs, every, LOOKS, "look at it", "no alert asks for it")
    services = [each["labels"]["service"] for each in jobs[SERVICES]["static_configs"]]
    assert services == list(catalog.BY_NAME)
    parts = {each["labels"]["part"] for each in jobs[PARTS]["static_configs"]}
    named = {
        each for alert in rules.ALERTS for text in re.findall(r'part=~"([^"]+)"', alert.expr)
        for each in text.split("|")
    }  # fmt: skip
    findings(
        f"stack/servers/exporters.py: nobody asks {each}"
        for each in named if not any(re.fullmatch(each, part) for part in parts)
    )  # fmt: skip
    assert {"kafka-2", "kafka-3", "edge"} <= parts
    ways = {each["labels"]["__param_module"] for each in jobs[PARTS]["static_configs"]}
    same(exporters.modules("ca.pem"), ways, "stack/servers/exporters.py", "say how", "no part is asked so")


def test_the_stack_and_kubernetes_page_alike_but_for_where_to(layout: Layout) -> None:
    server.prepare(layout)
    local = yaml.safe_load((layout.state / server.FOLDER / "alertmanager.yml").read_text())
    placed = alertmanager.config(alertmanager.Pager("key", "https://docs.example"))
    assert local["route"] == placed["route"]
    assert local["inhibit_rules"] == placed["inhibit_rules"]
    differing = {"routing_key_file", "url", "http_config", "links"}
    for ours, theirs in zip(local["receivers"], placed["receivers"], strict=True):
        [here], [there] = ours["pagerduty_configs"], theirs["pagerduty_configs"]
        unlike = {key for key in here | there if here.get(key) != there.get(key)}
        same(unlike, differing, ROUTES, "another for the stack", "the same for both")
    assert len((layout.state / server.FOLDER / "pagerduty").read_text()) == 32
