"""The indexes by which auditors search the trail."""

from alembic import op

from services.runtime.stores.migrations import index_audit

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Adds them."""
    index_audit(op)
