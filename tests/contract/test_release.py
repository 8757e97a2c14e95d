"""What is delivered to run elsewhere: the workflows run our commands, and production names its image by digest."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from stack.mesh import check, promotion
from stack.mesh.places import PLACES
from tests.contract.conftest import ROOT
from tests.contract.findings import findings

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
OVERLAY = ROOT / "k8s" / "overlays" / "production" / "kustomization.yaml"
# A commit's digest, or all three numbers of a version.
EXACT = re.compile(r"[\w.-]+/[\w./-]+@(?:[0-9a-f]{40}|v\d+\.\d+\.\d+)")
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
# What an offline machine cannot do.
ONLINE = (
    "pip-audit", "anchore/scan-action", "cosign sign", "cosign verify", "imagetools inspect", "provenance: mode=max",
    "sbom: true", "actionlint", "zaproxy/action-api-scan", "SonarSource/sonarqube-scan-action", "k6 run",
)  # fmt: skip


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
    assert set(re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)) == {"${BASE}", "scratch"}
    named = re.findall(r"^ARG BASE=(\S+)$", dockerfile, re.MULTILINE)
    assert (
        len(named) == 1
        and "sed -n 's/^ARG BASE=//p' Dockerfile" in (ROOT / ".github/workflows/release.yml").read_text()
    )
    [build] = [step["with"] for path in WORKFLOWS for step in steps(path) if "build-args" in step.get("with", {})]
    assert build["build-args"].startswith("BASE=${{")


def test_production_names_its_image_by_digest() -> None:
    findings(f"{OVERLAY.relative_to(ROOT)}: {found}" for found in check.in_file(OVERLAY))


DIGEST = re.compile(r"    digest: sha256:[0-9a-f]{64}\n")
TAGGED = f"    digest: sha256:{'0' * 64}\n    newTag: 0.1.0\n"


@pytest.mark.parametrize("instead", ["    newTag: 0.1.0\n", TAGGED, "    digest: sha256:0\n", ""])
def test_a_tag_in_production_is_refused(instead: str, tmp_path: Path) -> None:
    overlay = tmp_path / OVERLAY.relative_to(ROOT)
    overlay.parent.mkdir(parents=True)
    (tmp_path / "k8s" / "base").symlink_to(ROOT / "k8s" / "base")
    (overlay.parent / "place").symlink_to(OVERLAY.parent / "place")
    text = OVERLAY.read_text()
    assert DIGEST.search(text)
    overlay.write_text(text)
    findings(f"{overlay}: {found}" for found in check.in_file(overlay))
    overlay.write_text(DIGEST.sub(instead, text))
    assert any("loanflow has no digest" in found for found in check.in_file(overlay))


def test_the_workflows_may_write_only_what_they_make() -> None:
    """A job that may write says so itself: the image and its signature, or a branch and the pull request for it."""
    asked = {
        f"{path.name} {name}": {right for right, level in job["permissions"].items() if level == "write"}
        for path in WORKFLOWS
        for name, job in workflow(path)["jobs"].items()
        if "permissions" in job
    }
    assert asked == {
        "release.yml image": {"packages", "id-token"},
        "release.yml propose": {"contents", "pull-requests"},
        "promote.yml propose": {"contents", "pull-requests"},
    }
    said = "\n".join(path.read_text() for path in WORKFLOWS)
    assert not re.search(r"\b(kubectl|helm|argocd|KUBECONFIG)\b", said), "a workflow has no way to a cluster"


def test_a_promotion_is_for_every_place_but_the_first() -> None:
    found = workflow(ROOT / ".github" / "workflows" / "promote.yml")
    # YAML takes the key `on` for true.
    place = found[True]["workflow_dispatch"]["inputs"]["place"]  # type: ignore[index]
    assert place["options"] == [each.name for each in PLACES if each.after]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of a repository with the overlays, and a stand-in of GitHub's program that notes what it is told."""
    subprocess.run(["git", "init", "--quiet", "--bare", tmp_path / "origin"], check=True)
    folder = tmp_path / "checkout"
    for name in (".ci/propose", *(f"k8s/overlays/{each.name}/kustomization.yaml" for each in PLACES)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    gh = tmp_path / "bin" / "gh"
    gh.parent.mkdir()
    # It lists what it created.
    gh.write_text('#!/bin/sh\n[ "$2" = list ] && { test -e ../told && echo 1; exit 0; }\necho "$@" >> ../told\n')
    gh.chmod(0o755)
    for command in (["init", "--quiet", "-b", "main"], ["remote", "add", "origin", "../origin"], ["add", "."], COMMIT):
        subprocess.run(["git", *command], cwd=folder, check=True)
    return folder


COMMIT = ["-c", "user.name=a", "-c", "user.email=a@loanflow.example", "commit", "--quiet", "--message", "first"]


def proposed(checkout: Path, place: str) -> str:
    """Has the image of the overlay asked for, and gives back what was told to GitHub until then."""
    path = f"{checkout.parent / 'bin'}{os.pathsep}{os.environ['PATH']}"
    subprocess.run([".ci/propose", place], cwd=checkout, check=True, env={**os.environ, "PATH": path})
    told = checkout.parent / "told"
    return told.read_text() if told.exists() else ""


def test_what_is_deployed_is_asked_for_once_by_a_pull_request(checkout: Path) -> None:
    place = PLACES[0]
    assert proposed(checkout, place.name) == ""
    image = promotion.read(f"registry.example/loanflow@sha256:{'7' * 64}")
    for _ in range(2):
        subprocess.run(["git", "checkout", "--quiet", "main"], cwd=checkout, check=True)
        promotion.promote(place, image, checkout)
        told = proposed(checkout, place.name)
        assert told.count("pr create --head deploy/dev-777777777777 --title Deploy 777777777777 to dev") == 1
    [branch] = [each for each in _git(checkout, "ls-remote", "--heads", "origin").split() if each.startswith("refs/")]
    assert branch == "refs/heads/deploy/dev-777777777777"
    changed = _git(checkout, "diff", "--name-only", "main", "deploy/dev-777777777777").split()
    assert changed == [f"k8s/overlays/{place.name}/kustomization.yaml"]
    assert promotion.at(place, checkout) == image


def _git(checkout: Path, *words: str) -> str:
    return subprocess.check_output(["git", *words], cwd=checkout, text=True)
