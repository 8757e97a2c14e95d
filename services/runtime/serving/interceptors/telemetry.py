"""The span of a call on the server, with its correlation id and its status.

Ours, not OpenTelemetry's interceptor for gRPC: that one does not see a status that is sent with details, as those of
all errors here are, and spends on the calls that are not sampled what it spends on those that are.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import grpc
from grpc import StatusCode
from opentelemetry import propagate, trace
from opentelemetry.context import Context

from services.runtime import context as request_context
from services.runtime.observing import spans
from services.runtime.serving.interceptors.context import metadata
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
    """Opens the span under the caller's, or as the first of a trace."""

    def __init__(self) -> None:
        super().__init__()
        self._tracer = spans.tracer()

    @contextmanager
    def scope(self, method: str, request: Any, context: grpc.ServicerContext, streamed: bool) -> Iterator[Any]:
        """Makes it the present span, and marks it in the end."""
        parent = propagate.extract(metadata(context), Context())
        # No texts of errors: they may name persons, and the caller's answer is in the status.
        with self._tracer.start_as_current_span(
            method, parent, trace.SpanKind.SERVER, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield request
            finally:
                if span.is_recording():
                    _mark(span, method, code_of(context))


def _mark(span: trace.Span, method: str, code: StatusCode) -> None:
    span.set_attributes(spans.rpc_attributes(method))
    span.set_attribute(spans.CORRELATION_ID, request_context.current().correlation_id)
    span.set_attribute(spans.RPC_STATUS, code.value[0])
    if code in _FAULTS:
        span.set_status(trace.StatusCode.ERROR)
