"""What officers asked customers for during a review, and what they answered."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Adds them; nothing was asked so far."""
    op.execute("ALTER TABLE reviews ADD COLUMN information_requests JSONB NOT NULL DEFAULT '[]'")
