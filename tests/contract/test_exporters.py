"""What alerts and boards ask of programs that are not ours is what those of Debian expose when they run."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
import yaml

from stack.layout import Layout
from stack.observability import generate, rules
from stack.servers import exporters
from tests.bases import own_base
from tests.contract.conftest import ROOT, RunningEdge
from tests.contract.exposed import FOREIGN, SCRAPED, of_text
from tests.contract.findings import findings
from tests.waiting import until

PROGRAMS = ("prometheus", "prometheus-blackbox-exporter", "prometheus-node-exporter")
NEEDED = f"needed: RUNLEVEL=1 apt-get install --no-install-recommends {' '.join(PROGRAMS)}"
TLS = {"modules": {"tls": {"prober": "tcp", "tcp": {"tls": True, "tls_config": {"insecure_skip_verify": True}}}}}


@pytest.fixture(scope="module")
def exposed(edge: RunningEdge, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """All that they expose, as one text; Prometheus has every rule loaded, and looks at itself."""
    assert all(map(shutil.which, PROGRAMS)), NEEDED
    folder = tmp_path_factory.mktemp("exporters")
    (folder / "blackbox.yml").write_text(yaml.safe_dump(TLS))
    files = [str(ROOT / generate.RULES / name) for name in rules.rules()]
    (folder / "prometheus.yml").write_text(json.dumps({"rule_files": files, "scrape_configs": []}))
    with own_base() as base, ExitStack() as running:
        at = {name: f"127.0.0.1:{base + number}" for number, name in enumerate(PROGRAMS, 1)}
        more = {
            "prometheus": ["--config.file=prometheus.yml", "--storage.tsdb.path=data"],
            "prometheus-blackbox-exporter": ["--config.file=blackbox.yml"],
        }
        for name, address in at.items():
            command = [name, f"--web.listen-address={address}", *more.get(name, ())]
            with (folder / f"{name}.log").open("wb") as log:
                process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT)
            running.callback(process.wait, 10)
            running.callback(process.terminate)
        target = edge.tls_url.removeprefix("https://")
        urls = [
            f"http://{at['prometheus']}/metrics",
            f"http://{at['prometheus-blackbox-exporter']}/probe?module=tls&target={target}",
            f"http://{at['prometheus-node-exporter']}/metrics",
        ]
        texts = list[str]()
        until(lambda: _all(urls, texts))
        yield "\n".join(texts)


def _all(urls: list[str], texts: list[str]) -> bool:
    try:
        texts[:] = [httpx.get(url).raise_for_status().text for url in urls]
    except httpx.HTTPError:
        return False
    # It is counted once the rules are loaded.
    return "prometheus_rule_evaluation_failures_total" in texts[0]


def test_every_metric_and_label_of_the_exporters_is_exposed(exposed: str) -> None:
    there = of_text(exposed, SCRAPED | {"part"}).labels
    # Prometheus itself adds it to each scrape.
    wanted = {name: labels for name, labels in FOREIGN.items() if name != "up"}
    wrong = [f"{name}: no such metric" for name in wanted if name not in there]
    wrong += [
        f"{name}: no label {label}" for name, labels in wanted.items() for label in labels - there.get(name, labels)
    ]
    findings(wrong, "name in tests/contract/exposed.py what they expose")


def test_the_edge_shows_when_its_certificate_ends(exposed: str) -> None:
    assert "\nprobe_success 1\n" in exposed


def test_what_archiver_and_audit_write_is_passed_on(tmp_path: Path) -> None:
    with own_base() as base:
        layout = Layout(base, tmp_path)
        (layout.figures / "backup.prom").write_text("loanflow_backup_until_time_seconds 7\n")
        process = subprocess.Popen(exporters.node_command(layout), stderr=subprocess.DEVNULL)
        try:
            texts = list[str]()
            until(lambda: _answered(f"http://127.0.0.1:{layout.ports.of('node')}/metrics", texts))
        finally:
            process.terminate()
            process.wait(10)
    assert "\nloanflow_backup_until_time_seconds 7\n" in texts[0]


def _answered(url: str, texts: list[str]) -> bool:
    try:
        texts[:] = [httpx.get(url).raise_for_status().text]
    except httpx.HTTPError:
        return False
    return True
