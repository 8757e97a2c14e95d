"""Who is bound beside the customer, with what the lists say about them."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Adds the column; reviews that were opened before are about the customer alone, as they were."""
    op.execute("ALTER TABLE reviews ADD COLUMN parties JSONB NOT NULL DEFAULT '[]'")
