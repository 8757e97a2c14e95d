"""How often a loan was closed: a payment that bounces afterwards opens it again."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Adds the count; so far no closed loan was ever opened again."""
    op.execute("ALTER TABLE loans ADD COLUMN closures INTEGER NOT NULL DEFAULT 0")
    op.execute("UPDATE loans SET closures = 1 WHERE status = 'CLOSED'")
