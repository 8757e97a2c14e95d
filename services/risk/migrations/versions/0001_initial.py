"""Reports, and the runtime's tables."""

from alembic import op

from services.runtime.stores.migrations import create_runtime_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Creates the tables."""
    create_runtime_tables(op)
    op.execute(
        """CREATE TABLE reports (
            application_id TEXT PRIMARY KEY,
            customer_id TEXT NOT NULL,
            figures JSONB NOT NULL,
            submit_time TIMESTAMPTZ NOT NULL,
            status TEXT NOT NULL,
            earlier_deciders TEXT[] NOT NULL,
            assessment JSONB,
            decided_by TEXT NOT NULL,
            rejection_reason TEXT,
            reason TEXT NOT NULL,
            decide_time TIMESTAMPTZ,
            facility_type TEXT NOT NULL,
            score INTEGER,
            rating TEXT,
            latest_time TIMESTAMPTZ NOT NULL,
            words TEXT NOT NULL,
            version INTEGER NOT NULL
        )"""
    )
    op.execute("CREATE INDEX reports_latest ON reports (latest_time DESC, application_id DESC)")
    for column in ("status", "rating", "facility_type"):
        op.execute(f"CREATE INDEX reports_{column} ON reports ({column}, latest_time DESC, application_id DESC)")
    op.execute("CREATE INDEX reports_score ON reports (score)")
