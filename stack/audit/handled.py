"""Which events listeners have handled: their names, sorted, in files that are read once, side by side.

There are several times as many of them as events; put into a table, each would be written, indexed and looked up.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path

# Names that are sorted at once, a file of them each; bytes that are read at once of each file.
_RUN, _CHUNK = 200_000, 131_072


def event(source: str, event_id: str) -> str:
    """The name of an event: an id is one of its source's, which may be another source's, too."""
    return f"{source} {event_id}"


class Handled:
    """A folder, with a file for each run of sorted names, a line each; files of a listener begin with its name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(exist_ok=True)

    def add(self, listener: str, events: Iterable[str]) -> None:
        """Keeps names of events in whichever order they come."""
        each = iter(events)
        while run := sorted(islice(each, _RUN)):
            self._file(listener).write_text("".join(f"{name}\n" for name in run))

    def add_sorted(self, listener: str, lines: Iterable[bytes | bytearray | memoryview]) -> None:
        """Keeps lines that are sorted by their bytes, as they come."""
        with self._file(listener).open("wb") as file:
            file.writelines(lines)

    @contextmanager
    def read(self, listeners: Iterable[str]) -> "Iterator[dict[str, list[Run]]]":
        """The runs of each listener, at their beginning."""
        with ExitStack() as opened:
            yield {
                name: [opened.enter_context(_opened(path)) for path in sorted(self._folder.glob(f"{name}-*"))]
                for name in listeners
            }

    def _file(self, listener: str) -> Path:
        return self._folder / f"{listener}-{len([*self._folder.iterdir()]):04}"


class Run:
    """A file of sorted names, read from its beginning to its end."""

    def __init__(self, path: Path) -> None:
        self._file = path.open()
        self._names: list[str] = []

    def up_to(self, last: str) -> list[str]:
        """The names up to this one, which are passed by then."""
        found: list[str] = []
        while self._names or self._more():
            if self._names[-1] > last:
                place = bisect_right(self._names, last)
                found += self._names[:place]
                del self._names[:place]
                break
            found += self._names
            self._names = []
        return found

    def close(self) -> None:
        """Ends it."""
        self._file.close()

    def _more(self) -> bool:
        chunk = self._file.read(_CHUNK)
        if chunk:
            self._names = (chunk + self._file.readline()).splitlines()
        return bool(chunk)


@contextmanager
def _opened(path: Path) -> Iterator[Run]:
    run = Run(path)
    try:
        yield run
    finally:
        run.close()
