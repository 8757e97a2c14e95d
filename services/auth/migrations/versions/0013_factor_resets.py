"""Resets of lost second factors that wait for another administrator."""

from alembic import op

revision = "0013"
down_revision = "0012"

_STATEMENTS = (
    """CREATE TABLE factor_resets (
        reset_id TEXT PRIMARY KEY,
        account_id TEXT NOT NULL REFERENCES accounts,
        requested_by TEXT NOT NULL,
        request_time TIMESTAMPTZ NOT NULL,
        expire_time TIMESTAMPTZ NOT NULL,
        status TEXT NOT NULL,
        decided_by TEXT NOT NULL,
        decide_time TIMESTAMPTZ,
        version INTEGER NOT NULL
    )""",
    "CREATE UNIQUE INDEX factor_resets_pending ON factor_resets (account_id) WHERE status = 'PENDING'",
    "CREATE INDEX factor_resets_request_time ON factor_resets (request_time, reset_id) WHERE status = 'PENDING'",
)


def upgrade() -> None:
    """Adds them."""
    for statement in _STATEMENTS:
        op.execute(statement)
