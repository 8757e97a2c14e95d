"""`python -m proto.plugins.load.checked`: has the TypeScript compiler check gen/load/journey.ts against k6's types.

The compiler and the types are those of stack/node, pinned; k6 itself is not needed.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from stack import folders

COMPILER = "node_modules/.bin/tsc"


def problems(script: Path, packages: Path, *options: str) -> str:
    """What the compiler says of the folder with journey.ts and its tsconfig.json; empty when all is well.

    It looks for types above the files that it reads, so it reads a copy of them beside the `packages`.
    """
    with tempfile.TemporaryDirectory() as folder:
        here = Path(shutil.copytree(script, Path(folder, "load")))
        (here / "node_modules").symlink_to(packages / "node_modules")
        command = [str(packages / COMPILER), "--project", str(here), "--pretty", "false", *options]
        done = subprocess.run(command, cwd=here, capture_output=True, text=True, check=False)
    said = (done.stdout + done.stderr).strip()
    return said or (f"tsc: ended with {done.returncode}" if done.returncode else "")


def main() -> int:
    """1 when there are any."""
    said = problems(folders.CHECKOUT / "gen" / "load", folders.node_packages())
    if said:
        print(*(f"gen/load/{line}" for line in said.splitlines()), sep="\n")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
