"""Installs generators and test tools that are no Python packages, once per version of their lock files.

Standard library only.

usage: python3 -m stack.generators

`make gen`, `make check-docs` and `make test` need them; a stack runs without.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from stack import folders
from stack.install import InstallError, once

# The first that know the pinned modules.
GO, NODE = (1, 25), (20, 0)
GO_PROGRAMS = "the OpenAPI generator and grpcurl"


def install() -> None:
    """Brings the Go and Node.js programs into the cache, unless they are there."""
    once(folders.go_programs(), GO_PROGRAMS, _go)
    once(folders.node_packages(), "the Postman generator, newman and the TypeScript compiler", _node)


def _go(folder: Path) -> None:
    need = f"the Go toolchain, 1.25 or newer, is needed to build {GO_PROGRAMS}: apt-get install golang-go"
    _at_least(GO, ["go", "env", "GOVERSION"], need)
    print("  Go needs some minutes for it, the first time", flush=True)
    # Versions and hashes are those of go.mod and go.sum alone.
    environment = {**os.environ, "GOFLAGS": "-mod=readonly", "GOTOOLCHAIN": "local"}
    build = ["go", "build", "-o", f"{folder}{os.sep}", "tool"]
    _run(build, folders.GO_PROJECT, environment, f"Go could not build {GO_PROGRAMS}")


def _node(folder: Path) -> None:
    need = (
        "Node.js, 20 or newer, and npm are needed for the Postman collection and the load scripts: "
        "apt-get install nodejs npm"
    )
    _at_least(NODE, ["node", "--version"], need)
    if not shutil.which("npm"):
        raise InstallError(need)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(folders.NODE_PROJECT / name, folder / name)
    install = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"]
    _run(install, folder, dict(os.environ), "npm could not install the locked packages")


def _at_least(least: tuple[int, int], command: list[str], need: str) -> None:
    if not shutil.which(command[0]):
        raise InstallError(need)
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    found = re.search(r"(\d+)\.(\d+)", said)
    if not found or (int(found[1]), int(found[2])) < least:
        raise InstallError(f"{need} (this is {said or 'unknown'})")


def _run(command: list[str], folder: Path, environment: dict[str, str], failure: str) -> None:
    if subprocess.run(command, cwd=folder, env=environment, check=False).returncode:
        raise InstallError(f"{failure}; its message is above")


if __name__ == "__main__":
    try:
        install()
    except InstallError as error:
        sys.exit(f"error: {error}")
