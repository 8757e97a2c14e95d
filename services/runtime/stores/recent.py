"""What was found of late, for as long as it may be believed."""

import threading
import time
from collections import OrderedDict
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")
_KEPT, _KEPT_SECONDS = 20_000, 60.0


class Recent(Generic[K, V]):
    """What was found in the last minute, the last so many of it; for any thread."""

    def __init__(self) -> None:
        self._found: OrderedDict[K, tuple[float, V]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: K) -> V | None:
        """What was found, unless that is too long ago."""
        entry = self._found.get(key)
        return entry[1] if entry is not None and time.monotonic() - entry[0] < _KEPT_SECONDS else None

    def put(self, key: K, value: V) -> None:
        """Keeps it, and lets go of what was put in first."""
        with self._lock:
            self._found.pop(key, None)
            self._found[key] = (time.monotonic(), value)
            while len(self._found) > _KEPT:
                self._found.popitem(last=False)

    def clear(self) -> None:
        """Lets go of all."""
        with self._lock:
            self._found.clear()
