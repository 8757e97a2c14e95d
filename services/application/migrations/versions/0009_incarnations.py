"""Room for incarnations above the versions of received events."""

from alembic import op

from services.runtime.stores.migrations import widen_received_versions

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Makes it."""
    widen_received_versions(op)
