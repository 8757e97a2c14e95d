"""veraPDF, which says of files whether they are PDF/A-3 and PDF/UA-1.

usage: python -m stack.pdfa FILE...

A line for each file that is not, and what fails; 1 when there is one. `make pdfa` brings veraPDF into the cache.
"""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from stack import folders, install

_CHECKER = "loanflow.PdfaChecker"


def is_installed() -> bool:
    """Whether it is there."""
    return (folders.pdfa_checker() / install.DONE).exists()


def failures(files: Iterable[Path]) -> dict[Path, str]:
    """What fails, by file; none of those that are what they claim, both at once. RuntimeError when it breaks."""
    wanted = list(files)
    jars = folders.pdfa_libraries() / "verapdf" / "*"
    command = ["java", "-cp", f"{jars}:{folders.pdfa_checker()}", _CHECKER, *map(str, wanted)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = [line.split("\t") for line in done.stdout.splitlines()]
    if done.returncode or [Path(line[0]) for line in said] != wanted:
        raise RuntimeError(f"veraPDF: {done.stderr.strip()[-2000:]}")
    return {Path(file): why for file, _, why in said if why != "ok"}


def main(arguments: list[str]) -> int:
    """The command."""
    found = failures(map(Path, arguments))
    for file, why in found.items():
        print(f"{file}: {why}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
