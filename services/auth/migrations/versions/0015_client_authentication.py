"""Keys and certificates by which partners' clients prove themselves, and the assertions that they have used up."""

from alembic import op

revision = "0015"
down_revision = "0014"

_STATEMENTS = (
    "ALTER TABLE clients ADD COLUMN jwks TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE clients ADD COLUMN certificate_thumbprints TEXT[] NOT NULL DEFAULT '{}'",
    """CREATE TABLE client_assertions (
        token_hash TEXT PRIMARY KEY,
        expire_time TIMESTAMPTZ NOT NULL
    )""",
    "CREATE INDEX client_assertions_expire_time ON client_assertions (expire_time)",
)


def upgrade() -> None:
    """Adds them."""
    for statement in _STATEMENTS:
        op.execute(statement)
