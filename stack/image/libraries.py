"""Whether every library of a package finds those that it needs: in the base, or brought by a package."""

import re
import subprocess
from pathlib import Path

from stack.image import ImageError, inside, packages

_NEEDED = re.compile(r"\(NEEDED\).*\[(.*)\]")


def check(root: Path, tools: Path) -> None:
    """Reads all libraries below the folders of the layers with the readelf of the tools; raises ImageError."""
    site = root / "packages" / packages.SITE
    there = {path.name for folder in (root / "base", site) for path in folder.rglob("*.so*")}
    found = sorted(path for path in site.rglob("*.so*") if path.is_file())
    command = inside.command(root / "base", tools / "usr" / "bin" / "x86_64-linux-gnu-readelf", tools)
    said = subprocess.run([*command, "-d", *map(str, found)], capture_output=True, text=True, check=True).stdout
    if missing := sorted(set(_NEEDED.findall(said)) - there):
        raise ImageError(f"packages need {', '.join(missing)}: name what brings it in WANTED in stack/image/locking.py")
