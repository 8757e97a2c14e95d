"""The rules of a loan's product, and what its ledger entries say beyond their amount."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Adds them; what was there before has the usual rules, and payments that went to the next instalments."""
    op.execute("ALTER TABLE loans ADD COLUMN rules JSONB NOT NULL DEFAULT '{}'")
    op.execute("ALTER TABLE transactions ADD COLUMN effect TEXT NOT NULL DEFAULT 'NEXT_INSTALMENTS'")
    op.execute("ALTER TABLE transactions ADD COLUMN reason TEXT NOT NULL DEFAULT ''")
