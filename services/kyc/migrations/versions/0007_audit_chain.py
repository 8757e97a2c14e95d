"""The chain of the audit rows; both are append-only from here on."""

from alembic import op

from services.runtime.stores.migrations import chain_audit

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Adds it; rows that exist already are chained when the service starts."""
    chain_audit(op)
