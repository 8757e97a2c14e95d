"""The archive of published events, of which topics can be rebuilt."""

from alembic import op

from services.runtime.stores.migrations import archive_published_events

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Adds it, empty: of events that were published before, nothing is left."""
    archive_published_events(op)
