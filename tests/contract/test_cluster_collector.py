"""The collector of a cluster is where services send spans, and both of its halves are what a stack's is made of."""

import pytest
import yaml

from stack.mesh import check, network
from stack.observability import cluster, generate, telemetry
from stack.observability.telemetry import LOGS, TRACES
from tests.contract.conftest import ROOT
from tests.contract.findings import findings

FOLDER = ROOT / generate.COLLECTOR


def test_where_services_send_spans_is_where_they_are_taken() -> None:
    platform = yaml.safe_load((ROOT / "k8s" / "base" / "platform.yaml").read_text())
    place = f"https://{cluster.COLLECTOR}.{cluster.NAMESPACE}.svc.cluster.local:{cluster.SPANS}"
    assert platform["data"]["LOANFLOW_SERVER_OTLP_ENDPOINT"] == place
    assert cluster.NAMESPACE == network.SCRAPER_SPACE


def test_each_pipeline_is_in_one_of_both_and_no_more_than_it_needs() -> None:
    whole = telemetry.config(cluster.collected())
    parts: dict[str, set[str]] = {kind: set() for kind in ("receivers", "processors", "exporters", "extensions")}
    for pipeline in (LOGS, TRACES):
        one = telemetry.config(cluster.collected(), (pipeline,))
        assert one["service"]["pipelines"] == {pipeline: whole["service"]["pipelines"][pipeline]}
        for kind, seen in parts.items():
            seen.update(one[kind])
    assert parts == {kind: set(whole[kind]) for kind in parts}


def test_its_manifests_are_of_their_kinds() -> None:
    findings(f"{path}: {found}" for path in sorted(FOLDER.glob("*.yaml")) for found in check.in_file(path))


@pytest.mark.parametrize("name", [cluster.COLLECTOR, cluster.READER])
def test_it_is_of_the_version_that_a_stack_builds(name: str) -> None:
    pinned = (ROOT / "stack" / "observability" / "collector" / "go.mod").read_text()
    version = cluster.IMAGE.partition(":")[2]
    assert f"opentelemetry-collector-contrib/receiver/filelogreceiver v{version}\n" in pinned
    assert cluster.IMAGE in (FOLDER / f"{name}.yaml").read_text()


def test_both_mask_and_the_reader_looks_at_the_platforms_pods_alone() -> None:
    reader = telemetry.config(cluster.collected(), (LOGS,))
    stack = telemetry.config(cluster.collected(), (TRACES,))
    assert "redaction" in reader["processors"] and "redaction" in stack["processors"]
    assert reader["receivers"]["filelog"]["include"] == ["/var/log/pods/loanflow_*/*/*.log"]
    masks = [each for each in reader["receivers"]["filelog"]["operators"] if each["type"] == "regex_replace"]
    assert len(masks) == len(telemetry.MASKED)
