"""Whose file is read next: reading costs a processor and memory, of which one person's files must not take all."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from services.runtime.errors import Unavailable

_MOST_AT_ONCE = 2
_TURN_SECONDS = 15.0
_PAUSE_SECONDS = 60.0


class Turns:
    """Two files at once, one of each person; and none of a person for a minute after one that took too much."""

    def __init__(self, now: Callable[[], float] = time.monotonic, patience: float = _TURN_SECONDS) -> None:
        self._now, self._patience = now, patience
        self._changed, self._reading = threading.Condition(), Counter[str]()
        self._paused: dict[str, float] = {}

    @contextmanager
    def turn(self, person: str) -> Iterator[None]:
        """The block reads one of the person's files; Unavailable when its turn does not come in good time."""
        with self._changed:
            self._check_pause(person)
            if not self._changed.wait_for(lambda: self._is_free(person), self._patience):
                raise Unavailable("other files are looked at; send this one again", retry_after=int(self._patience))
            # Another one of theirs may have taken too much meanwhile.
            self._check_pause(person)
            self._reading[person] += 1
        try:
            yield
        finally:
            with self._changed:
                del self._reading[person]
                self._changed.notify_all()

    def took_too_much(self, person: str) -> None:
        """Has the person's next files wait."""
        with self._changed:
            self._paused = {each: until for each, until in self._paused.items() if until > self._now()}
            self._paused[person] = self._now() + _PAUSE_SECONDS

    def _is_free(self, person: str) -> bool:
        return person not in self._reading and len(self._reading) < _MOST_AT_ONCE

    def _check_pause(self, person: str) -> None:
        left = self._paused.get(person, 0.0) - self._now()
        if left > 0:
            raise Unavailable("a file before this one took too much; send this one later", retry_after=int(left) + 1)
