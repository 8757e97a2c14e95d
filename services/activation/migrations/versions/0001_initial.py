"""Signatures, loan accounts, and the runtime's tables."""

from alembic import op

from services.runtime.stores.migrations import create_runtime_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Creates the tables."""
    create_runtime_tables(op)
    op.execute(
        """CREATE TABLE signatures (
            application_id TEXT PRIMARY KEY,
            customer_id TEXT NOT NULL,
            terms JSONB NOT NULL,
            terms_hash TEXT NOT NULL,
            sign_time TIMESTAMPTZ NOT NULL,
            version INTEGER NOT NULL
        )"""
    )
    op.execute(
        """CREATE TABLE accounts (
            loan_id TEXT PRIMARY KEY,
            application_id TEXT NOT NULL UNIQUE REFERENCES signatures,
            customer_id TEXT NOT NULL,
            status TEXT NOT NULL,
            terms JSONB NOT NULL,
            terms_hash TEXT NOT NULL,
            start_date DATE NOT NULL,
            principal_balance JSONB NOT NULL,
            total_paid JSONB NOT NULL,
            disbursement JSONB NOT NULL,
            activate_time TIMESTAMPTZ NOT NULL,
            update_time TIMESTAMPTZ NOT NULL,
            next_try_time TIMESTAMPTZ,
            close_time TIMESTAMPTZ,
            version INTEGER NOT NULL
        )"""
    )
    op.execute("CREATE INDEX accounts_payout ON accounts (next_try_time) WHERE next_try_time IS NOT NULL")
