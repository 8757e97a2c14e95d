"""What the use cases need: of the file store and of a scanner."""

from collections.abc import Iterable, Iterator
from typing import Protocol


class Scanner(Protocol):
    """Looks for what may not be stored."""

    @property
    def finds_viruses(self) -> bool:
        """Whether it is a virus scanner."""
        ...

    def watch(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Passes the chunks on; InvalidArgument FILE_INFECTED at the end, or before, when something is found."""
        ...


class Files(Protocol):
    """The file store; services.runtime.objects.Objects."""

    def upload(self, key: str, chunks: Iterable[bytes], content_type: str = ...) -> int:
        """Stores the chunks; what they raise is raised, and nothing is stored then."""
        ...

    def stream(self, key: str) -> Iterator[bytes]:
        """The content in chunks; errors.NotFound."""
        ...

    def delete(self, key: str) -> None:
        """Removes a file, if it is there."""
        ...

    def signed_url(self, key: str, seconds: int) -> str:
        """An address that gives the content for so long."""
        ...
