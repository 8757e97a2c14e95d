"""Access tokens that ended before their time, and the epoch under which an account's are issued."""

from alembic import op

revision = "0005"
down_revision = "0004"

_STATEMENTS = (
    "ALTER TABLE accounts ADD COLUMN epoch INTEGER NOT NULL DEFAULT 1",
    """CREATE TABLE revocations (
        name TEXT PRIMARY KEY,
        below INTEGER NOT NULL,
        revoke_time TIMESTAMPTZ NOT NULL
    )""",
    "CREATE INDEX revocations_revoke_time ON revocations (revoke_time)",
)


def upgrade() -> None:
    """Adds both."""
    for statement in _STATEMENTS:
        op.execute(statement)
