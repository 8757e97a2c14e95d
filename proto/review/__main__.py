"""`python -m proto.review`: holds the reviewed tables against the contract and the services; 1 when they differ."""

import json
import sys
from pathlib import Path

from proto.review import access, figures, listeners

ROOT = Path(__file__).resolve().parents[2]


def main(root: Path = ROOT) -> int:
    """Prints every difference."""
    table = json.loads((root / "gen" / "access.json").read_text())
    found = [*access.differences(root, table), *listeners.differences(root), *figures.differences(root)]
    if found:
        print(*found, sep="\n", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
