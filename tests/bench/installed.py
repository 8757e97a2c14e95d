"""What `make bench` runs and the platform does not: the load generator and the peer's packages, once per lock.

Both are cached outside the checkout as the platform's own packages are, and named by the hash of their lock files.
"""

import hashlib
import os
import subprocess
import venv
from pathlib import Path

from stack import folders
from stack.install import InstallError, once

HERE = Path(__file__).resolve().parent
_GO, _PEER = HERE / "go", HERE / "peer" / "requirements.txt"


def vegeta() -> str:
    """The load generator: constant arrivals, or as many connections as are kept busy."""
    folder = folders.cache() / f"load-{_digest(_GO / 'go.mod', _GO / 'go.sum')}"
    once(folder, "the load generator", _build)
    return str(folder / "vegeta")


def peer_python() -> str:
    """The interpreter that has the peer's packages."""
    folder = folders.cache() / f"peer-{_digest(_PEER)}"
    once(folder, "the peer's packages", _packages)
    return str(folder / "bin" / "python")


def _build(folder: Path) -> None:
    # Versions and hashes are those of go.mod and go.sum alone.
    environment = {**os.environ, "GOFLAGS": "-mod=readonly", "GOTOOLCHAIN": "local"}
    build = ["go", "build", "-o", f"{folder}{os.sep}", "tool"]
    try:
        done = subprocess.run(build, cwd=_GO, env=environment, check=False)
    except FileNotFoundError as error:
        raise InstallError("the Go toolchain, 1.25 or newer, is needed: apt-get install golang-go") from error
    if done.returncode:
        raise InstallError("Go could not build the load generator; its message is above")


def _packages(folder: Path) -> None:
    venv.create(folder, with_pip=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if subprocess.run([*pip, "--require-hashes", "-r", str(_PEER)], check=False).returncode:
        raise InstallError("pip could not install the peer's packages; its message is above")


def _digest(*files: Path) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
