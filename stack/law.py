"""Which law the loans of the stack follow: one for each of the packs that there are, and none for most of them."""

import json
from pathlib import Path

from stack.layout import Layout

# Packs of services/law by facility type; only that of the EU gives a right to withdraw after the payout.
PACKS = {"VEHICLE": "EU", "ELECTRIC_VEHICLE": "US"}


def file(layout: Layout) -> Path:
    """The file that the services' settings name, made when it is first asked for."""
    found, said = layout.folder("law", 0o711) / "facilities.json", json.dumps(PACKS)
    # One of an earlier release says less.
    if not found.exists() or found.read_text() != said:
        found.write_text(said)
        found.chmod(0o644)
    return found
