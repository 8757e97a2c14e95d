"""Which law the loans of the stack follow: of the two for persons one gives a right to withdraw after the payout."""

import json
from pathlib import Path

from stack.layout import Layout

# Packs of services/law by facility type.
PACKS = {"VEHICLE": "EU"}


def file(layout: Layout) -> Path:
    """The file that the services' settings name, made when it is first asked for."""
    found = layout.folder("law", 0o711) / "facilities.json"
    if not found.exists():
        found.write_text(json.dumps(PACKS))
        found.chmod(0o644)
    return found
