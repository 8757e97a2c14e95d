"""The environment of the emulator of AWS's API, cached outside the checkout and named by the hash of its lock."""

import hashlib
import subprocess
import venv
from pathlib import Path

from stack import folders
from stack.install import InstallError, once

LOCK = Path(__file__).with_name("emulator") / "requirements.txt"


def program() -> str:
    """The emulator's server; installed when it is missing."""
    folder = folders.cache() / f"aws-{hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]}"
    once(folder, "the emulator of AWS", _install)
    return str(folder / "bin" / "moto_server")


def _install(folder: Path) -> None:
    venv.create(folder, with_pip=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if subprocess.run([*pip, "--require-hashes", "-r", str(LOCK)], check=False).returncode:
        raise InstallError("pip could not install the emulator of AWS; its message is above")
