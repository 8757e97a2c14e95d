"""That the customer does not want the loan any more whose activation is authorized."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Adds it."""
    op.execute("ALTER TABLE applications ADD COLUMN withdrawal_requested BOOLEAN NOT NULL DEFAULT FALSE")
