"""The sanctions lists that are in force, one row for each source."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Adds the table."""
    op.create_table(
        "sanctions_lists",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("date", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("load_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entry_count", sa.Integer, nullable=False),
        sa.Column("entries", postgresql.JSONB, nullable=False),
    )
