"""A span for every call, continuing the trace that the caller's metadata names.

OpenTelemetry's ready-made interceptor does not see a status that is sent with details, as all errors here are.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import grpc
from opentelemetry import propagate, trace
from opentelemetry.trace import SpanKind, Status, StatusCode

from services.runtime import context as request_context
from services.runtime.interceptors.context import metadata
from services.runtime.interceptors.measure import code_of
from services.runtime.interceptors.scope import Scope
from services.runtime.telemetry import CORRELATION_ID, RPC_METHOD, RPC_STATUS, RPC_SYSTEM, tracer


class Trace(Scope):
    """Makes the call's span the present one for everything inside."""

    @contextmanager
    def scope(self, method: str, request: Any, context: grpc.ServicerContext, streamed: bool) -> Iterator[Any]:
        """Opens the span and gives it the status in the end."""
        attributes = {
            RPC_SYSTEM: "grpc",
            RPC_METHOD: method.removeprefix("/"),
            CORRELATION_ID: request_context.current().correlation_id,
        }
        with tracer().start_as_current_span(
            method.removeprefix("/"),
            context=propagate.extract(metadata(context)),
            kind=SpanKind.SERVER,
            attributes=attributes,
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield request
            finally:
                _finish(span, context)


def _finish(span: trace.Span, context: grpc.ServicerContext) -> None:
    code = code_of(context)
    span.set_attribute(RPC_STATUS, code)
    # Refusals are answers; only what the server has to answer for is an error of the span.
    if code in ("INTERNAL", "UNAVAILABLE", "UNKNOWN", "DEADLINE_EXCEEDED", "DATA_LOSS"):
        span.set_status(Status(StatusCode.ERROR, code))
