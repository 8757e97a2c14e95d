"""Every token that was mailed to an address stays good in its time; a registration is found by its password's hash."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Adds the table and the index; registrations and tokens of before are over for this version, and made anew."""
    op.create_table(
        "confirmation_tokens",
        sa.Column("token_hash", sa.Text, nullable=False),
        sa.Column("address_index", sa.Text, nullable=False),
        sa.Column("expire_time", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index("confirmation_tokens_address_index", "confirmation_tokens", ["address_index"])
    op.create_index("confirmation_tokens_expire_time", "confirmation_tokens", ["expire_time"])
    op.create_index("registrations_password_hash", "registrations", ["address_index", "password_hash"])
