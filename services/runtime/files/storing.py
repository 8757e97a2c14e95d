"""Uploads on their way into the object store: looked through and scanned as they come, recorded, or removed again."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol

import structlog
from prometheus_client import Counter

from services.runtime.errors import Error
from services.runtime.files.inspection import inspected
from services.runtime.files.scanning import Scanner, Tolerant
from services.runtime.files.uploads import Upload

_log = structlog.get_logger(__name__)
_QUARANTINED = Counter("loanflow_files_quarantined", "Uploads that were stored while the virus scanner was away.")


class Removable(Protocol):
    """A file store from which files can be removed."""

    def delete(self, key: str) -> None:
        """Removes a file, if it is there."""
        ...


class FileStore(Removable, Protocol):
    """A file store; services.runtime.files.sealed.SealedFiles is one."""

    def upload(self, key: str, subject: str, chunks: Iterable[bytes], content_type: str) -> int:
        """Stores a file about a subject whole, or nothing of it when `chunks` raises; its size in bytes."""
        ...


@contextmanager
def quarantined(files: FileStore, scanner: Scanner, key: str, subject: str, upload: Upload) -> Iterator[bool]:
    """Stores an upload about a subject, scanned as it comes; it goes again when the block, which records it, fails.

    It is taken also while the scanner is away; gives whether it was scanned. Who records one that was not must keep it
    from every reader until it was (quarantine.py). InvalidArgument when the upload is refused on the way; nothing is
    stored then. In the block its size and hash are those of the whole file.
    """
    passing = Tolerant(scanner, inspected(upload.chunks(), upload.content_type, subject))
    files.upload(key, subject, passing, upload.content_type)
    if not passing.scanned:
        _QUARANTINED.inc()
        _log.warning("upload_quarantined", key=key)
    with kept(files, key):
        yield passing.scanned


@contextmanager
def kept(files: Removable, key: str) -> Iterator[None]:
    """A stored file that goes again when the block, which records it, fails."""
    try:
        yield
    except BaseException:
        discard(files, key)
        raise


def discard(files: Removable, key: str) -> None:
    """Removes a file that no record names; a failure is only logged, for another one may be on its way."""
    try:
        files.delete(key)
    except Error as error:
        _log.warning("file_left_behind", key=key, cause=error.message)
