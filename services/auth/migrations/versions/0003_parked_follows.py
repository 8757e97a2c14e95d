"""The version that a parked event waits for."""

from alembic import op

from services.runtime.stores.migrations import record_what_parked_events_follow

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Adds it."""
    record_what_parked_events_follow(op)
