"""Makes docs/capacity.md: `python -m tests.bench.capacity [RUN.json]`; a run that is named becomes the reference."""

import argparse
import json
from pathlib import Path

from stack import folders
from tests.bench.capacity.page import page

REFERENCE = Path(__file__).resolve().parents[1] / "reference.json"
PAGE = folders.CHECKOUT / "docs" / "capacity.md"


def main() -> None:
    """Writes the page, and the reference when a run is named."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.capacity", description=__doc__)
    parser.add_argument("run", nargs="?", type=Path, help="a run of make bench, such as build/bench/latest.json")
    if given := parser.parse_args().run:
        REFERENCE.write_text(given.read_text())
    PAGE.write_text(page(json.loads(REFERENCE.read_text())))


if __name__ == "__main__":
    main()
