"""The collector takes the configurations of a cluster, and the reader of a node masks and tells lines as a stack's."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from stack import folders
from stack.layout import Layout
from stack.observability import cluster, telemetry
from stack.observability.telemetry import LOGS
from stack.servers import logstore
from tests.started import started
from tests.telemetry.test_telemetry import searched
from tests.waiting import until

TRACE = "ab" * 16


@pytest.mark.parametrize("name", [cluster.COLLECTOR, cluster.READER])
def test_the_collector_takes_the_configuration_of_a_cluster(layout: Layout, tmp_path: Path, name: str) -> None:
    objects = list(yaml.safe_load_all(cluster.files()[f"{name}.yaml"]))
    [settings] = [each for each in objects if each["kind"] == "ConfigMap"]
    file = tmp_path / "collector.yml"
    # What a pod mounts is not here.
    file.write_text(settings["data"]["collector.yml"].replace("/var/lib/offsets", str(tmp_path)))
    done = subprocess.run(
        [str(folders.collector() / "collector"), "validate", "--config", str(file)],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.fixture
def pods(layout: Layout, tmp_path: Path) -> Iterator[Path]:
    """The reader of a node, whose pods' files are in the folder that it gives."""
    ports, folder = layout.ports, tmp_path / "pods"
    (tmp_path / "offsets").mkdir()
    folder.mkdir()
    given = replace(
        cluster.collected(), health=f"127.0.0.1:{ports.of('blackbox')}", figures_port=ports.of("node"), authority="",
        figures_host="127.0.0.1", logs=str(folder), offsets=str(tmp_path / "offsets"), log_store=logstore.url(layout),
    )  # fmt: skip
    file = tmp_path / "reader.yml"
    file.write_text(yaml.safe_dump(telemetry.config(given, (LOGS,))))
    command = [str(folders.collector() / "collector"), "--config", str(file)]
    with started(layout, "reader", command, lambda _: None):
        yield folder


def test_a_line_of_a_pod_is_taken_apart_and_masked(layout: Layout, pods: Path) -> None:
    line = {
        "Timestamp": datetime.now(UTC).isoformat(), "TraceId": TRACE, "SpanId": "cd" * 8, "SeverityText": "WARNING",
        "SeverityNumber": 13, "Body": "mail to ada@example.org sent", "Resource": {"service.name": "kyc"},
        "InstrumentationScope": {"Name": "kyc"}, "Attributes": {"amount": "12000.00"},
    }  # fmt: skip
    folder = pods / "loanflow_kyc-7d9f8b6c5-x2x4z_8f0e0f4e-0000-4000-8000-000000000001" / "kyc"
    folder.mkdir(parents=True)
    text, now = json.dumps(line), f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}000Z"
    # As containerd writes it: with its time, its stream, and in pieces where it is long.
    (folder / "0.log").write_text(f"{now} stderr P {text[:90]}\n{now} stderr F {text[90:]}\n")
    elsewhere = pods / "other_pod_8f0e0f4e-0000-4000-8000-000000000002" / "pod"
    elsewhere.mkdir(parents=True)
    (elsewhere / "0.log").write_text(f"{now} stdout F of nobody {TRACE}\n")
    until(lambda: searched(layout, f'trace_id:="{TRACE}"'), "the line")
    [found] = searched(layout, f'trace_id:="{TRACE}"')
    assert found["_msg"] == f"mail to {telemetry.MASK} sent"
    assert (found["service.name"], found["part"], found["severity_text"]) == ("kyc", "kyc", "WARNING")
    assert found["k8s.pod.name"] == "kyc-7d9f8b6c5-x2x4z"
    assert not searched(layout, f'"of nobody {TRACE}"')
