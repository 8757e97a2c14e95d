"""`python -m envoy.contract FOLDER`: brings the files that the edge's configuration names into one folder.

For the mesh's gateway, whose image knows nothing of LoanFlow: its pod has the folder filled before Envoy starts.
"""

import argparse
import shutil
from pathlib import Path

from envoy import docs

GEN = Path(__file__).resolve().parents[1] / "gen"
DESCRIPTORS = "loanflow.binpb"
NAMES = (DESCRIPTORS, *docs.NAMES)


def sources(gen: Path = GEN) -> dict[str, Path]:
    """Where each of the files is on this machine, by its name: in `gen`, or in an installed package."""
    return {DESCRIPTORS: (gen / DESCRIPTORS).resolve(), **docs.sources(gen)}


def main() -> None:
    """Copies the contents alone: the proxy's user may read them."""
    parser = argparse.ArgumentParser(prog="python -m envoy.contract", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the files go; it is there")
    folder = parser.parse_args().folder
    for name, source in sources().items():
        shutil.copyfile(source, folder / name)


if __name__ == "__main__":
    main()
