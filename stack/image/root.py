"""`python -m stack.image.root FOLDER PART...`: makes parts of the image's root file system, each a folder and a layer.

base      Debian's libraries and Python
packages  the services' packages; the base has to be beside them
app       what of this project lies there already is compiled

The Dockerfile has this run in a builder, and `stack.image.build` without one. Standard library only: a builder has
nothing but Python.
"""

import subprocess
import sys
from pathlib import Path

from stack import folders, install
from stack.image import ImageError, base, debian, inside, packages

PARTS = ("base", "packages", "app")
# Beside the parts, and in no image.
TOOLS = "tools"
# As the Dockerfile has them.
ACCOUNT, USER = "loanflow", 10001
APP = Path("app")


def make(part: str, folder: Path) -> None:
    """Makes one part; raises ImageError where it cannot be made."""
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
    lock = debian.locked()
    debian.unpack(lock.of("tools"), lock.snapshot, folder / TOOLS)
    packages.strip(target, folder / "base", folder / TOOLS)
    _end(packages.compile_all(folder / "base", target, packages.ENVIRONMENT / "lib"))


def _app(folder: Path) -> None:
    _end(packages.compile_all(folder / "base", folder / "app", APP))


def _end(compiling: subprocess.Popen[bytes]) -> None:
    if compiling.wait():
        raise ImageError("not everything could be compiled; the message is above")


if __name__ == "__main__":
    for each in sys.argv[2:]:
        make(each, Path(sys.argv[1]))
