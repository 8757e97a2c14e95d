"""Waiting for what happens by itself."""

import time
from collections.abc import Callable

# Longer than the slowest machine needs: only a test that fails waits so long.
PATIENCE_SECONDS = 60.0


def until(condition: Callable[[], object], what: str = "it") -> None:
    """Waits until the condition holds; AssertionError, which names `what`, when it does not in good time."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not happen in {PATIENCE_SECONDS:.0f} s"
        time.sleep(0.02)
