"""Reviews, and the runtime's tables."""

from alembic import op

from services.runtime.stores.migrations import create_runtime_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Creates the tables."""
    create_runtime_tables(op)
    op.execute(
        """CREATE TABLE reviews (
            application_id TEXT PRIMARY KEY,
            customer_id TEXT NOT NULL,
            submit_time TIMESTAMPTZ NOT NULL,
            status TEXT NOT NULL,
            officer_id TEXT NOT NULL,
            assign_time TIMESTAMPTZ,
            verification JSONB,
            screening JSONB,
            project_validated BOOLEAN NOT NULL,
            decided_by TEXT NOT NULL,
            rejection_reason TEXT,
            reason TEXT NOT NULL,
            decide_time TIMESTAMPTZ,
            version INTEGER NOT NULL
        )"""
    )
    # Only what waits is ever listed; what has ended stays out of the index.
    op.execute(
        """CREATE INDEX reviews_queue ON reviews (submit_time, application_id)
           WHERE status IN ('PENDING', 'ASSIGNED', 'VERIFIED')"""
    )
    op.execute("CREATE INDEX reviews_in_hand ON reviews (officer_id) WHERE status = 'ASSIGNED'")
