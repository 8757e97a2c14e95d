"""Prometheus: looks at every service, the edge, the parts and the machine, and tells Alertmanager what is wrong."""

import shutil
from typing import Any

import yaml

from services import catalog
from stack import probes
from stack.layout import Layout, write_private
from stack.observability import rules
from stack.observability.alert import ALERTMANAGER, EDGE, MACHINE, PARTS, PROMETHEUS, SERVICES
from stack.servers import exporters

FOLDER = "prometheus"
RETENTION = "7d"
# How often it looks, and goes by its rules.
INTERVAL = "15s"
_RULES = "rules"


def url(layout: Layout) -> str:
    """Its page, and its API."""
    return f"http://127.0.0.1:{layout.ports.of('prometheus')}"


def config(layout: Layout, interval: str = INTERVAL) -> dict[str, Any]:
    """What prometheus.yml says; it looks, and goes by its rules, once in an `interval`."""
    return {
        "global": {"scrape_interval": interval, "evaluation_interval": interval},
        "rule_files": [f"{_RULES}/{name}" for name in rules.rules()],
        "alerting": {"alertmanagers": [{"static_configs": [_at(layout, "alertmanager")]}]},
        "scrape_configs": [
            {"job_name": SERVICES, "static_configs": [_service(layout, name) for name in catalog.BY_NAME]},
            {"job_name": EDGE, "metrics_path": "/stats/prometheus", "static_configs": [_at(layout, "edge admin")]},
            {
                "job_name": PARTS,
                "metrics_path": "/probe",
                "static_configs": [_part(name, *how) for name, how in exporters.asked(layout).items()],
                "relabel_configs": _asked_by(f"127.0.0.1:{layout.ports.of('blackbox')}"),
            },
            {"job_name": MACHINE, "static_configs": [_at(layout, "node")]},
            {"job_name": PROMETHEUS, "static_configs": [_at(layout, "prometheus")]},
            {"job_name": ALERTMANAGER, "static_configs": [_at(layout, "alertmanager")]},
        ],
    }


def _at(layout: Layout, part: str) -> dict[str, Any]:
    return {"targets": [f"127.0.0.1:{layout.ports.of(part)}"]}


def _service(layout: Layout, name: str) -> dict[str, Any]:
    return {"targets": [f"127.0.0.1:{layout.ports.metrics(name)}"], "labels": {"service": name}}


def _part(name: str, how: str, address: str) -> dict[str, Any]:
    return {"targets": [address], "labels": {"part": name, "__param_module": how}}


def _asked_by(exporter: str) -> list[dict[str, Any]]:
    """Has the exporter asked about a target, not the target itself."""
    return [
        {"source_labels": ["__address__"], "target_label": "__param_target"},
        {"source_labels": ["__param_target"], "target_label": "instance"},
        {"target_label": "__address__", "replacement": exporter},
    ]


def command(layout: Layout) -> list[str]:
    """The server."""
    folder = layout.folder(FOLDER)
    return [
        shutil.which("prometheus") or "prometheus", f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}", f"--storage.tsdb.retention.time={RETENTION}",
        f"--web.external-url={url(layout)}", f"--web.listen-address=127.0.0.1:{layout.ports.of('prometheus')}",
        # From a slow call of a histogram to its trace.
        "--enable-feature=exemplar-storage",
    ]  # fmt: skip


def prepare(layout: Layout) -> None:
    """Writes its configuration and the rules, which its account could not read in the checkout."""
    folder = layout.folder(FOLDER)
    layout.folder(f"{FOLDER}/{_RULES}")
    for name, content in rules.rules().items():
        write_private(folder / _RULES / name, yaml.safe_dump(content, sort_keys=False, allow_unicode=True))
    write_private(folder / "prometheus.yml", yaml.safe_dump(config(layout), sort_keys=False))


def ready(layout: Layout) -> None:
    """Returns when it answers queries."""
    probes.http_ok(layout.ports.of("prometheus"), "/-/ready")
