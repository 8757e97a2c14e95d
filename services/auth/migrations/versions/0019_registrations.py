"""Registrations whose mailbox is not proved yet, and the tokens that were mailed to prove it."""

from alembic import op

revision = "0019"
down_revision = "0018"

_STATEMENTS = (
    """CREATE TABLE registrations (
        registration_id TEXT PRIMARY KEY,
        create_time TIMESTAMPTZ NOT NULL,
        expire_time TIMESTAMPTZ NOT NULL,
        version INTEGER NOT NULL,
        address_index TEXT NOT NULL,
        email TEXT NOT NULL,
        full_name TEXT NOT NULL,
        phone TEXT NOT NULL,
        password_hash TEXT NOT NULL
    )""",
    "CREATE INDEX registrations_address_index ON registrations (address_index, create_time)",
    "CREATE INDEX registrations_expire_time ON registrations (expire_time)",
    """CREATE TABLE registration_tokens (
        address_index TEXT PRIMARY KEY,
        token_hash TEXT NOT NULL UNIQUE,
        expire_time TIMESTAMPTZ NOT NULL
    )""",
    "CREATE INDEX registration_tokens_expire_time ON registration_tokens (expire_time)",
)


def upgrade() -> None:
    """Adds them."""
    for statement in _STATEMENTS:
        op.execute(statement)
