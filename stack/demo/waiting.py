"""How somebody waits for what others are to do first."""

import time
from collections.abc import Iterator

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
