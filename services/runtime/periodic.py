"""Work that comes round by itself in a thread of its own, and goes on whatever becomes of one round.

Ours, not APScheduler: no calendar, no stored jobs and no pool are needed, but liveness, a context for each round, and
the next round at once while there is more to do.
"""

import random
import threading
from collections.abc import Callable

import structlog

from services.runtime import context

log = structlog.get_logger(__name__)
# What a round needs may be away for a while: it is not asked, and logged, ten times a second meanwhile.
_AFTER_FAILURE = 1.0


class Periodic:
    """Calls `work` every `seconds`, and when it is woken; a services.runtime.serving.background.Background.

    When `work` returns something true there is more to do, and the next round follows at once. A round that raises is
    logged and tried again after `seconds`, a second at least. `jitter` is the share of `seconds` by which each wait may
    be shorter or longer: what many processes ask of one is then spread out. `name`, as `<service>.<what>`, is also the
    context's method in each round.
    """

    def __init__(
        self, service: str, name: str, work: Callable[[], object], seconds: float, jitter: float = 0.0
    ) -> None:
        self.name = name
        self._service, self._work, self._seconds, self._jitter = service, work, seconds, jitter
        self._end, self._woken = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begins; the first round comes after `seconds`."""
        self._thread.start()

    def wake(self) -> None:
        """Has a round follow at once; one that failed is not repeated sooner for it."""
        self._woken.set()

    def alive(self) -> bool:
        """False when the thread has ended."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Ends after the round in hand."""
        self._end.set()
        self._woken.set()
        self._thread.join()

    def _run(self) -> None:
        more = False
        while not self._end.is_set():
            if not more:
                self._woken.wait(self._seconds * random.uniform(1 - self._jitter, 1 + self._jitter))
            if self._end.is_set():
                return
            # Cleared before the round: what is to do from now on is waited for by the next one.
            self._woken.clear()
            more = self._round()

    def _round(self) -> bool:
        with context.background(self._service, self.name):
            try:
                return bool(self._work())
            except Exception:
                # Whatever it was, the thread must live: without it the work would never be done again.
                log.exception("periodic_work_failed")
        self._end.wait(_AFTER_FAILURE)
        return False
