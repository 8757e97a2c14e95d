"""Withdrawals from the agreement: what the law gives a loan, what became of it, and the days of an entry.

Rows of before have no right kept; it is asked for when somebody wants to know.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Adds the columns."""
    op.add_column("loans", sa.Column("withdrawal_right", postgresql.JSONB(none_as_null=True), nullable=True))
    op.add_column("loans", sa.Column("withdrawal", postgresql.JSONB(none_as_null=True), nullable=True))
    op.add_column("transactions", sa.Column("count", sa.Integer(), server_default="0", nullable=False))
