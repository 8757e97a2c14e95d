"""The audit trail of a service: its rows, their chain, and what a store does with them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True)
class AuditRow:
    """One change of one aggregate: who, by which method, before, after, why. Unchanged columns are left out."""

    actor: str
    method: str
    aggregate_type: str
    aggregate_id: str
    version: int
    before: Mapping[str, Any] | None
    after: Mapping[str, Any]
    why: str
    correlation_id: str


@dataclass(frozen=True)
class AuditEntry:
    """An audit row as it is stored: under which id, and when it was written, by the store's clock or the service's."""

    entry_id: str
    create_time: datetime
    row: AuditRow


@dataclass(frozen=True)
class ChainLink:
    """The place of an audit row in the chain of its service; `signature` is empty but on the last of a batch.

    `digest` is of the row, `link` of everything up to here: see services.runtime.audit.chain.
    """

    sequence: int
    entry_id: str
    digest: bytes
    link: bytes
    chain_time: datetime
    signature: bytes


@dataclass(frozen=True)
class AuditFilter:
    """Which audit rows are looked for: each part that is given has to be so. Times: from `since` on, before `until`.

    `prefix` begins the actor or their id, the method or its last name, the aggregate's type or id. `outcome`, and what
    `words` says, are those of audit_words.py.
    """

    aggregate_type: str = ""
    aggregate_id: str = ""
    actor: str = ""
    method: str = ""
    correlation_id: str = ""
    prefix: str = ""
    since: datetime | None = None
    until: datetime | None = None
    actor_kind: str = ""
    outcome: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class AuditPlace:
    """A place among the rows of one store, newest first: just after the row of this time and id."""

    create_time: datetime
    entry_id: str


@dataclass(frozen=True)
class AuditHit:
    """A row that was found; `sequence` is that of its link, 0 while it is not chained."""

    entry: AuditEntry
    sequence: int

    @property
    def place(self) -> AuditPlace:
        """Just after it."""
        return AuditPlace(self.entry.create_time, self.entry.entry_id)


@dataclass(frozen=True)
class AuditFound:
    """The rows that one look has found, newest first, and up to where it looked; None: there is nothing beyond."""

    hits: tuple[AuditHit, ...]
    reached: AuditPlace | None


# Makes the links that follow the last one (None: there is none yet), one for each row, in their order.
Linking = Callable[[ChainLink | None, Sequence[AuditEntry]], Sequence[ChainLink]]


class AuditRows(Protocol):
    """The audit trail."""

    def append(self, rows: Sequence[AuditRow]) -> None:
        """Writes the rows in the open transaction."""
        ...

    def chain(self, linking: Linking, limit: int) -> int:
        """Chains the oldest unchained rows, none skipped; returns how many, 0 when another replica does it."""
        ...

    def head(self) -> ChainLink | None:
        """The last link."""
        ...

    def links(self, after: int, limit: int) -> list[tuple[ChainLink, AuditEntry | None]]:
        """The links that follow a sequence number, in order, each with its row; None: there is no such row."""
        ...

    def unchained(self, before: datetime, limit: int) -> list[AuditEntry]:
        """Rows, written before then, that are in no link."""
        ...

    def search(self, wanted: AuditFilter, after: AuditPlace | None, limit: int) -> AuditFound:
        """Up to `limit` rows beyond a place (None: from the newest on), after no more than a bounded look.

        So it may give fewer, or none, and a place to go on from. InvalidArgument for a place of another store.
        """
        ...

    def some(self, entry_ids: Sequence[str]) -> list[AuditHit]:
        """The rows with these ids, in this order; one that is not there is left out."""
        ...
