"""The language of a customer's papers, sealed as their other details are."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Adds its column."""
    op.execute("ALTER TABLE customers ADD COLUMN language TEXT")
