"""hadolint on the Dockerfile: out of a wheel that is pinned here, for no other command needs it."""

import subprocess
import sys
from pathlib import Path

from stack import folders, install
from stack.image import ImageError

LOCK = Path(__file__).with_name("hadolint.txt")


def lint() -> None:
    """Raises ImageError with what hadolint finds."""
    folder = folders.hadolint()
    install.once(folder, "hadolint", _install)
    [program] = folder.rglob("bin/hadolint*")
    done = subprocess.run([program, folders.CHECKOUT / "Dockerfile"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise ImageError(f"hadolint finds: {(done.stdout + done.stderr).strip()}")


def _install(folder: Path) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    options = ["--require-hashes", "--requirement", str(LOCK), "--target", str(folder)]
    if subprocess.run([*command, *options], check=False).returncode:
        raise ImageError("pip could not fetch hadolint; its message is above")
