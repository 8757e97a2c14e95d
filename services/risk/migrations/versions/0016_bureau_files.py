"""What credit bureaus are asked about applicants: consents and inquiries; of applications of before, nothing."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Adds the table, and the index by which what is due is found."""
    op.create_table(
        "bureau_files",
        sa.Column("application_id", sa.Text, primary_key=True),
        sa.Column("customer_id", sa.Text, nullable=False),
        sa.Column("consent", postgresql.JSONB(none_as_null=True)),
        sa.Column("inquiries", postgresql.JSONB, nullable=False),
        sa.Column("check_time", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("listener_versions", postgresql.JSONB),
    )
    op.create_index(
        "bureau_files_check", "bureau_files", ["check_time"], postgresql_where=sa.text("check_time IS NOT NULL")
    )
    op.create_index("bureau_files_customer", "bureau_files", ["customer_id"])
