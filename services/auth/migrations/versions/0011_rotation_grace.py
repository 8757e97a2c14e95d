"""When a session's token was last rotated: for a moment the one before gives the same next one again."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Adds it."""
    op.execute("ALTER TABLE sessions ADD COLUMN rotate_time TIMESTAMPTZ")
