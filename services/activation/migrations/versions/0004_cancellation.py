"""That somebody wants a loan cancelled before its money is sent."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Adds it."""
    op.execute("ALTER TABLE accounts ADD COLUMN cancellation JSONB")
