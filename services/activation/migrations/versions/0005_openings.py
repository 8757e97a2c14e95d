"""When the owners of all stages are asked whether the account of a signature may be opened."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Adds it; signatures from before were tried when they came."""
    op.execute(
        "ALTER TABLE signatures ADD COLUMN next_try_time TIMESTAMPTZ, ADD COLUMN tries INTEGER NOT NULL DEFAULT 0"
    )
    op.execute("CREATE INDEX signatures_opening ON signatures (next_try_time) WHERE next_try_time IS NOT NULL")
