"""Runs programs of a root file system from outside: by its own loader and libraries, without being root.

So what is compiled and packed is so by the very versions that the locks name, whatever the machine has. Standard
library only.
"""

import os
import subprocess
from pathlib import Path

LIBRARIES = Path("usr", "lib", "x86_64-linux-gnu")
PYTHON = Path("usr", "bin", "python3.11")
STANDARD_LIBRARY = Path("usr", "lib", "python3.11")


def command(root: Path, program: Path, *more: Path) -> list[str]:
    """What starts a program of a root; of `more` roots it has the libraries as well."""
    folders = os.pathsep.join(str(each / LIBRARIES) for each in (root, *more))
    return [str(root / LIBRARIES / "ld-linux-x86-64.so.2"), "--library-path", folders, str(root / program)]


def environment(root: Path, *path: Path) -> dict[str, str]:
    """What the root's Python has to be told; `path` is what it imports from besides its own library."""
    # The same order of sets each time.
    told = {"PYTHONHOME": str(root / "usr"), "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    return told | ({"PYTHONPATH": os.pathsep.join(map(str, path))} if path else {})


def python(root: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """Starts the root's Python."""
    return subprocess.Popen([*command(root, PYTHON), *arguments], env=environment(root))
