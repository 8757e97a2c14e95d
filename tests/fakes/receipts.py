"""The file store of receipts, in memory."""

from collections.abc import Iterable, Iterator


class FakeFiles:
    """services.repayment.ports.Files: whole files by key."""

    def __init__(self) -> None:
        self.stored: dict[str, bytes] = {}

    def upload(self, key: str, chunks: Iterable[bytes], content_type: str = "") -> int:
        self.stored[key] = b"".join(chunks)
        return len(self.stored[key])

    def delete(self, key: str) -> None:
        self.stored.pop(key, None)

    def stream(self, key: str) -> Iterator[bytes]:
        return iter((self.stored[key],))
