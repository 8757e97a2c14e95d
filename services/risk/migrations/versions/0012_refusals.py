"""The refusals of an application with their notices; those that were decided before have none recorded."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Adds them, and the times by which a notice is looked after and due, with their indexes."""
    op.execute("ALTER TABLE reports ADD COLUMN refusals JSONB NOT NULL DEFAULT '[]'")
    for name in ("notice_check_time", "notice_due_time"):
        op.add_column("reports", sa.Column(name, sa.DateTime(timezone=True)))
    op.create_index(
        "reports_notice_check", "reports", ["notice_check_time"],
        postgresql_where=sa.text("notice_check_time IS NOT NULL"),
    )  # fmt: skip
    op.create_index(
        "reports_notice_due", "reports", ["notice_due_time", "application_id"],
        postgresql_where=sa.text("notice_due_time IS NOT NULL"),
    )  # fmt: skip
