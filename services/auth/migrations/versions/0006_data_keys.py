"""The data keys by which what is personal is sealed."""

from alembic import op

from services.runtime.stores.migrations import create_data_keys

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Creates their table."""
    create_data_keys(op)
