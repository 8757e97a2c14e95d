"""The income with which somebody applied; null for reviews that were opened before it was kept."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Adds it."""
    op.execute("ALTER TABLE reviews ADD COLUMN applied_income JSONB")
