"""Who asks for what, and on which occasion: the context of the present call or event, for every layer to read."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from services.runtime.ids import new_id

# Metadata of a call: which request of a person it belongs to, and under which name its answer is kept.
CORRELATION_ID = "x-correlation-id"
IDEMPOTENCY_KEY = "idempotency-key"


class CallerKind(Enum):
    """What sort of caller acts."""

    CUSTOMER = "customer"
    STAFF = "staff"
    CLIENT = "client"
    SERVICE = "service"
    ANONYMOUS = "anonymous"


@dataclass(frozen=True)
class Caller:
    """Who acts: `subject` is the account's id (empty for services and the anonymous), `service` the peer of the mesh.

    `roles` are the token's: names of staff roles such as `OFFICER`, or `BEARER` for one acting for themselves alone.
    """

    kind: CallerKind
    subject: str = ""
    roles: frozenset[str] = frozenset()
    service: str = ""

    @property
    def customer_id(self) -> str:
        """The customer who acts, or an empty string when the caller is no customer."""
        return self.subject if self.kind is CallerKind.CUSTOMER else ""

    @property
    def actor(self) -> str:
        """The caller as audit rows and events name it, such as `staff:<id>` or `service:<name>`."""
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


@dataclass(frozen=True)
class RequestContext:
    """One call, one event or one round of a background task.

    `method` is the gRPC path (`/package.Service/Method`), the event's type or the task's name. `idempotency_key` is
    empty when none was sent; `event` is set only while an event is handled. `deadline` is the moment of the monotonic
    clock by which the caller wants the answer, None when it waits for ever.
    """

    caller: Caller
    correlation_id: str = field(default_factory=new_id)
    method: str = ""
    idempotency_key: str = ""
    event: EventMeta | None = None
    deadline: float | None = None


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
