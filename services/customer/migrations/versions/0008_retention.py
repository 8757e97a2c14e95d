"""Since when nothing runs for a customer, and who erased ones were; what is idle is so since it changed last."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Makes both."""
    op.execute("ALTER TABLE customers ADD COLUMN idle_since TIMESTAMPTZ")
    op.execute("UPDATE customers SET idle_since = update_time WHERE running = '{}'")
    op.execute("CREATE INDEX customers_idle ON customers (idle_since) WHERE erase_time IS NULL")
    op.execute(
        "CREATE TABLE identities (customer_id TEXT PRIMARY KEY, details TEXT NOT NULL, version INTEGER NOT NULL)"
    )
