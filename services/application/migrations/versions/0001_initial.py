"""Applications, their timelines, and the runtime's tables."""

from alembic import op

from services.runtime.stores.migrations import create_runtime_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Creates the tables."""
    create_runtime_tables(op)
    op.execute(
        """CREATE TABLE applications (
            application_id TEXT PRIMARY KEY,
            customer_id TEXT NOT NULL,
            facility_type TEXT NOT NULL,
            amount JSONB NOT NULL,
            request JSONB NOT NULL,
            status TEXT NOT NULL,
            create_time TIMESTAMPTZ NOT NULL,
            update_time TIMESTAMPTZ NOT NULL,
            submit_time TIMESTAMPTZ,
            activation_authorized BOOLEAN NOT NULL,
            loan_id TEXT NOT NULL,
            entry_count INTEGER NOT NULL,
            version INTEGER NOT NULL
        )"""
    )
    op.execute("CREATE INDEX applications_newest ON applications (create_time DESC, application_id DESC)")
    op.execute(
        "CREATE INDEX applications_customer ON applications (customer_id, create_time DESC, application_id DESC)"
    )
    op.execute("CREATE INDEX applications_status ON applications (status, create_time DESC)")
    op.execute(
        """CREATE TABLE timeline (
            application_id TEXT NOT NULL REFERENCES applications,
            number INTEGER NOT NULL,
            time TIMESTAMPTZ NOT NULL,
            service TEXT NOT NULL,
            what TEXT NOT NULL,
            who TEXT NOT NULL,
            from_status TEXT NOT NULL,
            to_status TEXT NOT NULL,
            why TEXT NOT NULL,
            correlation_id TEXT NOT NULL,
            PRIMARY KEY (application_id, number)
        )"""
    )
