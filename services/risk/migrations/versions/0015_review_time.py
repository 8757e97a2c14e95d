"""Since when the review of a refusal waits, which the customer asked for; of none before."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Adds it, and the index that the queue is read by."""
    op.add_column("reports", sa.Column("review_time", sa.DateTime(timezone=True)))
    op.create_index(
        "reports_review", "reports", ["review_time", "application_id"],
        postgresql_where=sa.text("review_time IS NOT NULL"),
    )  # fmt: skip
