"""Calls to other services: mutual TLS, a deadline, the caller's correlation id and trace, and typed errors back."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import grpc

from services.runtime import context as request_context
from services.runtime.calling import keepalive
from services.runtime.calling.identity import Identity
from services.runtime.calling.status_mapping import from_call
from services.runtime.context import CORRELATION_ID
from services.runtime.errors import DeadlineExceeded
from services.runtime.observing import spans
from services.runtime.observing.spans import CallSpan

Metadata = Sequence[tuple[str, str | bytes]]

_SERVICE_CONFIG = {
    "methodConfig": [
        {
            "name": [{}],
            "retryPolicy": {
                "maxAttempts": 4,
                "initialBackoff": "0.1s",
                "maxBackoff": "1s",
                "backoffMultiplier": 2,
                "retryableStatusCodes": ["UNAVAILABLE"],
            },
        }
    ]
}


class PeerChannel(grpc.Channel):
    """A channel to one service, for the generated stubs; made anew when this process's certificate is renewed.

    Calls wait `deadline` seconds at most, and never longer than the caller of this process. They raise the
    typed errors of `errors.py` instead of grpc.RpcError.
    """

    def __init__(self, service: str, target: str, identity: Identity, deadline: float) -> None:
        self._service, self._target, self._identity, self.deadline = service, target, identity, deadline
        self.tracer, self._lock = spans.tracer(), threading.Lock()
        self._stamp = identity.stamp()
        self._channel = self._connect()
        self._former: list[grpc.Channel] = []

    def current(self) -> grpc.Channel:
        """The channel under the present certificate."""
        stamp = self._identity.stamp()
        if stamp != self._stamp:
            with self._lock:
                if stamp != self._stamp:
                    self._renew(stamp)
        return self._channel

    def unary_unary(self, method: str, *codecs: Any, **options: Any) -> Any:
        """Calls of one message for one."""
        return _Unary(self, method, lambda channel: channel.unary_unary(method, *codecs, **options))

    def stream_unary(self, method: str, *codecs: Any, **options: Any) -> Any:
        """Calls of a stream for one message."""
        return _Unary(self, method, lambda channel: channel.stream_unary(method, *codecs, **options))

    def unary_stream(self, method: str, *codecs: Any, **options: Any) -> Any:
        """Calls of one message for a stream."""
        return _Streaming(self, method, lambda channel: channel.unary_stream(method, *codecs, **options))

    def stream_stream(self, method: str, *codecs: Any, **options: Any) -> Any:
        """Calls of a stream for a stream."""
        return _Streaming(self, method, lambda channel: channel.stream_stream(method, *codecs, **options))

    def subscribe(self, callback: Callable[[grpc.ChannelConnectivity], None], try_to_connect: bool = False) -> None:
        """Calls `callback` with the connection's state."""
        self.current().subscribe(callback, try_to_connect)

    def unsubscribe(self, callback: Callable[[grpc.ChannelConnectivity], None]) -> None:
        """Ends a subscription."""
        self.current().unsubscribe(callback)

    def close(self) -> None:
        """Ends the connection and every call on it."""
        for channel in (*self._former, self._channel):
            channel.close()

    def __enter__(self) -> "PeerChannel":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _renew(self, stamp: int) -> None:
        # Calls may still be under way on the present channel; the one before it has been idle since the last renewal.
        for channel in self._former:
            channel.close()
        self._former = [self._channel]
        self._channel = self._connect()
        self._stamp = stamp

    def _connect(self) -> grpc.Channel:
        options = [
            ("grpc.service_config", json.dumps(_SERVICE_CONFIG)),
            ("grpc.enable_retries", 1),
            *keepalive.MESH.client_options(),
        ]
        return self._identity.connect(self._service, self._target, options)


class _Call:
    """One method of a peer; remembers its callable for as long as the channel stays the same."""

    def __init__(self, channel: PeerChannel, method: str, bind: Callable[[grpc.Channel], Any]) -> None:
        self._channel, self._method, self._bind = channel, method, bind
        self._bound: tuple[grpc.Channel, Any] | None = None

    def _callable(self) -> Any:
        channel, bound = self._channel.current(), self._bound
        if bound is None or bound[0] is not channel:
            bound = self._bound = (channel, self._bind(channel))
        return bound[1]

    def _timeout(self, timeout: float | None) -> float:
        wanted = self._channel.deadline if timeout is None else timeout
        context = request_context.current_or_none()
        if context is not None and context.deadline is not None:
            wanted = min(wanted, context.deadline - time.monotonic())
        if wanted <= 0:
            raise DeadlineExceeded("no time is left to ask another service")
        return wanted


class _Unary(_Call):
    def __call__(self, request: Any, timeout: float | None = None, metadata: Metadata = (), **options: Any) -> Any:
        timeout, span = self._timeout(timeout), CallSpan(self._channel.tracer, self._method)
        try:
            answer = self._callable()(request, timeout=timeout, metadata=_outgoing(metadata, span), **options)
        except BaseException as failure:
            span.end(failure)
            if isinstance(failure, grpc.RpcError):
                raise from_call(failure) from failure
            raise
        span.end()
        return answer


class _Streaming(_Call):
    def __call__(
        self, request: Any, timeout: float | None = None, metadata: Metadata = (), **options: Any
    ) -> Iterator[Any]:
        timeout, span = self._timeout(timeout), CallSpan(self._channel.tracer, self._method)
        responses = self._callable()(request, timeout=timeout, metadata=_outgoing(metadata, span), **options)
        return _typed(responses, span)


def _typed(responses: Any, span: CallSpan) -> Iterator[Any]:
    try:
        yield from responses
    except BaseException as failure:
        span.end(failure)
        if isinstance(failure, grpc.RpcError):
            raise from_call(failure) from failure
        raise
    else:
        span.end()
    finally:
        # A reader that stops half-way must not leave the peer sending.
        responses.cancel()


def _outgoing(metadata: Metadata, span: CallSpan) -> Metadata:
    context = request_context.current_or_none()
    correlation = () if context is None else ((CORRELATION_ID, context.correlation_id),)
    return (*correlation, *span.headers(), *metadata)


def channel(service: str, target: str, identity: Identity, deadline: float = 5.0) -> PeerChannel:
    """A channel to `service` at `target` (`host:port`) under this process's identity; deadline in seconds."""
    return PeerChannel(service, target, identity, deadline)
