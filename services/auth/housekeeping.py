"""What has to be there before the first call, and what keeps keys up to date and removes leftovers."""

from services.auth.handlers import App
from services.runtime import context
from services.runtime.periodic import Periodic
from services.runtime.stores.ports import Store

# Another replica may have made a new key; it signs long after this.
_KEYS_SECONDS = 60.0
_TIDY_SECONDS = 600.0


def bootstrap(app: App) -> None:
    """Makes sure that there are keys; errors.Unavailable without the database."""
    with context.background("auth", "auth.bootstrap"):
        app.keys.refresh()


def chores(app: App, store: Store) -> tuple[Periodic, ...]:
    """What is done now and then; the service publishes nothing, so no outbox relay tidies its store."""
    return (
        Periodic("auth", "auth.keys", app.keys.refresh, _KEYS_SECONDS),
        Periodic("auth", "auth.tidy", app.tidy, _TIDY_SECONDS),
        Periodic("auth", "auth.tidy_store", store.tidy, _TIDY_SECONDS),
    )
