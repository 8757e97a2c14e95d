"""What a store does with events that were published: they are kept for some days, and read again in their order."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.runtime.stores.ports import OutboxRow, Store

# For how many days published events are kept, unless a setting says otherwise.
ARCHIVE_DAYS = 7


@dataclass(frozen=True)
class Selection:
    """Which events of the past are meant: made from `since` and before `until`, of one aggregate; empty: all."""

    since: datetime | None = None
    until: datetime | None = None
    aggregate_id: str = ""

    def given(self) -> dict[str, str]:
        """What is given of it, as text."""
        times = {"since": self.since and self.since.isoformat(), "until": self.until and self.until.isoformat()}
        return {name: text for name, text in {**times, "aggregate_id": self.aggregate_id}.items() if text}


class ArchiveRows(Protocol):
    """Events that were published, kept for some days; and notes, such as how far a rebuilding of a topic has come."""

    def read(self, selection: Selection, after: str, limit: int) -> list[OutboxRow]:
        """The next events behind the place `after` (empty: from the first), published or not yet, as they were sent.

        Each is there once, and each aggregate's are in order of version.
        """
        ...

    def place(self, row: OutboxRow) -> str:
        """Where a row stands in that order."""
        ...

    def noted(self, name: str) -> str:
        """What was noted last under a name, such as the place that a run has reached; empty: nothing."""
        ...

    def note(self, name: str, value: str) -> None:
        """Notes something under a name; empty: takes it back."""
        ...

    def exchange(self, name: str, before: str, after: str) -> bool:
        """Notes `after` if `before` is what is noted (empty: nothing); False: it is not. errors.Aborted (CONFLICT)."""
        ...

    def notes(self, prefix: str) -> dict[str, str]:
        """What is noted under the names that begin so."""
        ...


class ArchivingStore(Store, Protocol):
    """A service's database that keeps what was published."""

    @property
    def archive(self) -> ArchiveRows:
        """Events that went out."""
        ...
