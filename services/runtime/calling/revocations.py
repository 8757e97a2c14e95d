"""Access tokens that ended before their time: a compact list of the issuer's, asked for again and again.

The list is JSON: `time` is the moment up to which it goes (seconds of the epoch), `revoked` has pairs of a mark and a
number. A mark is what `mark` makes of the id of a session, a program or an account; a token that names it, with an
`epoch` below the number, is good for nothing any more. Asked with `since`, the issuer leaves out what is older.
"""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import structlog

from services.runtime.errors import Unauthenticated, Unavailable

_log = structlog.get_logger(__name__)

# How often the issuer is asked: with what is looked at in streams, well within the five seconds of a revocation.
EVERY_SECONDS = 1.5
# No list for so long: no one can say any more which tokens stand, and none does. A restart, or a database that fails
# over, takes less; an access token lives for longer.
STALE_SECONDS = 120.0
# After that, no token of before a revocation is alive: the lifetime of one, and the leeway of clocks.
KEPT_SECONDS = 20 * 60.0
# Asked again for what came in shortly before the last list: transactions end in another order than they begin.
_OVERLAP_SECONDS = 30
_NO_LIST = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, Unavailable)

Marks = tuple[tuple[str, int], ...]


def mark(name: str) -> str:
    """What stands for an id in the list: 96 bits of its SHA-256, which say nothing of it."""
    return base64.urlsafe_b64encode(hashlib.sha256(name.encode()).digest()[:12]).decode()


def marks_of(claims: Mapping[str, Any]) -> Marks:
    """What a token can be revoked by: its subject, up to its epoch, its session, and the program it was given to."""
    epoch, others = claims.get("epoch", 0), (claims.get("sid", ""), claims.get("client_id", ""))
    if not isinstance(epoch, int) or not all(isinstance(each, str) for each in others):
        raise ValueError("epoch is a number, sid and client_id are texts")
    subject = str(claims["sub"])
    return ((mark(subject), epoch), *((mark(each), 0) for each in others if each and each != subject))


class Revocations:
    """What is revoked, as far as it matters; `refresh` has to be called every EVERY_SECONDS.

    `fetch` gives the list since a moment, in seconds of the epoch; 0 for all of it.
    """

    def __init__(self, fetch: Callable[[int], bytes], clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch, self._clock = fetch, clock
        self._below: dict[str, tuple[int, float]] = {}
        self._since, self._renewed, self._tried = 0, float("-inf"), float("-inf")
        self._lock = threading.Lock()

    def stand(self, marks: Marks) -> bool:
        """Whether a token with these marks is not revoked, as far as is known."""
        below = self._below
        for name, epoch in marks:
            found = below.get(name)
            if found is not None and epoch < found[0]:
                return False
        return True

    def check(self, marks: Marks) -> None:
        """Unauthenticated for a revoked token; Unavailable when the list is not there, or too old to go by."""
        if self._clock() - self._renewed > STALE_SECONDS:
            self.refresh()
            if self._clock() - self._renewed > STALE_SECONDS:
                raise Unavailable("it cannot be found out which tokens are revoked")
        if not self.stand(marks):
            raise Unauthenticated("the token is revoked")

    def refresh(self) -> None:
        """Asks the issuer, unless that was done a moment ago; what is known stands when no list can be had."""
        with self._lock:
            now = self._clock()
            if now - self._tried < min(1.0, EVERY_SECONDS / 2):
                return
            self._tried, known = now, self._renewed > float("-inf")
            try:
                end, revoked = _read(self._fetch(self._since))
            except _NO_LIST as error:
                if known and now - self._renewed > 2 * EVERY_SECONDS:
                    _log.warning("revocations_not_known", seconds=round(now - self._renewed), cause=str(error))
                return
            self._take(revoked, now)
            self._since, self._renewed = max(0, end - _OVERLAP_SECONDS), now

    def _take(self, revoked: Iterable[tuple[str, int]], now: float) -> None:
        # Readers hold no lock: they see the mapping of before or the one of after.
        below = {name: found for name, found in self._below.items() if now < found[1]}
        for name, number in revoked:
            below[name] = (max(number, below.get(name, (0, 0.0))[0]), now + KEPT_SECONDS)
        self._below = below


def _read(text: bytes) -> tuple[int, list[tuple[str, int]]]:
    """The list's moment and its pairs; ValueError for anything else."""
    document = json.loads(text)
    end, revoked = document["time"], [(name, number) for name, number in document["revoked"]]
    if not isinstance(end, int) or not all(isinstance(name, str) and isinstance(n, int) for name, n in revoked):
        raise ValueError("no list of revoked tokens")
    return end, revoked
