"""Why a level rejected, as the customer is notified of it."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Adds it; of decisions that were there before nothing is said."""
    op.execute("ALTER TABLE decisions ADD COLUMN rejection_reason TEXT NOT NULL DEFAULT 'UNSPECIFIED'")
