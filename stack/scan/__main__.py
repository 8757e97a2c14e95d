"""`make scan`: all scans, or those that are named; prints what no line of `reviewed.txt` is about.

Exits with 1 when there is any.
"""

import sys
from collections.abc import Callable

from stack import folders
from stack.scan import code, edge, inventory, licences, secrets
from stack.scan.reviewed import FILE, Finding, open_findings, rows

SCANS: dict[str, Callable[[], list[Finding]]] = {
    "unsafe code": lambda: code.scan(folders.CHECKOUT),
    "secrets in files": lambda: secrets.scan(folders.CHECKOUT),
    "secrets in history": lambda: secrets.history(folders.CHECKOUT),
    "licences": licences.scan,
    "edge": edge.scan,
}


def main(wanted: list[str]) -> int:
    """Runs them one after another."""
    found = list[Finding]()
    for name in wanted or SCANS:
        one = SCANS[name]()
        print(f"{name}: {len(one)} looked at", flush=True)
        found += one
    # What a scan that did not run would find is not missed.
    done = {each.scan for each in found} if wanted else None
    left = open_findings(found, [row for row in rows(FILE.read_text()) if done is None or row.scan in done])
    for line in left:
        print(line)
    print(f"inventory: {inventory.write().relative_to(folders.CHECKOUT)}")
    print(f"{len(left)} open: mend it, or review it in {FILE.relative_to(folders.CHECKOUT)}")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
