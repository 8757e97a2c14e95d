"""The thread that gives payouts to the bank."""

import threading

import structlog

from services.activation.handlers import App
from services.runtime import context

log = structlog.get_logger(__name__)


class Payouts:
    """Looks for payouts that are due every `seconds`; a services.runtime.server.Background.

    The payouts of all replicas are in the database; whichever looks first takes one.
    """

    def __init__(self, app: App, seconds: float = 0.1) -> None:
        self._app, self._seconds = app, seconds
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="payouts", daemon=True)

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def alive(self) -> bool:
        """False when the thread has ended."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Ends after the payout in hand."""
        self._end.set()
        self._thread.join()

    def _run(self) -> None:
        pause = self._seconds
        while not self._end.wait(pause):
            try:
                pause = 0.0 if self._one() else self._seconds
            except Exception:
                # Whatever it was, the thread must live: without it no loan would ever be paid out again.
                log.exception("payout_failed")
                pause = 1.0

    def _one(self) -> bool:
        with context.background("activation", "activation.payout"):
            return self._app.pay_out_next()
