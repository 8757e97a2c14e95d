"""When a partner's client was revoked; the name of one that was is free for the next."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Adds it."""
    op.execute("ALTER TABLE clients ADD COLUMN revoke_time TIMESTAMPTZ")
    op.execute("ALTER TABLE clients DROP CONSTRAINT clients_name_key")
    op.execute("CREATE UNIQUE INDEX clients_name ON clients (name) WHERE revoke_time IS NULL")
