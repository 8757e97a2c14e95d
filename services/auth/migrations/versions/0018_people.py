"""Accounts that are disabled, where a session comes from, known devices, and mails with one-time tokens."""

from alembic import op

revision = "0018"
down_revision = "0017"

_STATEMENTS = (
    "ALTER TABLE accounts ADD COLUMN disable_time TIMESTAMPTZ",
    "ALTER TABLE accounts ADD COLUMN disable_reason TEXT",
    "ALTER TABLE sessions ADD COLUMN device TEXT",
    "ALTER TABLE sessions ADD COLUMN network TEXT",
    "ALTER TABLE sign_in_challenges ADD COLUMN device_id TEXT",
    """CREATE TABLE mail_links (
        link_id TEXT PRIMARY KEY,
        account_id TEXT NOT NULL REFERENCES accounts,
        purpose TEXT NOT NULL,
        create_time TIMESTAMPTZ NOT NULL,
        expire_time TIMESTAMPTZ NOT NULL,
        version INTEGER NOT NULL,
        token_hash TEXT NOT NULL UNIQUE
    )""",
    "CREATE INDEX mail_links_account_id ON mail_links (account_id)",
    "CREATE INDEX mail_links_expire_time ON mail_links (expire_time)",
    """CREATE TABLE account_mails (
        mail_id TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        account_id TEXT,
        address_index TEXT,
        create_time TIMESTAMPTZ NOT NULL,
        due_time TIMESTAMPTZ NOT NULL,
        finish_time TIMESTAMPTZ,
        UNIQUE (kind, address_index)
    )""",
    "CREATE INDEX account_mails_due_time ON account_mails (due_time) WHERE finish_time IS NULL",
    "CREATE INDEX account_mails_finish_time ON account_mails (finish_time)",
    "CREATE INDEX account_mails_create_time ON account_mails (create_time)",
    """CREATE TABLE known_devices (
        device_id TEXT PRIMARY KEY,
        account_id TEXT NOT NULL REFERENCES accounts,
        create_time TIMESTAMPTZ NOT NULL,
        use_time TIMESTAMPTZ NOT NULL,
        version INTEGER NOT NULL,
        token_hash TEXT NOT NULL UNIQUE
    )""",
    "CREATE INDEX known_devices_account_id ON known_devices (account_id, use_time)",
    "CREATE INDEX known_devices_use_time ON known_devices (use_time)",
)


def upgrade() -> None:
    """Adds them."""
    for statement in _STATEMENTS:
        op.execute(statement)
