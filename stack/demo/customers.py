"""`python -m stack.demo.customers 20`: on a stack that is up, registers so many customers, for a load of theirs.

They are written as JSON, as gen/load/journey.ts reads them: the e-mail address and the password of each.
"""

import argparse
import json
import secrets
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from stack import folders
from stack.demo.api import Refused, Session
from stack.demo.registration import REGISTER, confirm
from stack.layout import Layout

_TOGETHER = 3


def registered(edge: Session, mails: Path, count: int) -> list[dict[str, str]]:
    """So many new customers, each of whom has proved the e-mail address; Refused, TimeoutError without its mail."""
    with ThreadPoolExecutor(_TOGETHER) as pool:
        return list(pool.map(lambda _: _registered(edge, mails), range(count)))


def _registered(edge: Session, mails: Path) -> dict[str, str]:
    email, password = f"ada.{secrets.token_hex(6)}@customer.example", secrets.token_urlsafe(18)
    edge.post(REGISTER, {"email": email, "password": password, "fullName": "Ada Lovelace", "phone": "+491701234567"})
    confirm(edge, mails, email, password)
    return {"email": email, "password": password}


def main() -> int:
    """1 when the stack refuses one, or its mails do not come."""
    parser = argparse.ArgumentParser(prog="python -m stack.demo.customers", description=__doc__)
    parser.add_argument("count", type=int, help="how many")
    parser.add_argument("--base", type=int, default=folders.base(), help="base port of the stack (%(default)s)")
    given = parser.parse_args()
    if given.count < 1:
        parser.error(f"argument count: must be above 0, not {given.count}")
    layout = Layout.of(given.base)
    edge = Session(f"http://127.0.0.1:{layout.ports.of('edge')}")
    try:
        print(json.dumps(registered(edge, layout.mails, given.count), indent=1))
    except (Refused, TimeoutError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
