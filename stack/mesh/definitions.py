"""Istio's own definitions of its objects, from the Go module in which it publishes them, fetched once per version."""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import yaml

from stack import folders

MODULE, VERSION = "istio.io/api", "v1.31.4"
# What `go` computes of the module's files, as in a go.sum.
DIGEST = "h1:AcnncYrlDj1PJkym7h88Gggkef4MAra8QpGaXRMsr+E="
FILE = "kubernetes/customresourcedefinitions.gen.yaml"


class DefinitionsError(Exception):
    """The definitions cannot be had; the text says what to do."""


def definitions() -> dict[tuple[str, str], dict[str, Any]]:
    """The schema of each kind, by apiVersion and kind."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for definition in filter(None, yaml.load_all(_file().read_text(), Loader=loader)):
        spec = definition["spec"]
        for version in spec["versions"]:
            schema = version["schema"]["openAPIV3Schema"]
            found[f"{spec['group']}/{version['name']}", spec["names"]["kind"]] = schema
    return found


def _file() -> Path:
    kept = folders.cache() / f"istio-api-{VERSION}.yaml"
    if not kept.exists():
        folders.cache().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folders.cache()) as folder:
            copy = Path(folder, kept.name)
            shutil.copy(_downloaded() / FILE, copy)
            copy.rename(kept)
    return kept


def _downloaded() -> Path:
    if not shutil.which("go"):
        raise DefinitionsError(f"Go is needed to fetch {MODULE}: apt-get install golang-go")
    # The digest below is what vouches for the files; no other service is asked.
    environment = {**os.environ, "GONOSUMDB": MODULE, "GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local"}
    command = ["go", "mod", "download", "-json", f"{MODULE}@{VERSION}"]
    done = subprocess.run(command, cwd="/", env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DefinitionsError(f"go could not fetch {MODULE}@{VERSION}: {done.stdout}{done.stderr}".strip())
    module = json.loads(done.stdout)
    if module["Sum"] != DIGEST:
        raise DefinitionsError(f"{MODULE}@{VERSION} is not what was pinned: {module['Sum']}")
    return Path(module["Dir"])
