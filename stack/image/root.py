"""`python -m stack.image.root PART FOLDER`: makes a part of the image's root file system.

usage: python -m stack.image.root base FOLDER       Debian's libraries and Python
       python -m stack.image.root packages FOLDER   the services' packages, made beside the base
       python -m stack.image.root app FOLDER        compiles what of this project is there

Each part is a folder below FOLDER, named as itself, and a layer. The Dockerfile has these commands run in a builder, and
`stack.image.build` without one. Standard library only: a builder has nothing but Python.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from stack import folders, install
from stack.image import base, debian, inside, packages

PARTS = ("base", "packages", "app")
# As the Dockerfile has them.
ACCOUNT, USER = "loanflow", 10001
APP = Path("app")


def make(part: str, folder: Path) -> None:
    """Makes one part; raises DebianError or PackagesError, whose text says what to do."""
    {"base": _base, "packages": _packages, "app": _app}[part](folder)


def _base(folder: Path) -> None:
    target = folder / "base"
    base.make("base", target, ACCOUNT, USER)
    _end(packages.compile_all(target, target, inside.STANDARD_LIBRARY))


def _packages(folder: Path) -> None:
    wheels = folders.wheels()
    install.once(wheels, "the wheels of the image", packages.fetch)
    target = folder / "packages"
    packages.make(wheels, target)
    with tempfile.TemporaryDirectory() as tools:
        lock = debian.locked()
        debian.unpack(lock.of("tools"), lock.snapshot, Path(tools))
        packages.strip(target, folder / "base", Path(tools))
    _end(packages.compile_all(folder / "base", target, packages.ENVIRONMENT / "lib"))


def _app(folder: Path) -> None:
    _end(packages.compile_all(folder / "base", folder / "app", APP))


def _end(compiling: subprocess.Popen[bytes]) -> None:
    if compiling.wait():
        raise packages.PackagesError("not everything could be compiled; the message is above")


if __name__ == "__main__":
    make(sys.argv[1], Path(sys.argv[2]))
