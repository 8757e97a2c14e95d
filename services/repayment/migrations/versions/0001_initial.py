"""Loans, payments, ledger entries, daily runs, and the runtime's tables."""

from alembic import op

from services.runtime.stores.migrations import create_runtime_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Creates the tables."""
    create_runtime_tables(op)
    op.execute(
        """CREATE TABLE loans (
            loan_id TEXT PRIMARY KEY,
            application_id TEXT NOT NULL UNIQUE,
            customer_id TEXT NOT NULL,
            status TEXT NOT NULL,
            terms JSONB NOT NULL,
            start_date DATE NOT NULL,
            create_time TIMESTAMPTZ NOT NULL,
            close_time TIMESTAMPTZ,
            overdue JSONB NOT NULL,
            next_overdue_date DATE,
            version INTEGER NOT NULL
        )"""
    )
    op.execute("CREATE INDEX loans_overdue ON loans (next_overdue_date, loan_id) WHERE next_overdue_date IS NOT NULL")
    op.execute(
        """CREATE TABLE payments (
            payment_id TEXT PRIMARY KEY,
            loan_id TEXT NOT NULL REFERENCES loans,
            idempotency_key TEXT NOT NULL,
            receive_time TIMESTAMPTZ NOT NULL,
            payment JSONB NOT NULL,
            UNIQUE (loan_id, idempotency_key)
        )"""
    )
    op.execute(
        """CREATE TABLE transactions (
            loan_id TEXT NOT NULL REFERENCES loans,
            number INTEGER NOT NULL,
            id TEXT NOT NULL,
            kind TEXT NOT NULL,
            value_date DATE NOT NULL,
            amount NUMERIC NOT NULL,
            reverses TEXT NOT NULL,
            instalment INTEGER NOT NULL,
            PRIMARY KEY (loan_id, number),
            UNIQUE (loan_id, id)
        )"""
    )
    # A payment is posted once and taken back once, whatever the program does.
    op.execute(
        "CREATE UNIQUE INDEX transactions_reversed_once ON transactions (loan_id, reverses) WHERE reverses <> ''"
    )
    op.execute(
        """CREATE TABLE daily_runs (
            business_date TEXT PRIMARY KEY,
            start_time TIMESTAMPTZ NOT NULL,
            complete_time TIMESTAMPTZ,
            version INTEGER NOT NULL
        )"""
    )
