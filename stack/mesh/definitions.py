"""The definitions of objects that are not Kubernetes' own, from the Go modules in which Istio and Argo publish them.

Each module is fetched once per version.
"""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from stack import folders


@dataclass(frozen=True)
class Module:
    """A Go module; `digest` is what `go` computes of its files, as in a go.sum, and `files` hold the definitions."""

    path: str
    version: str
    digest: str
    files: tuple[str, ...]

    @property
    def kept(self) -> Path:
        """Where the definitions are once they were fetched."""
        return folders.cache() / f"definitions-{hashlib.sha256(repr(self).encode()).hexdigest()[:16]}.yaml"


MODULES = (
    Module(
        "istio.io/api", "v1.31.4", "h1:AcnncYrlDj1PJkym7h88Gggkef4MAra8QpGaXRMsr+E=",
        ("kubernetes/customresourcedefinitions.gen.yaml",),
    ),
    Module(
        "github.com/argoproj/argo-rollouts", "v1.8.3", "h1:blbtQva4IK9r6gFh+dWkCrLnFdPOWiv9ubQYu36qeaA=",
        ("manifests/crds/rollout-crd.yaml", "manifests/crds/analysis-template-crd.yaml"),
    ),
    Module(
        "github.com/argoproj/argo-cd/v3", "v3.2.0", "h1:m2eGAV+nXQGgzZbH5SyJD5laaPW27mzWXBrgisUHY/0=",
        ("manifests/crds/appproject-crd.yaml", "manifests/crds/applicationset-crd.yaml"),
    ),
)  # fmt: skip


class DefinitionsError(Exception):
    """The definitions cannot be had; the text says what to do."""


def definitions() -> dict[tuple[str, str], dict[str, Any]]:
    """The schema of each kind, by apiVersion and kind."""
    return {kind: schema for module in MODULES for kind, schema in _of(module)}


def _of(module: Module) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for definition in filter(None, yaml.load_all(_file(module).read_text(), Loader=loader)):
        spec = definition["spec"]
        for version in spec["versions"]:
            kind = (f"{spec['group']}/{version['name']}", spec["names"]["kind"])
            yield kind, version["schema"]["openAPIV3Schema"]


def _file(module: Module) -> Path:
    if not module.kept.exists():
        folders.cache().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folders.cache()) as folder:
            copy, source = Path(folder, module.kept.name), _downloaded(module)
            copy.write_text("\n---\n".join((source / each).read_text() for each in module.files))
            copy.rename(module.kept)
    return module.kept


def _downloaded(module: Module) -> Path:
    if not shutil.which("go"):
        raise DefinitionsError(f"Go is needed to fetch {module.path}: apt-get install golang-go")
    # The digest is what vouches for the files; no other service is asked.
    environment = {**os.environ, "GONOSUMDB": module.path, "GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local"}
    command = ["go", "mod", "download", "-json", f"{module.path}@{module.version}"]
    done = subprocess.run(command, cwd="/", env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        said = f"{done.stdout}{done.stderr}".strip()
        raise DefinitionsError(f"go could not fetch {module.path}@{module.version}: {said}")
    answer = json.loads(done.stdout)
    if answer["Sum"] != module.digest:
        raise DefinitionsError(f"{module.path}@{module.version} is not what was pinned: {answer['Sum']}")
    return Path(answer["Dir"])
