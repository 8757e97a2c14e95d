"""Scopes, networks and rates of partners' clients, which hold no role of staff any more."""

from alembic import op

revision = "0014"
down_revision = "0013"

_STATEMENTS = (
    "ALTER TABLE clients ADD COLUMN scopes TEXT[] NOT NULL DEFAULT '{}'",
    "ALTER TABLE clients ADD COLUMN networks TEXT[] NOT NULL DEFAULT '{}'",
    "ALTER TABLE clients ADD COLUMN requests_per_minute INTEGER NOT NULL DEFAULT 60",
    "ALTER TABLE clients ALTER COLUMN roles SET DEFAULT '{}'",
    "UPDATE clients SET roles = '{}'",
)


def upgrade() -> None:
    """Adds them; a client of before keeps its secret, and may do nothing until it is made anew with scopes."""
    for statement in _STATEMENTS:
        op.execute(statement)
