"""Which event each listener was last sent, by row; and the version that a parked event waits for."""

from alembic import op

from services.runtime.stores.migrations import record_what_parked_events_follow

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Adds both; of rows and events that exist already, nothing earlier is known."""
    record_what_parked_events_follow(op)
    op.execute("ALTER TABLE reviews ADD COLUMN listener_versions JSONB")
