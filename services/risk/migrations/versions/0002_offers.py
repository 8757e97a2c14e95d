"""The assessments of what was to be offered; none of those that were offered before."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Adds them."""
    op.execute("ALTER TABLE reports ADD COLUMN offers JSONB NOT NULL DEFAULT '[]'")
