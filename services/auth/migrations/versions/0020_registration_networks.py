"""The network that each registration came from, as a blind index: of one network, none pushes out the others'."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Adds the column; registrations of before are of one unknown network."""
    op.add_column("registrations", sa.Column("network_index", sa.Text, nullable=False, server_default=""))
