"""On which version of the customer's details a loan may be paid out; 0 for those opened before: an officer confirms."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Adds it."""
    op.execute(
        """CREATE TABLE kyc_approvals (
            application_id TEXT PRIMARY KEY,
            kyc_version INTEGER NOT NULL,
            version INTEGER NOT NULL
        )"""
    )
    op.execute("ALTER TABLE accounts ADD COLUMN approved_kyc_version INTEGER NOT NULL DEFAULT 0")
