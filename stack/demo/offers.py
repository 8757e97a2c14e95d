"""What the lender offers while a demo runs: every facility type that there is, and then what it did before."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from services.lending.facility import CATALOGUES, offered
from stack.demo.api import Session
from stack.demo.waiting import looks
from stack.layout import Layout

_SETTING = "facility_catalogue"


@contextmanager
def offering_all(edge: Session, layout: Layout) -> Iterator[None]:
    """The newest version of the catalogue is in force for the block. RuntimeError; TimeoutError when it never is."""
    _set(layout, str(CATALOGUES))
    try:
        wanted = {*offered(CATALOGUES)}
        if not any(wanted <= {each["code"] for each in edge.get("/api/v1/facilities")["facilities"]} for _ in looks()):
            raise TimeoutError(f"the facilities {sorted(wanted)} are never offered")
        yield
    finally:
        _set(layout, "default")


def _set(layout: Layout, value: str) -> None:
    command = [sys.executable, "-m", "stack", "--base", str(layout.base), "settings", "set", _SETTING, value]
    done = subprocess.run([*command, "--why", "the demo"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{_SETTING} cannot be set to {value}: {done.stdout[-300:]}{done.stderr[-300:]}")
