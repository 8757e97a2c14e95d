"""Who acts for themselves reaches only what is theirs: the field that names the object, held against the caller."""

import functools
import itertools
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

import grpc

from services.runtime import context as request_context
from services.runtime.errors import InvalidArgument, NotFound, PermissionDenied
from services.runtime.serving.interceptors.scope import Scope
from services.runtime.serving.rpcs import Rpc

OwnerOf = Callable[[str], str]
SharersOf = Callable[[str], Collection[str]]
# Two ids each: a few megabytes.
_CACHED_OWNERS = 10_000


@dataclass(frozen=True)
class Shared:
    """The look-up of what its owner may share: `sharers_of` names with whom, and is asked anew each time."""

    owner_of: OwnerOf
    sharers_of: SharersOf

    def __call__(self, named: str) -> str:
        """The owner."""
        return self.owner_of(named)


def yourself(owner_id: str) -> str:
    """The look-up for a field that names the owner directly."""
    return owner_id


def cached(look_up: OwnerOf) -> OwnerOf:
    """The look-up, asking once for an object: none changes its owner, and a call for one that is gone finds that out.

    Otherwise every such call would have one more transaction.
    """
    if isinstance(look_up, Shared):
        return replace(look_up, owner_of=cached(look_up.owner_of))
    return functools.lru_cache(_CACHED_OWNERS)(look_up)


class CheckOwnership(Scope):
    """Asks whose the object is that an owner's call names; `owners` holds the look-ups by RPC path."""

    def __init__(self, rpcs: Mapping[str, Rpc], owners: Mapping[str, OwnerOf]) -> None:
        super().__init__()
        self._rpcs, self._owners = rpcs, owners

    @contextmanager
    def scope(self, method: str, request: Any, context: grpc.ServicerContext, streamed: bool) -> Iterator[Any]:
        """Lets through what belongs to the caller, and every caller that owns nothing."""
        field, owner_id = self._rpcs[method].owner_field, request_context.caller().owner_id
        if field and owner_id and not streamed:
            self._check(method, field, request, owner_id)
        elif field and owner_id:
            request = self._checked(method, field, request, owner_id)
        yield request

    def before_refusal(self, method: str, request: Any, at_fault: Collection[str]) -> None:
        """Of a request that breaks a rule: a caller that names another's object learns that, and nothing else.

        `at_fault` are the fields that break rules: an id among them names nothing.
        """
        field, owner_id = self._rpcs[method].owner_field, request_context.caller().owner_id
        if field and owner_id and field not in at_fault and _named(field, request):
            with suppress(NotFound):
                self._check(method, field, request, owner_id)

    def _checked(self, method: str, field: str, requests: Iterator[Any], owner_id: str) -> Iterator[Any]:
        # The first message of a stream names the object; the rest carry its content.
        first = next(requests, None)
        if first is None:
            raise InvalidArgument.field(field, "is required")
        self._check(method, field, first, owner_id)
        return itertools.chain((first,), requests)

    def _check(self, method: str, field: str, request: Any, owner_id: str) -> None:
        named = _named(field, request)
        if not named:
            raise InvalidArgument.field(field, "is required")
        look_up = self._owners[method]
        if look_up(named) != owner_id and not self._is_shared(method, look_up, named, owner_id):
            raise PermissionDenied(f"the {field} is not yours", reason="NOT_OWNER")

    def _is_shared(self, method: str, look_up: OwnerOf, named: str, owner_id: str) -> bool:
        if not isinstance(look_up, Shared) or not self._rpcs[method].owner_shared:
            return False
        return owner_id in look_up.sharers_of(named)


def _named(field: str, request: Any) -> str:
    return str(functools.reduce(getattr, field.split("."), request))
