"""Counts and times every call, and writes one line about it to the log."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import grpc
import structlog

from services.runtime.observing import metrics, spans
from services.runtime.serving.interceptors.scope import Scope

_log = structlog.get_logger(__name__)


class Measure(Scope):
    """Feeds the metrics of calls by method and code."""

    def __init__(self) -> None:
        super().__init__()
        # There are as many methods as the contract has, and seventeen codes.
        self._count, self._seconds = cache(metrics.CALLS.labels), cache(metrics.CALL_SECONDS.labels)

    @contextmanager
    def scope(self, method: str, request: Any, context: grpc.ServicerContext, streamed: bool) -> Iterator[Any]:
        """Measures from the first to the last byte."""
        started = time.perf_counter()
        try:
            yield request
        finally:
            seconds, code = time.perf_counter() - started, code_of(context).name
            self._count(method, code).inc()
            self._seconds(method).observe(seconds, spans.exemplar())
            _log.info("call", grpc_code=code, milliseconds=round(seconds * 1000, 2))


def code_of(context: grpc.ServicerContext) -> grpc.StatusCode:
    """The status the call ends with, as far as it is decided; CANCELLED when the caller went away before."""
    # grpcio has it on the context of a running server, but not in its typed interface.
    code = getattr(context, "code", lambda: None)()
    if isinstance(code, grpc.StatusCode):
        return code
    return grpc.StatusCode.OK if context.is_active() else grpc.StatusCode.CANCELLED
