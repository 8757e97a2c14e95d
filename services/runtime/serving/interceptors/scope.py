"""The one way interceptors wrap a handler: a scope around the behaviour, alike for unary and streaming calls.

Scopes run in the worker thread of the call, where context variables hold; gRPC's own interception does not.
"""

from abc import abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, TypeAlias

import grpc

if TYPE_CHECKING:
    Handler: TypeAlias = grpc.RpcMethodHandler[Any, Any]
else:  # generic for the type checker alone
    Handler = grpc.RpcMethodHandler
Continuation: TypeAlias = Callable[[grpc.HandlerCallDetails], Handler | None]

# Health and reflection belong to the machinery: mutual TLS guards them, and nothing below concerns them.
_MACHINERY = ("/grpc.health.", "/grpc.reflection.")


class Interceptor(grpc.ServerInterceptor):
    """Wraps the handler of every RPC once, on its first call."""

    def __init__(self) -> None:
        self._wrapped: dict[str, Handler] = {}

    def intercept_service(self, continuation: Continuation, details: grpc.HandlerCallDetails) -> Handler | None:
        """The wrapped handler of the call's method."""
        method: str = details.method
        if method not in self._wrapped:
            handler = continuation(details)
            if handler is None or method.startswith(_MACHINERY):
                return handler
            self._wrapped[method] = self.wrap(handler, method)
        return self._wrapped[method]

    @abstractmethod
    def wrap(self, handler: Handler, method: str) -> Handler:
        """The handler with this interceptor's concern around it."""


class Scope(Interceptor):
    """An interceptor whose concern is a block around the behaviour."""

    @abstractmethod
    def scope(
        self, method: str, request: Any, context: grpc.ServicerContext, streamed: bool
    ) -> AbstractContextManager[Any]:
        """The block; it yields the request to pass on: a message, or when `streamed` an iterator of messages."""

    def wrap(self, handler: Handler, method: str) -> Handler:
        """The handler inside the scope."""
        behaviour, streamed = behaviour_of(handler), handler.request_streaming

        def unary(request: Any, context: grpc.ServicerContext) -> Any:
            with self.scope(method, request, context, streamed) as passed:
                return behaviour(passed, context)

        def streaming(request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
            with self.scope(method, request, context, streamed) as passed:
                yield from behaviour(passed, context)

        return with_behaviour(handler, streaming if handler.response_streaming else unary)


def behaviour_of(handler: Handler) -> Callable[..., Any]:
    """The function that does the handler's work, whichever of the four kinds it is."""
    found = handler.unary_unary or handler.unary_stream or handler.stream_unary or handler.stream_stream
    if found is None:
        raise ValueError("a handler without behaviour")
    return found


def with_behaviour(handler: Handler, behaviour: Callable[..., Any]) -> Handler:
    """A handler of the same kind with another behaviour."""
    kinds = {
        (False, False): grpc.unary_unary_rpc_method_handler,
        (False, True): grpc.unary_stream_rpc_method_handler,
        (True, False): grpc.stream_unary_rpc_method_handler,
        (True, True): grpc.stream_stream_rpc_method_handler,
    }
    make = kinds[handler.request_streaming, handler.response_streaming]
    return make(behaviour, handler.request_deserializer, handler.response_serializer)
