"""Where passwords are hashed: a few at a time in threads of their own, and no longer a line than is served in time.

A hash takes tens of milliseconds of a core and 19 MiB. In the threads that take calls it would fill all cores, and keep
its memory once for each of them: glibc's arenas give back nothing of that size.
"""

import math
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from services.runtime import context
from services.runtime.context import Caller, CallerKind, RequestContext
from services.runtime.errors import Cancelled, ResourceExhausted

T = TypeVar("T")

# The weight of the latest hash in the mean of what one takes.
_LATEST = 0.2


@dataclass(frozen=True)
class HashingSettings:
    """How many passwords are hashed at a time, and how long others wait for their turn.

    `parallel` is by itself one for each core. `waiting` callers may stand in line, each of whom holds one of the
    server's threads: stay well below their number. No caller waits for more than `longest` seconds.
    """

    parallel: int = len(os.sched_getaffinity(0))
    waiting: int = 16
    longest: float = 2.0


class Hashing:
    """Does costly work for callers in the order in which they come.

    A caller who would not have a turn before their own deadline, or within the longest wait, is refused at once; a
    caller who is gone by then costs nothing.
    """

    def __init__(self, settings: HashingSettings | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings, self._clock = settings or HashingSettings(), clock
        self._pool = ThreadPoolExecutor(self._settings.parallel, thread_name_prefix="hash")
        self._lock = threading.Lock()
        # Whether they are still wanted, by the hashes that go on or wait.
        self._line: dict[Future[Any], Callable[[], bool]] = {}
        self._seconds = 0.0

    @property
    def busy(self) -> int:
        """How many callers have their turn or stand in line."""
        return len(self._line)

    def run(self, work: Callable[[], T]) -> T:
        """What `work` gives; ResourceExhausted OVERLOADED when that is too late, Cancelled for a caller who is gone."""
        called = context.current_or_none() or RequestContext(Caller(CallerKind.ANONYMOUS))
        with self._lock:
            self._admit(called.deadline)
            turn = self._pool.submit(self._take, called.active, work)
            self._line[turn] = called.active
        try:
            return turn.result()
        except CancelledError:
            raise Cancelled("the caller gave up") from None
        finally:
            with self._lock:
                self._line.pop(turn, None)

    def close(self) -> None:
        """Ends the threads, when no call comes any more."""
        self._pool.shutdown()

    def _admit(self, deadline: float | None) -> None:
        parallel, places = self._settings.parallel, self._settings.parallel + self._settings.waiting
        if self.busy >= places:
            self._drop_unwanted()
        wait = max(0, self.busy - parallel + 1) / parallel * self._seconds
        remaining = math.inf if deadline is None else deadline - self._clock()
        if self.busy >= places or wait > self._settings.longest or wait + self._seconds > remaining:
            raise ResourceExhausted(
                "too many people sign in at this moment; try again soon",
                reason="OVERLOADED",
                retry_after=max(1, math.ceil(wait)),
            )

    def _drop_unwanted(self) -> None:
        # One that goes on already cannot be cancelled, and keeps its place.
        self._line = {turn: wanted for turn, wanted in self._line.items() if wanted() or not turn.cancel()}

    def _take(self, wanted: Callable[[], bool], work: Callable[[], T]) -> T:
        if not wanted():
            raise CancelledError
        begun = self._clock()
        try:
            return work()
        finally:
            took = self._clock() - begun
            with self._lock:
                self._seconds += (took - self._seconds) * (_LATEST if self._seconds else 1)
