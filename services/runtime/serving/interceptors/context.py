"""Binds the request context: correlation id, method, idempotency key and deadline; the caller is found out later."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import grpc

from services.runtime import context as request_context
from services.runtime.context import CORRELATION_ID, IDEMPOTENCY_KEY, Caller, CallerKind, RequestContext
from services.runtime.ids import new_id
from services.runtime.serving.interceptors.scope import Scope

# The edge makes the second for every request from outside; a service that calls passes its own on in the first.
_CORRELATION_HEADERS = (CORRELATION_ID, "x-request-id")
# What comes from outside ends up in logs: no spaces, no control characters, not long.
_ACCEPTABLE = re.compile(r"[A-Za-z0-9._:-]{1,64}")


class BindContext(Scope):
    """Makes `context.current()` work for everything inside."""

    @contextmanager
    def scope(self, method: str, request: Any, context: grpc.ServicerContext, streamed: bool) -> Iterator[Any]:
        """Binds the context of the call, its caller still unknown."""
        headers = metadata(context)
        remaining = context.time_remaining()
        bound = RequestContext(
            Caller(CallerKind.ANONYMOUS),
            correlation_id=_correlation_id(headers),
            method=method,
            idempotency_key=headers.get(IDEMPOTENCY_KEY, ""),
            deadline=None if remaining is None else time.monotonic() + remaining,
            active=context.is_active,
        )
        with request_context.bind(bound):
            yield request


def metadata(context: grpc.ServicerContext) -> dict[str, str]:
    """The call's text metadata."""
    return {key: value for key, value in context.invocation_metadata() or () if isinstance(value, str)}


def _correlation_id(headers: dict[str, str]) -> str:
    given = (headers.get(name, "") for name in _CORRELATION_HEADERS)
    return next((each for each in given if _ACCEPTABLE.fullmatch(each)), "") or new_id()
