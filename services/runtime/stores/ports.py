"""What a service's database does for the rest of the runtime, whichever product it is: transactions, runtime rows."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import structlog

from services.runtime.stores.audit_rows import AuditRows
from services.runtime.stores.data_keys import DataKey, DataKeys

log = structlog.get_logger(__name__)
# Shards of the outbox: as many replicas of a service can share its work.
SHARDS = 12
# By which a received event is known: the service whose topic it came on, and the id that this service gave it. A
# service may give any id, another's too; so neither the id alone is looked for, nor anything forgotten by it.
Identity = tuple[str, str]


class Transaction:
    """An open transaction; its callbacks run once after the real, outermost commit, and never after a rollback."""

    def __init__(self) -> None:
        self._after_commit: list[Callable[[], None]] = []
        # What it has found or made, by subject and class of record.
        self.data_keys: dict[tuple[str, str], DataKey] = {}
        # What was read before it is asked for, by collection and key; None: it is not there.
        self.ahead: defaultdict[str, dict[str, Any]] = defaultdict(dict)
        # How many units of work have committed in it.
        self.units = 0

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Runs `callback` after the outermost commit, once; it must not raise."""
        if callback not in self._after_commit:
            self._after_commit.append(callback)

    def flush(self) -> None:
        """Sends the database what waits to be written; what that could fail by is known then."""

    def committed(self) -> None:
        """Runs the callbacks, for the database that owns it; one that breaks is logged: what is committed stays."""
        for callback in self._after_commit:
            try:
                callback()
            except Exception:
                log.exception("after_commit_failed")


@dataclass(frozen=True)
class OutboxRow:
    """One event that waits to be published, already encoded. `position` is the store's own handle of the row."""

    event_id: str
    shard: int
    aggregate_type: str
    aggregate_id: str
    version: int
    topic: str
    key: str
    headers: Mapping[str, str]
    payload: bytes
    create_time: datetime
    position: Any = field(default=None, compare=False)


@dataclass(frozen=True)
class Arrival:
    """A received event, by what a store finds what it knows of it."""

    event_id: str
    source: str
    aggregate: str
    key: str

    @property
    def identity(self) -> Identity:
        """By which it is known."""
        return self.source, self.event_id


@dataclass(frozen=True)
class Waiting(Arrival):
    """That an event cannot be handled yet; `dead` when it was dead-lettered and holds up its key.

    `follows` is the version of its aggregate that must be reached before it.
    """

    version: int
    follows: int
    dead: bool


@dataclass(frozen=True)
class ParkedRow(Waiting):
    """The same with all that the event carries."""

    topic: str
    headers: Mapping[str, str]
    value: bytes


def names(identity: Identity) -> tuple[str, str]:
    """Under which of two names a row of a received event may be kept: its id, or that with the source before it.

    The second is for an id that a row of another source has already: each row also has its source, and is nobody
    else's. Under the id, as long as it is free, a version of the service from before there was a second name finds
    the row, and this one finds that one's. No service can take another's second name: no id has a line feed in it
    (Event.read).
    """
    source, event_id = identity
    return event_id, f"{source}\n{event_id}"


@dataclass
class Known:
    """What a store knows of arrivals: which are new, the version that was last applied by source and aggregate
    (left out: none), and the parked events of their aggregates, and of their keys from whatever source.
    """

    new: set[Identity] = field(default_factory=set)
    reached: dict[tuple[str, str], int] = field(default_factory=dict)
    waiting: list[Waiting] = field(default_factory=list)


class OutboxRows(Protocol):
    """Events that wait to be published, and the leases by which replicas share them."""

    def append(self, rows: Sequence[OutboxRow]) -> None:
        """Writes the rows in the open transaction."""
        ...

    def lease(self, owner: str, seconds: float) -> frozenset[int]:
        """Renews the owner's leases, takes its fair share of free ones, gives surplus back; returns the shards held."""
        ...

    def release(self, owner: str) -> None:
        """Gives all leases of the owner back."""
        ...

    def waiting(self, shards: Sequence[int], limit: int) -> list[OutboxRow]:
        """The oldest rows of these shards, each aggregate's in order of version."""
        ...

    def archive(self, rows: Sequence[OutboxRow]) -> None:
        """Moves rows that the broker acknowledged to the archive."""
        ...

    def backlog(self) -> tuple[int, float]:
        """How many rows wait, and the age of the oldest in seconds."""
        ...


class InboxRows(Protocol):
    """What was received: identities for dedupe, the version reached per aggregate, events that must wait."""

    def take(self, arrivals: Sequence[Arrival]) -> Known:
        """Records the identities in the open transaction, and says what is known of their aggregates and keys.

        errors.Aborted (CONFLICT) when another transaction records one of them and this one cannot wait.
        """
        ...

    def forget(self, events: Collection[Identity]) -> None:
        """Takes back what was recorded of events that are not handled yet."""
        ...

    def advance(self, moved: Mapping[tuple[str, str], int], begun: Mapping[tuple[str, str], int]) -> None:
        """Records the versions that are applied, by source and aggregate: of those that `take` knew, and of new ones.

        errors.Aborted (CONFLICT) when another replica was quicker.
        """
        ...

    def park(self, row: ParkedRow) -> None:
        """Keeps an event for later; replaces an earlier copy of it."""
        ...

    def unpark(self, event: Identity) -> None:
        """Forgets a parked event."""
        ...

    def runnable(self, limit: int) -> list[Identity]:
        """Parked, not dead events with no gap and no parked one before them, the longest parked first."""
        ...

    def copy(self, event: Identity) -> ParkedRow | None:
        """A parked event with all that it carries."""
        ...

    def parked_count(self) -> int:
        """How many events are parked."""
        ...


class IdempotencyRows(Protocol):
    """Answers already given, by subject, method and idempotency key. Both calls belong into an open transaction."""

    def find(self, subject: str, method: str, key: str) -> tuple[bytes, bytes] | None:
        """The hash of the request and the answer, or None; a call with a key in use waits, or conflicts later."""
        ...

    def save(self, subject: str, method: str, key: str, request_hash: bytes, response: bytes) -> None:
        """Keeps an answer; errors.Aborted (CONFLICT) when another call with the key was quicker."""
        ...


class Store(Protocol):
    """A service's database."""

    @property
    def audit(self) -> AuditRows:
        """The audit trail."""
        ...

    @property
    def outbox(self) -> OutboxRows:
        """Events on their way out."""
        ...

    @property
    def inbox(self) -> InboxRows:
        """Events on their way in."""
        ...

    @property
    def keys(self) -> DataKeys:
        """The data keys by which what is personal is sealed."""
        ...

    @property
    def idempotency(self) -> IdempotencyRows:
        """Answers already given."""
        ...

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Opens a transaction, or joins the one that is open in this thread; the outermost block commits."""
        ...

    def tidy(self) -> None:
        """Removes runtime rows that are too old to matter, and makes room for those of the next days."""
        ...

    def check(self) -> None:
        """Checks that the database answers; errors.Unavailable says which part is missing."""
        ...
