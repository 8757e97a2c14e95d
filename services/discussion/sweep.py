"""The thread that lets offers expire whose time is over."""

import threading

import structlog

from services.discussion.handlers import App
from services.runtime import context

log = structlog.get_logger(__name__)


class Sweep:
    """Looks for overdue offers every `seconds`; a services.runtime.server.Background. A failed round is tried again."""

    def __init__(self, app: App, seconds: float = 1.0) -> None:
        self._app, self._seconds = app, seconds
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sweep", daemon=True)

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def alive(self) -> bool:
        """False when the thread has ended."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Ends after the round in hand."""
        self._end.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._end.wait(self._seconds):
            try:
                self._round()
            except Exception:
                # Whatever it was, the thread must live: without it no offer would ever expire again.
                log.exception("sweep_failed")

    def _round(self) -> None:
        with context.background("discussion", "discussion.sweep"):
            while expired := self._app.expire_overdue():
                log.info("offers_expired", count=expired)
                if self._end.is_set():
                    return
