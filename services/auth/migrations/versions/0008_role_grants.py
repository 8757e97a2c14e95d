"""Persons behind accounts, how staff join, and grants of roles that wait for another administrator."""

from alembic import op

revision = "0008"
down_revision = "0007"

_STATEMENTS = (
    "ALTER TABLE accounts ADD COLUMN first_account_id TEXT",
    "ALTER TABLE accounts ADD COLUMN personnel_index TEXT",
    "ALTER TABLE accounts ADD COLUMN personnel_number TEXT",
    "ALTER TABLE accounts ADD COLUMN invitation_hash TEXT",
    "ALTER TABLE accounts ADD COLUMN invitation_expire_time TIMESTAMPTZ",
    "ALTER TABLE accounts ADD COLUMN join_time TIMESTAMPTZ",
    # Staff of before had a password from the start.
    "UPDATE accounts SET join_time = create_time WHERE kind = 'STAFF' AND erase_time IS NULL",
    "CREATE INDEX accounts_first_account_id ON accounts (first_account_id)",
    "CREATE INDEX accounts_personnel_index ON accounts (personnel_index)",
    "CREATE INDEX accounts_invitation_hash ON accounts (invitation_hash)",
    """CREATE TABLE role_grants (
        grant_id TEXT PRIMARY KEY,
        account_id TEXT NOT NULL REFERENCES accounts,
        roles TEXT[] NOT NULL,
        requested_by TEXT NOT NULL,
        request_time TIMESTAMPTZ NOT NULL,
        expire_time TIMESTAMPTZ NOT NULL,
        status TEXT NOT NULL,
        decided_by TEXT NOT NULL,
        decide_time TIMESTAMPTZ,
        version INTEGER NOT NULL
    )""",
    "CREATE UNIQUE INDEX role_grants_pending ON role_grants (account_id) WHERE status = 'PENDING'",
    "CREATE INDEX role_grants_request_time ON role_grants (request_time, grant_id) WHERE status = 'PENDING'",
)


def upgrade() -> None:
    """Adds them; every account of before is the first of its person."""
    for statement in _STATEMENTS:
        op.execute(statement)
