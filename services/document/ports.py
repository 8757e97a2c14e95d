"""What the use cases need: of the file store."""

from collections.abc import Iterable, Iterator
from typing import Protocol


class Files(Protocol):
    """The file store; services.runtime.files.objects.Objects."""

    def upload(self, key: str, chunks: Iterable[bytes], content_type: str = ...) -> int:
        """Stores the chunks; what they raise is raised, and nothing is stored then."""
        ...

    def stream(self, key: str) -> Iterator[bytes]:
        """The content in chunks; errors.NotFound."""
        ...

    def delete(self, key: str) -> None:
        """Removes a file, if it is there."""
        ...
