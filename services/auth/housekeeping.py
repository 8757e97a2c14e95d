"""What has to be there before the first call, and what keeps keys up to date and removes leftovers."""

import structlog

from services.auth.handlers import App
from services.auth.settings import BootstrapSettings
from services.kinds.contacts import email
from services.runtime import context
from services.runtime.errors import AlreadyExists
from services.runtime.periodic import Periodic
from services.runtime.stores.ports import Store

log = structlog.get_logger(__name__)

# Another replica may have made a new key; it signs long after this.
_KEYS_SECONDS = 60.0
_TIDY_SECONDS = 600.0


def bootstrap(app: App, settings: BootstrapSettings) -> None:
    """Makes sure that there are keys and a first staff account; errors.Unavailable without the database."""
    with context.background("auth", "auth.bootstrap"):
        app.keys.refresh()
        try:
            app.ensure_admin(email(settings.admin_email), settings.admin_password_file.read_text().strip())
        except AlreadyExists:
            # Another replica started at the same moment.
            log.info("bootstrap_done_elsewhere")


def chores(app: App, store: Store) -> tuple[Periodic, ...]:
    """What is done now and then; the service publishes nothing, so no outbox relay tidies its store."""
    return (
        Periodic("auth", "auth.keys", app.keys.refresh, _KEYS_SECONDS),
        Periodic("auth", "auth.tidy", app.tidy, _TIDY_SECONDS),
        Periodic("auth", "auth.tidy_store", store.tidy, _TIDY_SECONDS),
    )
