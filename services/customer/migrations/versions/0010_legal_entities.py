"""The company for which a customer acts, sealed as their other details are."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Adds its column."""
    op.execute("ALTER TABLE customers ADD COLUMN legal_entity TEXT")
