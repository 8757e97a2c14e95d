"""An index of the rejections from before refusals were recorded, of which the service makes the notices now."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Adds it."""
    op.create_index(
        "reports_without_refusal", "reports", ["application_id"],
        postgresql_where=sa.text("status = 'REJECTED' AND refusals = '[]'"),
    )  # fmt: skip
