"""What was found last of each table of points when its scores were held against what became of the loans."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Adds the table, which holds figures over all loans and no person's."""
    op.create_table(
        "outcome_checks",
        sa.Column("check_id", sa.Text, primary_key=True),
        sa.Column("scorecard_version", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("outcomes", postgresql.JSONB, nullable=False),
        sa.Column("check_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
