"""Why a case's entry is listed, the due diligence of who is politically exposed, and who was told of a late case."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Adds the columns; entries of lists that were loaded before are sanctions, as they were taken for."""
    op.add_column("screening_cases", sa.Column("listing", sa.Text, nullable=False, server_default="SANCTION"))
    op.add_column("screening_cases", sa.Column("due_diligence", JSONB))
    op.add_column("screening_cases", sa.Column("listener_versions", JSONB))
