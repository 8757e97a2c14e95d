"""Of which facility type a loan is; empty for those opened before it was kept."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Adds it."""
    op.execute("ALTER TABLE accounts ADD COLUMN facility_type TEXT NOT NULL DEFAULT ''")
