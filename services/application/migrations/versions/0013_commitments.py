"""What is owed of a loan: the terms that were agreed, and the principal that the ledger last said.

Older rows say nothing until the next payment: they count with what was applied for.
"""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Adds the columns."""
    op.execute("ALTER TABLE applications ADD COLUMN agreed_terms JSONB")
    op.execute("ALTER TABLE applications ADD COLUMN principal_balance JSONB")
