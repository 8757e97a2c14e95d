"""The data keys by which what is personal is sealed."""

from alembic import op

from services.runtime.stores.migrations import create_data_keys

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Creates their table."""
    create_data_keys(op)
