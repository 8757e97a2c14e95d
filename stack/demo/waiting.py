"""How somebody waits for what others are to do first."""

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from stack.demo.api import Refused

T = TypeVar("T")

_PATIENCE_SECONDS = 120.0
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.05, 1.0


def looks() -> Iterator[None]:
    """Looks of somebody who waits, ever further apart, until their patience is over; there is one at least."""
    deadline, pause = time.monotonic() + _PATIENCE_SECONDS, _FIRST_PAUSE_SECONDS
    while True:
        yield
        if time.monotonic() > deadline:
            return
        time.sleep(pause)
        pause = min(pause * 1.5, _LONGEST_PAUSE_SECONDS)


def once_known(call: Callable[[], T]) -> T:
    """What a stage answers once it knows of the loan, of which it learns by an event; else Refused."""
    refusal: Refused | None = None
    for _ in looks():
        try:
            return call()
        except Refused as refused:
            if refused.code != 404 and refused.metadata.get("status") != "PENDING":
                raise
            refusal = refused
    assert refusal is not None
    raise refusal
