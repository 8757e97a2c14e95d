"""The queue of one status, such as those that wait for information, without reading every review there ever was."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Adds the index."""
    op.create_index("reviews_status", "reviews", ["status", "submit_time", "application_id"])
