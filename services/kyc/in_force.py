"""The sanctions list that customers are screened against now: the loaded ones together, read again when one changes."""

import threading
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from services.kyc.sanctions import SanctionsList, current_list
from services.kyc.screening import Entry, Screening, Subject

# A replica screens against a list that was loaded this long ago at the latest.
REFRESH_SECONDS = 10.0


class Lists(Protocol):
    """Where the loaded lists are."""

    def versions(self) -> Mapping[str, str]:
        """The version in force by source."""
        ...

    def entries(self) -> tuple[Entry, ...]:
        """The entries of all lists in force."""
        ...


class ListInForce:
    """All loaded lists as one; the list that is delivered until the first one is loaded."""

    def __init__(self, lists: Lists) -> None:
        self._lists, self._refreshing = lists, threading.Lock()
        self._versions: Mapping[str, str] | None = None
        self._list = current_list()

    def screen(self, subject: Subject, at: datetime) -> Screening:
        """What the lists say about a person; errors.Unavailable while they have never been read."""
        return self._read().screen(subject, at)

    def listed(self, numbers: Iterable[str]) -> Mapping[str, Entry]:
        """The entries with these numbers, as far as they are in force."""
        return self._read().listed(numbers)

    def list_version(self) -> str:
        """The versions of all lists in force; errors.Unavailable while they have never been read."""
        return self._read().list_version()

    def refresh(self) -> None:
        """Reads the lists again if one was loaded since; the index is made beside the one that is in use."""
        with self._refreshing:
            versions = self._lists.versions()
            while versions != self._versions:
                entries, before = self._lists.entries(), versions
                versions = self._lists.versions()
                if versions == before:
                    # None was replaced meanwhile: these are the entries of just these versions.
                    name = "; ".join(versions.values())
                    self._list = SanctionsList(name, entries) if versions else current_list()
                    self._versions = versions

    def _read(self) -> SanctionsList:
        if self._versions is None:
            self.refresh()
        return self._list
