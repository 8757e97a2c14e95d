"""What the use cases need of others."""

from collections.abc import Iterable
from typing import Protocol


class Files(Protocol):
    """Where receipts are stored; services.runtime.objects.Objects is one."""

    def upload(self, key: str, chunks: Iterable[bytes], content_type: str = ...) -> int:
        """Stores a file whole, or nothing of it when `chunks` raises; its size in bytes."""
        ...

    def delete(self, key: str) -> None:
        """Removes a file, if it is there."""
        ...

    def signed_url(self, key: str, seconds: int) -> str:
        """An address from which anyone can read the file for so long."""
        ...
