"""Who may call: the contract's rule for the RPC, held against the peer's mesh identity and the caller's token."""

import dataclasses
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import grpc

from services.runtime import context as request_context
from services.runtime.calling.identity import Identity
from services.runtime.calling.tokens import TokenVerifier
from services.runtime.context import Caller, CallerKind, RequestContext
from services.runtime.errors import PermissionDenied, Unauthenticated
from services.runtime.serving.interceptors.context import metadata
from services.runtime.serving.interceptors.scope import Scope
from services.runtime.serving.rpcs import Rpc

EDGE = "edge"


class CheckAccess(Scope):
    """Finds out who calls, refuses callers that the rule does not name, and makes the caller known to the context.

    The edge has verified the token already; it is verified again because the edge is not the only thing that can fail.
    """

    def __init__(self, rpcs: Mapping[str, Rpc], identity: Identity, tokens: TokenVerifier) -> None:
        super().__init__()
        self._rpcs, self._identity, self._tokens = rpcs, identity, tokens

    @contextmanager
    def scope(self, method: str, request: Any, context: grpc.ServicerContext, streamed: bool) -> Iterator[Any]:
        """Lets the call in under its caller."""
        if method not in self._rpcs:
            raise PermissionDenied("nothing says who may call this")
        with request_context.bind(self._known(self._rpcs[method], context)):
            yield request

    def _known(self, rpc: Rpc, context: grpc.ServicerContext) -> RequestContext:
        """The context of the call with its caller."""
        bound, peer = request_context.current(), self._identity.peer(context)
        if peer in rpc.callers:
            return dataclasses.replace(bound, caller=Caller.of_service(peer))
        if peer != EDGE or not rpc.open_to_edge:
            raise PermissionDenied("the peer may not call this")
        if rpc.public:
            return dataclasses.replace(bound, caller=Caller(CallerKind.ANONYMOUS, service=peer))
        headers = metadata(context)
        caller, trusted = self._tokens.follow(_bearer(headers), headers)
        if not _allowed(rpc, caller):
            raise PermissionDenied("the caller's roles or scopes do not allow this")
        return dataclasses.replace(bound, caller=dataclasses.replace(caller, service=peer), trusted=trusted)


def _allowed(rpc: Rpc, caller: Caller) -> bool:
    if caller.scopes is not None:
        return bool(rpc.scopes.get(caller.kind, frozenset()) & caller.scopes)
    if caller.kind is CallerKind.END_USER:
        return rpc.owner_self or bool(rpc.owner_field)
    return bool(rpc.roles & caller.roles)


def _bearer(headers: Mapping[str, str]) -> str:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated("a bearer token is needed")
    return token.strip()
