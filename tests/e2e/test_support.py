"""What is packed of a stack that runs, and that none of its secrets is in it."""

import json
import tarfile
from pathlib import Path

from services.catalog import BY_NAME
from stack.layout import Layout
from stack.observability import support


def test_of_a_stack_that_runs_all_is_packed_but_its_secrets(layout: Layout, tmp_path: Path) -> None:
    path = tmp_path / "loanflow.tar.gz"
    support.pack(layout, path)
    with tarfile.open(path) as archive:
        packed = {each.name.partition("/")[2]: archive.extractfile(each) for each in archive}
        found = {name: file.read().decode() for name, file in packed.items() if file is not None}
    for name in BY_NAME:
        assert "loanflow_grpc_calls_total" in found[f"figures/{name}.txt"]
        assert "LOANFLOW_KAFKA_" in found[f"settings/{name}.env"]
        assert "loanflow" in found[f"logs/{name}.log"]
    assert "envoy_cluster_membership_healthy" in found["figures/edge.txt"]
    assert "kyc::127.0.0.1" in found["edge/clusters.txt"]
    running = {each["name"]: each["state"] for each in json.loads(found["processes.json"])}
    assert {running[name] for name in BY_NAME} == {"RUNNING"}
    secrets = set(support.secrets_of(layout))
    assert len(secrets) > 50
    findings = {name for name, text in found.items() for each in secrets if each in text}
    assert not findings
