"""Due diligence that is done again, a year after it was approved."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Adds the column; the next daily run asks for what is about to be a year old by then."""
    op.add_column("screening_cases", sa.Column("due_diligence_renewal", JSONB))
