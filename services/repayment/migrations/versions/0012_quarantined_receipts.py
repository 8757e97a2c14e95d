"""An index of the receipts that wait for the virus scanner, which looks for them all the time."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Makes it."""
    op.create_index(
        "payments_quarantined",
        "payments",
        ["receive_time"],
        postgresql_where=sa.text("payment->'proof'->>'scanned' = 'false'"),
    )
