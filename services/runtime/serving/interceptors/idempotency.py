"""The same key and the same request give the first answer again; the same key with another request is refused."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

import grpc
from google.protobuf.message import Message

from services.runtime import context as request_context
from services.runtime.errors import FailedPrecondition, InvalidArgument
from services.runtime.serving.interceptors.scope import Handler, Interceptor, behaviour_of
from services.runtime.serving.rpcs import Rpc
from services.runtime.stores.ports import Store

_KEY = re.compile(r"[\x21-\x7e]{1,128}")


class Idempotency(Interceptor):
    """Answers repeated unary calls from the store: the effect and its answer are written in one transaction.

    `stores` holds, by RPC path, where that is. A call that fails leaves nothing behind and may be tried again.
    """

    def __init__(self, rpcs: Mapping[str, Rpc], stores: Mapping[str, Store]) -> None:
        super().__init__()
        self._rpcs, self._stores = rpcs, stores

    def wrap(self, handler: Handler, method: str) -> Handler:
        """The handler, run once for a key."""
        rpc, store = self._rpcs[method], self._stores.get(method)
        if not rpc.takes_key or store is None or handler.request_streaming or handler.response_streaming:
            return handler
        behaviour = behaviour_of(handler)

        def call(request: Message, context: grpc.ServicerContext) -> Any:
            key = request_context.current().idempotency_key
            if not key and not rpc.needs_key:
                return behaviour(request, context)
            _check(key)
            subject, digest = request_context.caller().actor, _digest(request)
            with store.transaction():
                known = store.idempotency.find(subject, method, key)
                if known is not None:
                    return _Answer(_same(known, digest))
                response = behaviour(request, context)
                store.idempotency.save(subject, method, key, digest, response.SerializeToString())
            return response

        return grpc.unary_unary_rpc_method_handler(call, handler.request_deserializer, _serialize)


class _Answer:
    """An answer that is serialised already."""

    def __init__(self, data: bytes) -> None:
        self.data = data


def _serialize(response: Message | _Answer) -> bytes:
    return response.data if isinstance(response, _Answer) else response.SerializeToString()


def _check(key: str) -> None:
    if not key:
        raise InvalidArgument.field(
            "idempotency-key", "this call needs an idempotency key", reason="IDEMPOTENCY_KEY_REQUIRED"
        )
    if not _KEY.fullmatch(key):
        raise InvalidArgument.field("idempotency-key", "must be 1 to 128 printable ASCII characters")


def _digest(request: Message) -> bytes:
    return hashlib.sha256(request.SerializeToString(deterministic=True)).digest()


def _same(known: tuple[bytes, bytes], digest: bytes) -> bytes:
    if known[0] != digest:
        raise FailedPrecondition("the idempotency key was used with another request", reason="IDEMPOTENCY_KEY_REUSED")
    return known[1]
