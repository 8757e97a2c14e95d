"""The overrides of decisions and of limits; none of those that were decided before."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Adds them."""
    op.execute("ALTER TABLE reports ADD COLUMN overrides JSONB NOT NULL DEFAULT '[]'")
