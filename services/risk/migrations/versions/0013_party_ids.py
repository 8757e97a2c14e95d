"""The customers who are bound by a loan beside the one who applied; of those submitted before none is known."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Adds them."""
    op.execute("ALTER TABLE reports ADD COLUMN party_ids TEXT[] NOT NULL DEFAULT '{}'")
