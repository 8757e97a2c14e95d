"""Approvals, their decisions, dossiers of applications, and the runtime's tables."""

from alembic import op

from services.runtime.stores.migrations import create_runtime_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Creates the tables."""
    create_runtime_tables(op)
    op.execute(
        """CREATE TABLE approvals (
            application_id TEXT PRIMARY KEY,
            customer_id TEXT NOT NULL,
            status TEXT NOT NULL,
            terms JSONB NOT NULL,
            terms_hash TEXT NOT NULL,
            cost JSONB NOT NULL,
            barred JSONB NOT NULL,
            create_time TIMESTAMPTZ NOT NULL,
            update_time TIMESTAMPTZ NOT NULL,
            submitted_by TEXT NOT NULL,
            submit_time TIMESTAMPTZ,
            version INTEGER NOT NULL
        )"""
    )
    # One decision for each level, and none by the same person, whatever the program does.
    op.execute(
        """CREATE TABLE decisions (
            application_id TEXT NOT NULL REFERENCES approvals,
            level TEXT NOT NULL,
            approved BOOLEAN NOT NULL,
            decided_by TEXT NOT NULL,
            comment TEXT NOT NULL,
            decide_time TIMESTAMPTZ NOT NULL,
            PRIMARY KEY (application_id, level),
            UNIQUE (application_id, decided_by)
        )"""
    )
    op.execute(
        """CREATE TABLE dossiers (
            application_id TEXT PRIMARY KEY,
            kyc_deciders JSONB NOT NULL,
            risk_deciders JSONB NOT NULL,
            ended BOOLEAN NOT NULL,
            version INTEGER NOT NULL
        )"""
    )
