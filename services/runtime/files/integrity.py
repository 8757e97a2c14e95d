"""Files held against the hash that was recorded when they came, before the first byte of them goes out."""

import hashlib
import tempfile
from collections.abc import Iterable, Iterator

import structlog
from prometheus_client import Counter

from services.runtime.errors import DataLoss

_log = structlog.get_logger(__name__)
_CHANGED = Counter("loanflow_files_changed", "Stored files that are not what was recorded; none of them went out.")
# What a file may take of memory while it is checked; the rest waits in a file without a name.
_MEMORY_BYTES = 1024 * 1024
_CHUNK_BYTES = 256 * 1024


def verified(chunks: Iterable[bytes], key: str, sha256: str) -> Iterator[bytes]:
    """The same bytes, once all of them are there and have this hash (hex); else errors.DataLoss FILE_CHANGED.

    Nothing goes out before: who has an answer of 200 has the file that was recorded.
    """
    checked = _checked(chunks, key, sha256)
    next(checked)
    return checked


def _checked(chunks: Iterable[bytes], key: str, sha256: str) -> Iterator[bytes]:
    """Yields once when the hash is right, then the bytes; begun by then, it closes its file however it ends."""
    digest = hashlib.sha256()
    with tempfile.SpooledTemporaryFile(_MEMORY_BYTES) as held:
        for chunk in chunks:
            digest.update(chunk)
            held.write(chunk)
        if digest.hexdigest() != sha256:
            _CHANGED.inc()
            _log.error("file_changed", key=key)
            raise DataLoss("the stored file is not the one that was recorded")
        yield b""
        held.seek(0)
        while chunk := held.read(_CHUNK_BYTES):
            yield chunk
