"""Staff among all accounts, most of which are customers', without reading every one of them."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Adds the index."""
    op.create_index("accounts_kind", "accounts", ["kind"])
