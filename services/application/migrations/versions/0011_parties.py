"""Who is bound by a loan beside the customer who applies; found by their ids."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Adds the column and its index."""
    op.execute("ALTER TABLE applications ADD COLUMN parties JSONB NOT NULL DEFAULT '[]'")
    op.execute("CREATE INDEX applications_parties ON applications USING gin (parties jsonb_path_ops)")
