"""What bank statements show of incomes, and what secures loans; of applications of before, nothing."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Adds the tables, and the indexes by which what is due is found."""
    op.create_table(
        "income_files",
        sa.Column("application_id", sa.Text, primary_key=True),
        sa.Column("customer_id", sa.Text, nullable=False),
        sa.Column("readings", postgresql.JSONB, nullable=False),
        sa.Column("reassess_time", sa.DateTime(timezone=True)),
        sa.Column("check_time", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("listener_versions", postgresql.JSONB),
    )
    op.create_index(
        "income_files_check", "income_files", ["check_time"], postgresql_where=sa.text("check_time IS NOT NULL")
    )
    op.create_index("income_files_customer", "income_files", ["customer_id"])
    op.create_table(
        "collateral_files",
        sa.Column("application_id", sa.Text, primary_key=True),
        sa.Column("customer_id", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("items", postgresql.JSONB, nullable=False),
        sa.Column("closed", sa.Boolean, nullable=False),
        sa.Column("reassess_time", sa.DateTime(timezone=True)),
        sa.Column("check_time", sa.DateTime(timezone=True)),
        sa.Column("due_date", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("listener_versions", postgresql.JSONB),
    )
    op.create_index(
        "collateral_files_check", "collateral_files", ["check_time"],
        postgresql_where=sa.text("check_time IS NOT NULL"),
    )  # fmt: skip
    op.create_index(
        "collateral_files_due", "collateral_files", ["due_date", "application_id"],
        postgresql_where=sa.text("due_date IS NOT NULL"),
    )  # fmt: skip
    op.create_index("collateral_files_customer", "collateral_files", ["customer_id"])
