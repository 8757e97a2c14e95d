"""What is really exposed, by name: the metrics of the services' own registry, of the auditor, the archiver and others.

A metric here is the names of its labels; those that a scrape adds are among them.
"""

import ast
import importlib
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prometheus_client import PROCESS_COLLECTOR, REGISTRY, CollectorRegistry
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.utils import floatToGoString

from stack.audit.__main__ import Figures
from tests.contract.conftest import ROOT

SCRAPED = frozenset({"job", "instance"})
SERVICE, PART = SCRAPED | {"service"}, SCRAPED | {"part"}
# Of programs that are not ours: test_exporters.py holds them against those that run.
_DISK = SCRAPED | {"device", "fstype", "mountpoint"}
FOREIGN: dict[str, frozenset[str]] = {
    "up": SERVICE,
    "probe_success": PART,
    "probe_duration_seconds": PART,
    "probe_ssl_earliest_cert_expiry": PART,
    "node_filesystem_avail_bytes": _DISK,
    "node_filesystem_size_bytes": _DISK,
    "node_memory_MemAvailable_bytes": SCRAPED,
    "node_memory_MemTotal_bytes": SCRAPED,
    "node_load1": SCRAPED,
    "node_time_seconds": SCRAPED,
    "prometheus_notifications_dropped_total": SCRAPED,
    "prometheus_rule_evaluation_failures_total": SCRAPED | {"rule_group"},
}
# Held against a running one in tests/alerting.
ALERTMANAGER = {"alertmanager_notifications_failed_total": SCRAPED | {"integration", "reason"}}
_SUFFIXES = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}
_ARCHIVER = ROOT / "stack" / "backup" / "archiver.py"


@dataclass
class Exposed:
    """The labels of each series, and of a histogram's buckets their bounds."""

    labels: dict[str, frozenset[str]] = field(default_factory=dict)
    bounds: dict[str, frozenset[str]] = field(default_factory=dict)

    def add(self, metric: MetricWrapperBase, scraped: frozenset[str]) -> None:
        """All series of a metric."""
        for suffix in _SUFFIXES[str(metric._type)]:
            more = {"le"} if suffix == "_bucket" else set()
            self.labels[metric._name + suffix] = scraped | set(metric._labelnames) | more
        if metric._type == "histogram":
            bounds: Any = getattr(metric, "_upper_bounds")  # noqa: B009 it has no public name
            self.bounds[f"{metric._name}_bucket"] = frozenset(map(floatToGoString, bounds))


def of_code() -> Exposed:
    """What services, auditor and archiver expose."""
    found = Exposed(FOREIGN | ALERTMANAGER)
    for path in sorted((ROOT / "services").rglob("*.py")):
        if "prometheus_client" in path.read_text():
            importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    for metric in _metrics(REGISTRY):
        if metric._name.startswith("loanflow_"):
            found.add(metric, SERVICE)
    for metric in _metrics(Figures().registry):
        found.add(metric, SCRAPED)
    for family in PROCESS_COLLECTOR.collect():
        found.labels |= {sample.name: SERVICE for sample in family.samples}
    found.labels |= dict.fromkeys(_literal_gauges(_ARCHIVER), SCRAPED)
    return found


def _metrics(registry: CollectorRegistry) -> list[MetricWrapperBase]:
    return [each for each in registry._collector_to_names if isinstance(each, MetricWrapperBase)]


def _literal_gauges(path: Path) -> list[str]:
    """The names of the gauges without labels that a module makes while it runs."""
    calls = (each for each in ast.walk(ast.parse(path.read_text())) if isinstance(each, ast.Call))
    return [
        str(call.args[0].value)
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == "Gauge" and isinstance(call.args[0], ast.Constant)
    ]


def of_text(text: str, scraped: frozenset[str]) -> Exposed:
    """What a text in Prometheus' format exposes, with every value of `le`."""
    labels: dict[str, set[str]] = {}
    bounds: dict[str, set[str]] = {}
    for name, listed in re.findall(r"^(\w+)(?:\{(.*)\})? ", text, re.MULTILINE):
        pairs = dict(re.findall(r'(\w+)="([^"]*)"', listed))
        labels.setdefault(name, set(scraped)).update(pairs)
        if "le" in pairs:
            bounds.setdefault(name, set()).add(pairs["le"])
    return Exposed(
        {name: frozenset(each) for name, each in labels.items()},
        {name: frozenset(each) for name, each in bounds.items()},
    )
