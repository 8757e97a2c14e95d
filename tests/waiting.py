"""Waiting for what happens by itself."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
# Longer than the slowest machine needs: only a test that fails waits so long.
PATIENCE_SECONDS = 90.0


def until(condition: Callable[[], T | None], what: str | Callable[[], str] = "it") -> T:
    """What the condition gives once it holds; AssertionError, which names `what`, when it does not in good time."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"{what if isinstance(what, str) else what()} did not happen in good time")
        # Asks often enough that a test loses no time, and not so often that it takes it from what it waits for.
        time.sleep(0.02)
    return found
