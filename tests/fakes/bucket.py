"""A bucket of the object store, and the keys by which its files are sealed, in memory."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext

from services.runtime.errors import NotFound
from services.runtime.files.sealed import SealedFiles
from services.runtime.stores.data_keys import DataKeys
from tests.fakes.data_keys import fake_keys


class MemoryBucket:
    """services.runtime.files.sealed.Bucket: whole files by key, as they are stored; `piece` bytes come at a time."""

    def __init__(self, piece: int = 60_000) -> None:
        self.stored: dict[str, bytes] = {}
        self._piece = piece

    def upload(self, key: str, chunks: Iterable[bytes], content_type: str = "") -> int:
        self.stored[key] = b"".join(chunks)
        return len(self.stored[key])

    def stream(self, key: str) -> Iterator[bytes]:
        if key not in self.stored:
            raise NotFound("no such file")
        content = self.stored[key]
        return (content[at : at + self._piece] for at in range(0, len(content), self._piece))

    def delete(self, key: str) -> None:
        self.stored.pop(key, None)


class MemoryKeyring:
    """services.runtime.files.sealed.Keyring: data keys without a database."""

    def __init__(self) -> None:
        self.keys: DataKeys = fake_keys()

    def transaction(self) -> AbstractContextManager[object]:
        """Each call stands for itself."""
        return nullcontext()


def sealed_files(bucket: MemoryBucket) -> SealedFiles:
    """Files that are sealed by keys of their own."""
    return SealedFiles(bucket, MemoryKeyring(), "file")
