"""Turns what handlers raise into a status with details: typed errors as they are, anything else without a word why."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, cast

import grpc
import structlog
from grpc_status import rpc_status

from services.runtime import context as request_context
from services.runtime.calling.status_mapping import to_status
from services.runtime.errors import Error, Internal, ResourceExhausted, Unavailable
from services.runtime.serving.interceptors.context import metadata
from services.runtime.serving.interceptors.scope import Scope

_log = structlog.get_logger(__name__)
# The edge's transcoder adds it to what came as JSON.
_TRANSCODED = "x-envoy-original-path"
_FIRST = re.compile(r"[.\[]")
# The gRPC client of another service is not to try again: it would multiply the time until its own caller learns of it.
# Without this, what a peer cannot do takes four times as long as it takes the peer to find out.
_NO_RETRY = (("grpc-retry-pushback-ms", "-1"),)
# Seconds until the same call may be tried again, when who refuses does not know better; as the edge says it of its own.
_LATER = 3


class MapErrors(Scope):
    """Ends a call whose handler raised, with the status that belongs to the error."""

    @contextmanager
    def scope(self, method: str, request: Any, context: grpc.ServicerContext, streamed: bool) -> Iterator[Any]:
        """Maps whatever the block raises."""
        try:
            yield request
        except Error as error:
            if isinstance(error, Internal):
                _log.error("call broke", exc_info=error)
                error = _anonymous()
            else:
                # A caller's mistake is not the server's error; the message may name persons and stays out.
                _log.info("call refused", grpc_code=error.code, grpc_reason=error.reason)
            context.abort_with_status(_status(_as_sent(error, request, context)))
        except Exception as error:
            if not context.is_active():
                # The caller went away; the answer of the handler is lost.
                _log.info("call cancelled", exception=type(error).__name__)
                raise
            _log.error("call broke", exc_info=error)
            context.abort_with_status(_status(_anonymous()))


def _as_sent(error: Error, request: Any, context: grpc.ServicerContext) -> Error:
    """The error with its fields named as the caller wrote them: `book.firstPage` in JSON, the contract's names in gRPC.

    What is no field of the request, such as the part of a form, has the name that it has there.
    """
    if error.violations and _TRANSCODED in metadata(context):
        known = getattr(getattr(request, "DESCRIPTOR", None), "fields_by_name", {})
        for each in [each.field for each in error.violations if _FIRST.split(each.field)[0] in known]:
            error.message = error.message.replace(each, _in_json(each))
        error.violations = tuple(
            replace(each, field=_in_json(each.field)) if _FIRST.split(each.field)[0] in known else each
            for each in error.violations
        )
    return error


def _in_json(path: str) -> str:
    return re.sub(r"_([a-z0-9])", lambda letter: letter[1].upper(), path)


def _status(error: Error) -> grpc.Status:
    extra: tuple[tuple[str, str], ...] = _NO_RETRY if isinstance(error, Unavailable) else ()
    if isinstance(error, Unavailable | ResourceExhausted):
        error.retry_after = error.retry_after or _LATER
        extra += (("retry-after", str(error.retry_after)),)
    status: Any = rpc_status.to_status(to_status(error))
    return cast(grpc.Status, status._replace(trailing_metadata=(*status.trailing_metadata, *extra)))


def _anonymous() -> Internal:
    correlation_id = request_context.current().correlation_id
    return Internal("Something went wrong on our side.", metadata={"correlation_id": correlation_id})
