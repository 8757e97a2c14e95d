"""Whether a service has handled what was published before a call came, so that what it does not know is not there.

A caller learns of a thing from the service that made it, and may ask another for it before that one's consumer has come
so far. So a refusal for want of a thing, or for its state, holds only when the consumer had been through everything
that the topics had at that moment; else it is worth another try once it has.
"""

import threading
import time
from collections.abc import Collection, Mapping
from enum import Enum, auto

from services.runtime import errors
from services.runtime.events.kafka import group
from services.runtime.events.progress import Progress
from services.runtime.events.topics import Place, TopicIds

# How long a call waits, and between two looks; and how many calls wait at once: each holds a thread.
_PATIENCE, _BETWEEN_LOOKS = 2.0, 0.02
_MOST_WAITING = 4


class Standing(Enum):
    """How a consumer stands to what had been published when it was asked."""

    LEVEL = auto()
    """It was through with all of it already."""
    CAUGHT_UP = auto()
    """It is now: what was refused may be possible."""
    BEHIND = auto()
    """It is not, or the broker does not say."""


class CatchingUp:
    """Of the consumer of one process, whose `progress` it reads; asked by threads that serve calls."""

    def __init__(self, service: str, topics: Collection[str], ids: TopicIds, progress: Progress) -> None:
        self._group, self._topics, self._ids, self._progress = group(service), tuple(topics), ids, progress
        self._places = threading.BoundedSemaphore(_MOST_WAITING)

    def wait(self) -> Standing:
        """Waits a moment for the consumer. When too many wait already, LEVEL: what was refused stays refused."""
        if not self._places.acquire(blocking=False):
            return Standing.LEVEL
        try:
            return self._waited(time.monotonic() + _PATIENCE)
        except errors.Unavailable:
            return Standing.BEHIND
        finally:
            self._places.release()

    def _waited(self, until: float) -> Standing:
        ends, standing = self._ids.ends(self._topics), Standing.LEVEL
        while ends := self._still_before(ends):
            if time.monotonic() >= until:
                return Standing.BEHIND
            standing = Standing.CAUGHT_UP
            time.sleep(_BETWEEN_LOOKS)
        return standing

    def _still_before(self, ends: Mapping[Place, int]) -> dict[Place, int]:
        """Those of the ends that are not reached, by this process or a replica; that one commits twice a second."""
        here = self._progress.reached()
        open_ends = {place: end for place, end in ends.items() if here.get(place, 0) < end}
        if not open_ends:
            return {}
        committed = self._ids.committed(self._group, open_ends)
        return {place: end for place, end in open_ends.items() if committed.get(place, 0) < end}
