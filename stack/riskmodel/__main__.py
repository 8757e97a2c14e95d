"""Trains the risk model and writes what is committed of it: `python -m stack.riskmodel`, or `make model`.

Writes services/risk/points/VERSION.json, docs/model-card.md with its plots and figures in docs/model-card, and
docs/model-card.pdf. The same version and the same locks write the same files.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path

from stack import folders
from stack.install import InstallError
from stack.riskmodel.card import page, pdf
from stack.riskmodel.environment import TrainingError, learn
from stack.riskmodel.parity import differences

VERSION = "2026-11-30"
TABLES = folders.CHECKOUT / "services" / "risk" / "points"
OLDER = TABLES / "2026-11-01.json"
DOCS = folders.CHECKOUT / "docs"
CARD = DOCS / "model-card"


def main() -> None:
    """Trains, and puts everything where it is committed."""
    parser = argparse.ArgumentParser(prog="python -m stack.riskmodel", description=__doc__)
    parser.add_argument("--version", default=VERSION, help="of the table, a date (%(default)s)")
    version = parser.parse_args().version
    folder = folders.CHECKOUT / "build" / "riskmodel"
    shutil.rmtree(folder, ignore_errors=True)
    learn(version, OLDER, folder)
    if unlike := list(differences(folder)):
        raise TrainingError(f"{len(unlike)} rows have another score in the service, such as {unlike[0]}")
    shutil.copy(folder / "table.json", TABLES / f"{version}.json")
    CARD.mkdir(exist_ok=True)
    for file in (folder / "figures.json", *folder.glob("*.svg")):
        shutil.copy(file, CARD / file.name)
    write_card(TABLES / f"{version}.json", CARD, DOCS)


def write_card(table: Path, figures: Path, folder: Path) -> None:
    """Writes model-card.md and model-card.pdf of a table and the figures that were measured with it."""
    made = json.loads(table.read_text(encoding="utf-8"))
    measured = json.loads((figures / "figures.json").read_text(encoding="utf-8"))
    (folder / "model-card.md").write_text(page(made, measured), encoding="utf-8")
    plots = {file.stem: file.read_text(encoding="utf-8") for file in sorted(figures.glob("*.svg"))}
    (folder / "model-card.pdf").write_bytes(pdf(made, measured, plots))


if __name__ == "__main__":
    try:
        main()
    except (InstallError, TrainingError) as error:
        sys.exit(f"error: {error}")
