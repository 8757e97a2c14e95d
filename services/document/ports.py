"""What the use cases need: of the file store."""

from collections.abc import Iterable, Iterator
from typing import Protocol


class Files(Protocol):
    """The file store; services.runtime.files.sealed.SealedFiles."""

    def upload(self, key: str, subject: str, chunks: Iterable[bytes], content_type: str) -> int:
        """Stores the chunks, about a subject; what they raise is raised, and nothing is stored then."""
        ...

    def stream(self, key: str, sha256: str) -> Iterator[bytes]:
        """The content with that hash in chunks; errors.NotFound, and errors.DataLoss when it is another."""
        ...

    def delete(self, key: str) -> None:
        """Removes a file, if it is there."""
        ...
