"""What risk assessed of the application; null for those released before it was kept: no limit."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Adds it."""
    op.execute("ALTER TABLE discussions ADD COLUMN assessed JSONB")
