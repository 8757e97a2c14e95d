"""Lets callers find what another service has just shown them: a refusal waits for the events that are under way."""

from collections.abc import Iterator
from typing import Any

import grpc

from services.runtime import context as request_context
from services.runtime.context import CallerKind
from services.runtime.errors import FailedPrecondition, NotFound, Unavailable
from services.runtime.events.catching_up import CatchingUp, Standing
from services.runtime.serving.interceptors.scope import Handler, Interceptor, behaviour_of, with_behaviour

_RETRY_AFTER = 1


class CatchUp(Interceptor):
    """Repeats a call that was refused for want of a thing or for its state, once the consumer was through with more.

    While the consumer is behind, the refusal is not known to be true, and the call is to be tried again. Calls of
    other services are left alone: they come from handlers of events, and two of those would wait for each other.
    """

    def __init__(self, consumer: CatchingUp | None) -> None:
        super().__init__()
        self._consumer = consumer

    def wrap(self, handler: Handler, method: str) -> Handler:
        """The handler, tried twice at most; as it is when its answer is a stream, or the process consumes nothing."""
        consumer = self._consumer
        if consumer is None or handler.response_streaming:
            return handler
        behaviour, streamed = behaviour_of(handler), handler.request_streaming

        def call(request: Any, context: grpc.ServicerContext) -> Any:
            passed = _Rewindable(request) if streamed else request
            try:
                return behaviour(passed, context)
            except (NotFound, FailedPrecondition) as refusal:
                if request_context.caller().kind is CallerKind.SERVICE:
                    raise
                standing = consumer.wait()
                if standing is Standing.LEVEL:
                    raise
                if standing is Standing.BEHIND or (streamed and not passed.rewind()):
                    raise _later() from refusal
            return behaviour(passed, context)

        return with_behaviour(handler, call)


def _later() -> Unavailable:
    return Unavailable("what this call is about may still be on its way here; try again", retry_after=_RETRY_AFTER)


class _Rewindable:
    """Messages of a caller, of which the first one can be read again as long as the second was not asked for."""

    def __init__(self, messages: Iterator[Any]) -> None:
        self._messages, self._read = messages, 0
        self._first: Any = None

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        if self._read == 0 and self._first is not None:
            self._read = 1
            return self._first
        found = next(self._messages)
        self._first = found if self._first is None else self._first
        self._read += 1
        return found

    def rewind(self) -> bool:
        """Has the first message come again; False when more than that was read."""
        if self._read > 1:
            return False
        self._read = 0
        return True
