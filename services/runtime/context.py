"""Who asks for what, and on which occasion: the context of the present call or event, for every layer to read.

Kinds of callers have the runtime's names here, and the contract's words (loanflow/options/v1/caller.proto) wherever
they are written down: in tokens, audit rows and events.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from loanflow.options.v1 import caller_pb2
from services.runtime.ids import new_id

# Metadata of a call: which request of a person it belongs to, and under which name its answer is kept.
CORRELATION_ID = "x-correlation-id"
IDEMPOTENCY_KEY = "idempotency-key"


def _word(number: int) -> str:
    # Any: protoc's own stubs know no options of enum values.
    value: Any = caller_pb2.CallerKind.DESCRIPTOR.values_by_number[number]
    return str(value.GetOptions().Extensions[caller_pb2.word])


class CallerKind(Enum):
    """What sort of caller acts; the value is the contract's word for it."""

    END_USER = _word(caller_pb2.CALLER_KIND_END_USER)
    OPERATOR = _word(caller_pb2.CALLER_KIND_OPERATOR)
    CLIENT = _word(caller_pb2.CALLER_KIND_CLIENT)
    SERVICE = _word(caller_pb2.CALLER_KIND_SERVICE)
    ANONYMOUS = _word(caller_pb2.CALLER_KIND_ANONYMOUS)


@dataclass(frozen=True)
class Caller:
    """Who acts: `subject` is the account's id (empty for services and the anonymous), `service` the peer of the mesh.

    `holder_id` is the id of the one who holds the account where that is another id: what must not be done twice by the
    same one asks for `holder`, since one may hold several accounts.

    `roles` are the token's: names of the contract's roles, or `BEARER` for one acting for themselves alone.

    `scopes` limit a program of another company, `program` being its id, whether it acts as itself or as one who agreed;
    None for callers who act by themselves. `session_id` is the sign-in that the token is of, empty where it names none.
    """

    kind: CallerKind
    subject: str = ""
    roles: frozenset[str] = frozenset()
    service: str = ""
    holder_id: str = ""
    scopes: frozenset[str] | None = None
    program: str = ""
    session_id: str = ""

    @property
    def holder(self) -> str:
        """The id of the account's holder: the account's own for the first account that they have."""
        return self.holder_id or self.subject

    @property
    def owner_id(self) -> str:
        """The id that the caller's own objects name as their owner's; empty for callers that own nothing."""
        return self.subject if self.kind is CallerKind.END_USER else ""

    @property
    def actor(self) -> str:
        """The caller as audit rows and events name it, `<word of the kind>:<id>`, such as `service:<name>`."""
        if self.kind is CallerKind.ANONYMOUS:
            return "anonymous"
        return f"{self.kind.value}:{self.service if self.kind is CallerKind.SERVICE else self.subject}"

    @classmethod
    def of_service(cls, name: str) -> "Caller":
        """A service of the mesh acting under its own identity."""
        return cls(CallerKind.SERVICE, service=name)


@dataclass(frozen=True)
class EventMeta:
    """The event that is being handled: its CloudEvents attributes, `actor` being who caused it."""

    id: str
    type: str
    source: str
    time: datetime
    subject: str
    aggregate_id: str
    aggregate_version: int
    actor: str

    @property
    def unique_id(self) -> str:
        """A UUID of source and id: of ids alone, which publishers make by themselves, another may give the same."""
        return str(uuid5(NAMESPACE_OID, f"{self.source}\n{self.id}"))


def _always() -> bool:
    return True


@dataclass(frozen=True)
class RequestContext:
    """One call, one event or one round of a background task.

    `method` is the gRPC path (`/package.Service/Method`), the event's type or the task's name. `idempotency_key` is
    empty when none was sent; `event` is set only while an event is handled. `deadline` is the moment of the monotonic
    clock by which the caller wants the answer, None when it waits for ever; `active` says whether it still waits, and
    `trusted` whether it may still be answered, its token not revoked meanwhile.
    """

    caller: Caller
    correlation_id: str = field(default_factory=new_id)
    method: str = ""
    idempotency_key: str = ""
    event: EventMeta | None = None
    deadline: float | None = None
    active: Callable[[], bool] = _always
    trusted: Callable[[], bool] = _always


_current: ContextVar[RequestContext | None] = ContextVar("request_context", default=None)


def current() -> RequestContext:
    """The present context; RuntimeError where none is bound, which is a mistake in the program."""
    context = _current.get()
    if context is None:
        raise RuntimeError("no request context is bound here; background work binds one with context.bind")
    return context


def current_or_none() -> RequestContext | None:
    """The present context, for code that also runs outside of one, such as logging."""
    return _current.get()


def caller() -> Caller:
    """Who acts in the present context."""
    return current().caller


@contextmanager
def bind(context: RequestContext) -> Iterator[RequestContext]:
    """Makes `context` the present one for the block, in this thread."""
    token = _current.set(context)
    try:
        yield context
    finally:
        _current.reset(token)


@contextmanager
def background(service: str, task: str) -> Iterator[RequestContext]:
    """Binds a context for one round of a task without a caller: a sweep, a timer, a command."""
    with bind(RequestContext(Caller.of_service(service), method=task)) as context:
        yield context
