"""Tries a call again when two changes met in the store, before the caller notices."""

from typing import Any

import grpc

from services.runtime import retry
from services.runtime.serving.interceptors.scope import Handler, Interceptor, behaviour_of, with_behaviour


class RetryConflicts(Interceptor):
    """Repeats unary calls that were aborted; nothing of an aborted call has happened. Streams cannot be read twice."""

    def wrap(self, handler: Handler, method: str) -> Handler:
        """The handler, tried up to four times."""
        if handler.request_streaming or handler.response_streaming:
            return handler
        behaviour = behaviour_of(handler)

        def call(request: Any, context: grpc.ServicerContext) -> Any:
            return retry.on_conflict(lambda: behaviour(request, context))

        return with_behaviour(handler, call)
