"""The thread that delivers what waits."""

import threading

import structlog

from services.notification.handlers import App
from services.runtime import context
from services.runtime.errors import Aborted, Unavailable

log = structlog.get_logger(__name__)
_LONGEST_WAIT = 5.0


class Dispatcher:
    """Delivers as soon as it is woken, and looks every `seconds` besides; a Background of the server.

    While something that it needs is out of reach it waits, longer each time, and nothing is lost.
    """

    def __init__(self, app: App, woken: threading.Event, seconds: float = 0.5) -> None:
        self._app, self._woken, self._seconds = app, woken, seconds
        self._failures = 0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="dispatcher", daemon=True)

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def alive(self) -> bool:
        """False when the thread has ended."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Ends after the mail in hand."""
        self._end.set()
        self._woken.set()
        self._thread.join(15)

    def _run(self) -> None:
        while not self._end.is_set():
            self._woken.clear()
            try:
                self._round()
                self._failures = 0
                self._woken.wait(self._seconds)
            except Aborted:
                # Another replica was quicker.
                continue
            except Unavailable as error:
                self._back_off()
                log.warning("delivery_waits", cause=error.message)
            except Exception:
                # Whatever it was, the thread must live: without it no mail would ever be sent again.
                self._back_off()
                log.exception("delivery_broke")

    def _round(self) -> None:
        with context.background("notification", "notification.dispatch"):
            while not self._end.is_set() and self._app.deliver_next():
                pass

    def _back_off(self) -> None:
        self._failures += 1
        self._end.wait(min(_LONGEST_WAIT, self._seconds * 2 ** min(self._failures, 8)))
