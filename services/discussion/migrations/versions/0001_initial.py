"""Discussions, the versions of their offers, ended applications, and the runtime's tables."""

from alembic import op

from services.runtime.stores.migrations import create_runtime_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Creates the tables."""
    create_runtime_tables(op)
    op.execute(
        """CREATE TABLE discussions (
            application_id TEXT PRIMARY KEY,
            customer_id TEXT NOT NULL,
            facility_type TEXT NOT NULL,
            status TEXT NOT NULL,
            officer_id TEXT NOT NULL,
            offer_count INTEGER NOT NULL,
            decline_reason TEXT NOT NULL,
            expire_time TIMESTAMPTZ,
            create_time TIMESTAMPTZ NOT NULL,
            update_time TIMESTAMPTZ NOT NULL,
            version INTEGER NOT NULL
        )"""
    )
    op.execute("CREATE INDEX discussions_overdue ON discussions (expire_time) WHERE status = 'OFFER_SENT'")
    op.execute(
        """CREATE TABLE offers (
            application_id TEXT NOT NULL REFERENCES discussions,
            version INTEGER NOT NULL,
            status TEXT NOT NULL,
            party TEXT NOT NULL,
            made_by TEXT NOT NULL,
            terms JSONB NOT NULL,
            terms_hash TEXT NOT NULL,
            cost JSONB NOT NULL,
            conditions TEXT NOT NULL,
            expire_time TIMESTAMPTZ NOT NULL,
            create_time TIMESTAMPTZ NOT NULL,
            PRIMARY KEY (application_id, version)
        )"""
    )
    op.execute("CREATE UNIQUE INDEX offers_one_live ON offers (application_id) WHERE status = 'LIVE'")
    op.execute("CREATE TABLE endings (application_id TEXT PRIMARY KEY)")
