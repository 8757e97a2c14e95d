"""Completes the span of the call, which OpenTelemetry's own interceptor opened further out.

That one does not see a status that is sent with details, as those of all errors here are, and knows no correlation id.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import grpc
from grpc import StatusCode
from opentelemetry import trace

from services.runtime import context as request_context
from services.runtime.observing.tracing import CORRELATION_ID, RPC_STATUS
from services.runtime.serving.interceptors.measure import code_of
from services.runtime.serving.interceptors.scope import Scope

# Refusals are answers; only what the server has to answer for is an error of the span.
_FAULTS = (
    StatusCode.UNKNOWN,
    StatusCode.DEADLINE_EXCEEDED,
    StatusCode.UNIMPLEMENTED,
    StatusCode.INTERNAL,
    StatusCode.UNAVAILABLE,
    StatusCode.DATA_LOSS,
)


class Trace(Scope):
    """Gives the present span the correlation id, and in the end the status."""

    @contextmanager
    def scope(self, method: str, request: Any, context: grpc.ServicerContext, streamed: bool) -> Iterator[Any]:
        """Marks the span before and after."""
        span = trace.get_current_span()
        span.set_attribute(CORRELATION_ID, request_context.current().correlation_id)
        try:
            yield request
        finally:
            code = code_of(context)
            span.set_attribute(RPC_STATUS, code.value[0])
            if code in _FAULTS:
                span.set_status(trace.StatusCode.ERROR)
