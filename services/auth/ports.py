"""What the auth service needs of others: the audit trail of each service."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True)
class Wanted:
    """Which audit rows are looked for; empty parts are not compared. Times: from `since` on, before `until`.

    `query` has words, of which a row has to have each.
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
    query: str = ""


@dataclass(frozen=True)
class Place:
    """A place among the rows of one trail, newest first: just after the row of this time and id."""

    create_time: datetime
    entry_id: str


@dataclass(frozen=True)
class Shown:
    """A row as the contract has it, and its place."""

    place: Place
    row: Any


@dataclass(frozen=True)
class Portion:
    """What one look into a trail has found, newest first, and up to where it looked; None: nothing is beyond."""

    rows: tuple[Shown, ...]
    reached: Place | None


@dataclass(frozen=True)
class Sought:
    """What a search by words has found in one trail: rows, how many fit in all, and by field how many have each value.

    `degraded` when its database answered, which counts nothing; beyond the first page nothing is counted either.
    """

    portion: Portion
    total: int
    counts: Mapping[str, Mapping[str, int]]
    degraded: bool


class Trail(Protocol):
    """The audit trail of one service."""

    def find(self, wanted: Wanted, after: Place | None, limit: int) -> Portion:
        """Up to `limit` rows beyond a place (None: from the newest on); errors.Unavailable, DeadlineExceeded."""
        ...

    def search(self, wanted: Wanted, after: Place | None, limit: int) -> Sought:
        """The same by words, with counts; errors.Unavailable, DeadlineExceeded."""
        ...

    def chain(self, wanted: Wanted) -> Iterator[bytes]:
        """The chain as lines, with the rows that are looked for; errors.Unavailable."""
        ...
