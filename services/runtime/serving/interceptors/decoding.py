"""Refuses what is no message of the RPC's type, such as text that is not UTF-8: gRPC by itself says INTERNAL to it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import grpc
from google.protobuf.message import DecodeError

from services.runtime.errors import InvalidArgument
from services.runtime.serving.interceptors.scope import Handler, Scope


class Decode(Scope):
    """InvalidArgument with REQUEST_MALFORMED instead of the message; of a stream, when it is that one's turn."""

    def wrap(self, handler: Handler, method: str) -> Handler:
        """The handler with a decoder that hands its failure on."""
        # A named tuple, which the typing stubs do not declare.
        with_decoder: Any = handler
        return super().wrap(with_decoder._replace(request_deserializer=_tolerant(handler.request_deserializer)), method)

    @contextmanager
    def scope(self, method: str, request: Any, context: grpc.ServicerContext, streamed: bool) -> Iterator[Any]:
        """Passes on what could be decoded."""
        yield map(_decoded, request) if streamed else _decoded(request)


class _Undecodable:
    """Stands where the message would be."""


def _tolerant(decode: Callable[[bytes], Any] | None) -> Callable[[bytes], Any]:
    def attempt(data: bytes) -> Any:
        try:
            return decode(data) if decode else data
        except DecodeError:
            return _Undecodable()

    return attempt


def _decoded(request: Any) -> Any:
    if isinstance(request, _Undecodable):
        raise InvalidArgument("the request is no valid message; text must be UTF-8", reason="REQUEST_MALFORMED")
    return request
