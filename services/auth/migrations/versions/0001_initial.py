"""The first tables of the auth service."""

from alembic import op

from services.runtime.stores.migrations import create_runtime_tables

revision = "0001"
down_revision = None

_STATEMENTS = (
    """CREATE TABLE accounts (
        account_id TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        roles TEXT[] NOT NULL,
        create_time TIMESTAMPTZ NOT NULL,
        update_time TIMESTAMPTZ NOT NULL,
        password_time TIMESTAMPTZ NOT NULL,
        erase_time TIMESTAMPTZ,
        version INTEGER NOT NULL,
        email_index TEXT,
        email TEXT,
        full_name TEXT,
        password_hash TEXT,
        CONSTRAINT accounts_email UNIQUE (email_index)
    )""",
    """CREATE TABLE sessions (
        session_id TEXT PRIMARY KEY,
        account_id TEXT NOT NULL REFERENCES accounts,
        generation INTEGER NOT NULL,
        create_time TIMESTAMPTZ NOT NULL,
        expire_time TIMESTAMPTZ NOT NULL,
        end_time TIMESTAMPTZ,
        end_reason TEXT,
        version INTEGER NOT NULL
    )""",
    "CREATE INDEX sessions_running ON sessions (account_id) WHERE end_time IS NULL",
    "CREATE INDEX sessions_expire_time ON sessions (expire_time)",
    """CREATE TABLE refresh_tokens (
        token_hash TEXT PRIMARY KEY,
        session_id TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
        generation INTEGER NOT NULL,
        UNIQUE (session_id, generation)
    )""",
    """CREATE TABLE sign_in_failures (
        address_index TEXT PRIMARY KEY,
        last_time TIMESTAMPTZ NOT NULL,
        count INTEGER NOT NULL,
        lock_end_time TIMESTAMPTZ,
        version INTEGER NOT NULL
    )""",
    "CREATE INDEX sign_in_failures_last_time ON sign_in_failures (last_time)",
    """CREATE TABLE clients (
        client_id TEXT PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        roles TEXT[] NOT NULL,
        create_time TIMESTAMPTZ NOT NULL,
        version INTEGER NOT NULL,
        secret_hash TEXT NOT NULL
    )""",
    """CREATE TABLE signing_keys (
        key_id TEXT PRIMARY KEY,
        public_jwk TEXT NOT NULL,
        create_time TIMESTAMPTZ NOT NULL,
        retire_time TIMESTAMPTZ,
        version INTEGER NOT NULL,
        private_jwk TEXT
    )""",
)


def upgrade() -> None:
    """Creates the service's tables and the runtime's."""
    for statement in _STATEMENTS:
        op.execute(statement)
    create_runtime_tables(op)
