"""What is delivered to run elsewhere: the workflows run our commands, and production names its image by digest."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from stack.mesh import check
from tests.contract.conftest import ROOT
from tests.contract.findings import findings

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
OVERLAY = ROOT / "k8s" / "overlays" / "production" / "kustomization.yaml"
# A commit's digest, or all three numbers of a version.
EXACT = re.compile(r"[\w.-]+/[\w./-]+@(?:[0-9a-f]{40}|v\d+\.\d+\.\d+)")
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
# What an offline machine cannot do.
ONLINE = ("pip-audit", "anchore/scan-action", "cosign sign", "imagetools inspect")


def workflow(path: Path) -> dict[str, Any]:
    """Read; YAML takes the key `on` for true."""
    found: dict[str, Any] = yaml.safe_load(path.read_text())
    return found


def steps(path: Path) -> list[dict[str, Any]]:
    return [step for job in workflow(path)["jobs"].values() for step in job["steps"]]


def test_every_action_is_named_exactly() -> None:
    used = [(path, step["uses"]) for path in WORKFLOWS for step in steps(path) if "uses" in step]
    assert used
    loose = [f"{path.relative_to(ROOT)}: {name}" for path, name in used if not EXACT.fullmatch(name)]
    findings(loose, "name a version in full, or a commit")
    assert "helpers:pinGitHubActionDigests" in (ROOT / "renovate.json").read_text()


def test_each_job_has_few_rights_and_an_end() -> None:
    for path in WORKFLOWS:
        assert workflow(path)["permissions"] == {"contents": "read"}, path
        endless = [name for name, job in workflow(path)["jobs"].items() if "timeout-minutes" not in job]
        findings([f"{path.relative_to(ROOT)}: {name}" for name in endless], "give it timeout-minutes")


def test_what_is_run_here_is_run_there_and_more() -> None:
    said = "\n".join(path.read_text() for path in WORKFLOWS)
    commands = said + (ROOT / ".ci" / "run").read_text()
    assert ".ci/run" in said
    missing = [name for name in ONLINE if name not in said]
    findings([f".github/workflows: nothing runs {name}" for name in missing], "add a step")
    made = {name for line in re.findall(r"\bmake ((?:[a-z-]+ ?)+)", commands) for name in line.split()}
    assert {"check-sources", "check-docs", "scan", "test"} <= made <= TARGETS


def test_the_base_of_the_image_is_an_argument_that_a_release_gives_by_digest() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert set(re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)) == {"${BASE}"}
    [build] = [step["with"] for path in WORKFLOWS for step in steps(path) if "build-args" in step.get("with", {})]
    assert build["build-args"].startswith("BASE=${{")


def test_production_names_its_image_by_digest() -> None:
    findings(f"{OVERLAY.relative_to(ROOT)}: {found}" for found in check.in_file(OVERLAY))


DIGEST = "    digest: sha256:" + "0" * 64 + "\n"


@pytest.mark.parametrize(
    "instead", ["    newTag: 0.1.0\n", DIGEST + "    newTag: 0.1.0\n", "    digest: sha256:0\n", ""]
)
def test_a_tag_in_production_is_refused(instead: str, tmp_path: Path) -> None:
    overlay = tmp_path / OVERLAY.relative_to(ROOT)
    overlay.parent.mkdir(parents=True)
    (tmp_path / "k8s" / "base").symlink_to(ROOT / "k8s" / "base")
    (overlay.parent / "place").symlink_to(OVERLAY.parent / "place")
    text = OVERLAY.read_text()
    assert DIGEST in text
    overlay.write_text(text)
    findings(f"{overlay}: {found}" for found in check.in_file(overlay))
    overlay.write_text(text.replace(DIGEST, instead))
    assert any("loanflow has no digest" in found for found in check.in_file(overlay))
