"""How much care the countries of a customer, and of who is behind them, call for: kept for when a case is resolved."""

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Adds the column; it is filled by the next screening of each customer, which is within a day."""
    op.execute("ALTER TABLE monitored_customers ADD COLUMN country_tier TEXT")
