"""Trying again, with backoff, what another change came between.

Ours, not tenacity: one kind of error and one loop, with no decorator between a use case and its stack trace.
"""

import random
import time
from collections.abc import Callable
from typing import TypeVar

import structlog

from services.runtime.errors import Aborted

T = TypeVar("T")
ATTEMPTS = 4
_PAUSE_SECONDS = 0.02

_log = structlog.get_logger(__name__)


def on_conflict(call: Callable[[], T], attempts: int = ATTEMPTS) -> T:
    """The result of `call`, tried so often while it is aborted; nothing of an aborted try may have happened."""
    for attempt in range(1, attempts):
        try:
            return call()
        except Aborted as error:
            _log.info("call conflicted", attempt=attempt, grpc_reason=error.reason)
            # Spread out, or those who met would meet again.
            time.sleep(random.uniform(0, _PAUSE_SECONDS * 2**attempt))
    return call()
