"""Lets in as many streams as have threads of their own, and of one caller no more than its share.

A stream holds its thread for as long as the caller likes, so unary calls and health checks have others.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import grpc

from services.runtime import context as request_context
from services.runtime.context import Caller, CallerKind
from services.runtime.errors import ResourceExhausted
from services.runtime.serving.interceptors.scope import Handler, Interceptor, behaviour_of, with_behaviour
from services.runtime.serving.pace import PACE, Pace
from services.runtime.serving.streams import Reading, Sending, Watch


@dataclass(frozen=True)
class StreamSettings:
    """How many streams a process has at once: all together, and of one caller. Services of the mesh have no share."""

    all: int = 24
    each: int = 6


class StreamLimits:
    """The limits in force; they may be lowered while the process runs, and never exceed what has threads."""

    def __init__(self, settings: StreamSettings) -> None:
        self._all = settings.all
        self.all, self.each = settings.all, settings.each

    def admit(self, percent: int) -> None:
        """Lets in so much of what the process has threads for, one stream at least; those that are open stay."""
        self.all = max(1, self._all * percent // 100)

    def share(self, each: int) -> None:
        """Lets one caller have so many streams open at once."""
        self.each = each


class AdmitStreams(Interceptor):
    """Refuses streams with ResourceExhausted (RATE_LIMITED) when there are too many; ends the slow and the revoked."""

    def __init__(self, limits: StreamLimits, watch: Watch, pace: Pace = PACE) -> None:
        super().__init__()
        self._limits, self._watch, self._pace = limits, watch, pace
        self._lock = threading.Lock()
        self._open: Counter[str] = Counter()

    def wrap(self, handler: Handler, method: str) -> Handler:
        """The handler of a stream with its caller admitted and measured; a unary one as it is."""
        if not handler.request_streaming and not handler.response_streaming:
            return handler
        inner = behaviour_of(handler)
        reads = self._reading(inner) if handler.request_streaming else inner
        return with_behaviour(handler, self._sending(reads) if handler.response_streaming else self._single(reads))

    def _single(self, inner: Callable[..., Any]) -> Callable[..., Any]:
        def behaviour(request: Any, context: grpc.ServicerContext) -> Any:
            bound = request_context.current()
            sending = Sending(context, self._pace, bound.trusted)
            with self._admitted(bound.caller), self._watch.watching(sending):
                return inner(request, context)

        return behaviour

    def _sending(self, inner: Callable[..., Any]) -> Callable[..., Any]:
        def behaviour(request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
            bound = request_context.current()
            sending = Sending(context, self._pace, bound.trusted)
            with self._admitted(bound.caller), self._watch.watching(sending):
                yield from sending.paced(inner(request, context))

        return behaviour

    def _reading(self, inner: Callable[..., Any]) -> Callable[..., Any]:
        def behaviour(requests: Iterator[Any], context: grpc.ServicerContext) -> Any:
            reading = Reading(requests, self._pace)
            # Whatever the handler makes of them, it has read them when the call is over.
            context.add_callback(reading.close)
            return inner(iter(reading), context)

        return behaviour

    @contextmanager
    def _admitted(self, caller: Caller) -> Iterator[None]:
        if caller.kind is CallerKind.SERVICE:
            yield
            return
        with self._lock:
            if self._open.total() >= self._limits.all or self._open[caller.actor] >= self._limits.each:
                raise ResourceExhausted("too many streams are open already", reason="RATE_LIMITED")
            self._open[caller.actor] += 1
        try:
            yield
        finally:
            with self._lock:
                self._open[caller.actor] -= 1
                if not self._open[caller.actor]:
                    del self._open[caller.actor]
