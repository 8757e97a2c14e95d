"""The first tables of the customer service."""

from alembic import op

from services.runtime.stores.migrations import create_runtime_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Creates the service's table and the runtime's."""
    op.execute(
        """CREATE TABLE customers (
            customer_id TEXT PRIMARY KEY,
            email TEXT,
            full_name TEXT,
            phone TEXT,
            kyc TEXT,
            kyc_status TEXT NOT NULL,
            running TEXT[] NOT NULL,
            create_time TIMESTAMPTZ NOT NULL,
            update_time TIMESTAMPTZ NOT NULL,
            erase_time TIMESTAMPTZ,
            version INTEGER NOT NULL,
            email_index TEXT,
            data_key TEXT,
            CONSTRAINT customers_email UNIQUE (email_index),
            CONSTRAINT customers_erased CHECK (
                erase_time IS NULL
                OR (email IS NULL AND full_name IS NULL AND phone IS NULL AND kyc IS NULL
                    AND email_index IS NULL AND data_key IS NULL)
            )
        )"""
    )
    create_runtime_tables(op)
