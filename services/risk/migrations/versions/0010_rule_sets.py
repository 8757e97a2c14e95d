"""The lender's rules by version, and what they found on each application."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Adds both; of what was assessed before there were rules, nothing was found."""
    op.create_table(
        "rule_sets",
        sa.Column("rule_set_version", sa.Text, primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("rules", postgresql.JSONB, nullable=False),
        sa.Column("in_force_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by", sa.Text, nullable=False),
        sa.Column("propose_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("simulation", postgresql.JSONB(none_as_null=True)),
        sa.Column("decided_by", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("decide_time", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("rule_sets_latest", "rule_sets", [sa.text("propose_time DESC"), sa.text("rule_set_version DESC")])
    in_force = ["status", sa.text("in_force_time DESC"), sa.text("decide_time DESC")]
    op.create_index("rule_sets_in_force", "rule_sets", in_force)
    op.execute("ALTER TABLE reports ADD COLUMN rules JSONB")
