"""Files that were stored while the virus scanner was away: it gets them again, until it has judged each."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import structlog

from services.runtime.errors import Error, InvalidArgument
from services.runtime.files.scanning import Scanner, ScannerAway
from services.runtime.files.storing import Removable, discard

T = TypeVar("T")
# How many are looked at in one round; more follow in the next, which comes at once while any was judged.
ROUND = 100
# How often it is looked whether any wait.
RESCAN_SECONDS = 10.0
_log = structlog.get_logger(__name__)


class Readable(Removable, Protocol):
    """A file store from which files can be read."""

    def stream(self, key: str, sha256: str) -> Iterator[bytes]:
        """The content in chunks; errors.DataLoss when it is not that of the hash."""
        ...


@dataclass(frozen=True)
class Unscanned(Generic[T]):
    """A file without a verdict, by its key and its hash (hex), and what it belongs to."""

    owner: T
    key: str
    sha256: str


def rescan(
    files: Readable, scanner: Scanner, waiting: Sequence[Unscanned[T]], settle: Callable[[T, bool], None]
) -> bool:
    """Has the scanner judge what waits; whether it judged any. One that cannot be read is passed over.

    `settle` records a verdict, True for a clean file; one that is not is removed after that.
    """
    judged = 0
    for each in waiting:
        try:
            clean = _is_clean(files, scanner, each)
            settle(each.owner, clean)
            judged += 1
            if not clean:
                discard(files, each.key)
        except ScannerAway as error:
            _log.warning("quarantine_waits", files=len(waiting) - judged, cause=error.message)
            break
        except Error as error:
            _log.warning("rescan_failed", key=each.key, cause=error.message)
    return judged > 0


def _is_clean(files: Readable, scanner: Scanner, found: Unscanned[T]) -> bool:
    try:
        for _ in scanner.watch(files.stream(found.key, found.sha256)):
            pass
    except InvalidArgument:
        return False
    return True
