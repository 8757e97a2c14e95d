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


class ArchiveRows(Protocol):
    """Events that were published, kept for some days, and how far each rebuilding of a topic from them has come."""

    def read(self, selection: Selection, after: str, limit: int) -> list[OutboxRow]:
        """The next events behind the place `after` (empty: from the first), published or not yet, as they were sent.

        Each is there once, and each aggregate's are in order of version.
        """
        ...

    def place(self, row: OutboxRow) -> str:
        """Where a row stands in that order."""
        ...

    def reached(self, run: str) -> str:
        """The place that a run noted last; empty: none."""
        ...

    def note(self, run: str, place: str) -> None:
        """Notes the place that a run has reached; empty: it has ended."""
        ...


class ArchivingStore(Store, Protocol):
    """A service's database that keeps what was published."""

    @property
    def archive(self) -> ArchiveRows:
        """Events that went out."""
        ...
