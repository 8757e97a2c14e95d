"""What has to be there before the first call, and the thread that looks after keys and leftovers."""

import threading
from collections.abc import Callable

import structlog

from services.auth.handlers import App
from services.auth.settings import BootstrapSettings
from services.runtime import context
from services.runtime.errors import AlreadyExists
from services.runtime.stores import Store

log = structlog.get_logger(__name__)

# Another replica may have made a new key; it signs long after this.
_KEYS_SECONDS = 60.0
_TIDY_ROUNDS = 60


def bootstrap(app: App, settings: BootstrapSettings) -> None:
    """Makes sure that there are keys and a first staff account; errors.Unavailable without the database."""
    with context.background("auth", "auth.bootstrap"):
        app.keys.refresh()
        try:
            app.ensure_admin(settings.admin_email, settings.admin_password_file.read_text().strip())
        except AlreadyExists:
            # Another replica started at the same moment.
            log.info("bootstrap_done_elsewhere")


class Housekeeping:
    """Keeps the keys up to date and removes what is over; a services.runtime.server.Background."""

    def __init__(self, app: App, store: Store, seconds: float = _KEYS_SECONDS) -> None:
        self._app, self._store, self._seconds = app, store, seconds
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="housekeeping", daemon=True)

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
        rounds = 0
        while not self._end.wait(self._seconds):
            self._guarded(self._app.keys.refresh)
            if rounds % _TIDY_ROUNDS == 0:
                self._guarded(self._app.tidy)
                # The service publishes nothing, so no outbox relay does this for it.
                self._guarded(self._store.tidy)
            rounds += 1

    def _guarded(self, task: Callable[[], None]) -> None:
        with context.background("auth", "auth.housekeeping"):
            try:
                task()
            except Exception:
                # Whatever it was, the thread must live: without it keys would never be replaced.
                log.exception("housekeeping_failed")
