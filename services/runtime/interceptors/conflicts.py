"""Tries a call again when two changes met in the store, before the caller hears of it."""

import random
import time
from typing import Any

import grpc
import structlog

from services.runtime.errors import Aborted
from services.runtime.interceptors.scope import Handler, Interceptor, behaviour_of, with_behaviour

ATTEMPTS = 4
_PAUSE_SECONDS = 0.02

_log = structlog.get_logger(__name__)


class RetryConflicts(Interceptor):
    """Repeats unary calls that were aborted; nothing of an aborted call has happened. Streams cannot be read twice."""

    def wrap(self, handler: Handler, method: str) -> Handler:
        """The handler, tried up to four times."""
        if handler.request_streaming or handler.response_streaming:
            return handler
        behaviour = behaviour_of(handler)

        def call(request: Any, context: grpc.ServicerContext) -> Any:
            for attempt in range(1, ATTEMPTS):
                try:
                    return behaviour(request, context)
                except Aborted as error:
                    _log.info("call conflicted", attempt=attempt, grpc_reason=error.reason)
                    # Spread out, or those who met would meet again.
                    time.sleep(random.uniform(0, _PAUSE_SECONDS * 2**attempt))
            return behaviour(request, context)

        return with_behaviour(handler, call)
