"""A virus scanner without a process of its own: finds files that hold the test file of EICAR, in plain bytes."""

from collections.abc import Iterable, Iterator

from services.runtime.errors import InvalidArgument
from services.runtime.files.scanning import ScannerAway
from tests.fakes.files import EICAR


class FakeScanner:
    """A services.runtime.files.scanning.Scanner; while `away` is set it gives no verdict."""

    def __init__(self) -> None:
        self.away = False

    def watch(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Passes the chunks on; the test file may lie across their borders."""
        tail = b""
        for chunk in chunks:
            if self.away:
                raise ScannerAway("the virus scanner is out of reach")
            window = tail + chunk
            if EICAR in window:
                raise InvalidArgument.field("file", "carries a virus", reason="FILE_INFECTED")
            tail = window[-len(EICAR) :]
            yield chunk
