"""New identity papers that are asked for while a loan runs, and by when."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Adds the columns, and the indexes of what is asked for; the next daily run asks for what expires by then."""
    op.add_column("reviews", sa.Column("identity_renewals", JSONB, nullable=False, server_default="[]"))
    op.add_column("reviews", sa.Column("renewal_due_time", sa.DateTime(timezone=True)))
    op.add_column("reviews", sa.Column("renewal_tell_time", sa.DateTime(timezone=True)))
    asked, untold = sa.text("renewal_due_time IS NOT NULL"), sa.text("renewal_tell_time IS NOT NULL")
    columns = ["renewal_due_time", "application_id"]
    op.create_index("reviews_renewals", "reviews", columns, postgresql_where=asked)
    op.create_index("reviews_renewals_told", "reviews", ["renewal_tell_time"], postgresql_where=untold)
