"""Which version of name and KYC details a customer has; details that are there already are the first."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Adds it."""
    op.execute("ALTER TABLE customers ADD COLUMN kyc_version INTEGER NOT NULL DEFAULT 0")
    op.execute("UPDATE customers SET kyc_version = 1 WHERE kyc IS NOT NULL")
