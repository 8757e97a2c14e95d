"""`make scan`: all scans; prints what no line of `reviewed.txt` is about, and exits with 1 when there is any."""

import sys
from collections.abc import Callable

from stack import folders
from stack.scan import code, inventory, licences, secrets
from stack.scan.reviewed import FILE, Finding, open_findings, rows

SCANS: dict[str, Callable[[], list[Finding]]] = {
    "unsafe code": lambda: code.scan(folders.CHECKOUT),
    "secrets in files": lambda: secrets.scan(folders.CHECKOUT),
    "secrets in history": lambda: secrets.history(folders.CHECKOUT),
    "licences": licences.scan,
}


def main() -> int:
    """Runs them one after another."""
    found = list[Finding]()
    for name, scan in SCANS.items():
        one = scan()
        print(f"{name}: {len(one)} looked at", flush=True)
        found += one
    left = open_findings(found, rows(FILE.read_text()))
    for line in left:
        print(line)
    print(f"inventory: {inventory.write().relative_to(folders.CHECKOUT)}")
    print(f"{len(left)} open: mend it, or review it in {FILE.relative_to(folders.CHECKOUT)}")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
