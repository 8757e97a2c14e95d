"""Screening cases, who is screened again, officers, and by when the next step of a review is due."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Adds them; customers with something open are screened once the service runs, and reviews are due from now on."""
    _add_to_reviews()
    op.create_table(
        "screening_cases",
        sa.Column("case_id", sa.Text, primary_key=True),
        sa.Column("customer_id", sa.Text, nullable=False),
        sa.Column("application_id", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("trigger", sa.Text, nullable=False),
        sa.Column("hit", JSONB, nullable=False),
        sa.Column("entry", JSONB, nullable=False),
        sa.Column("compared", JSONB, nullable=False),
        sa.Column("list_version", sa.Text, nullable=False),
        sa.Column("officer_id", sa.Text, nullable=False),
        sa.Column("open_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("escalate_time", sa.DateTime(timezone=True)),
        sa.Column("resolution", sa.Text),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("evidence", JSONB),
        sa.Column("resolved_by", sa.Text, nullable=False),
        sa.Column("resolve_time", sa.DateTime(timezone=True)),
        sa.Column("reviewed_by", sa.Text, nullable=False),
        sa.Column("review_time", sa.DateTime(timezone=True)),
        sa.Column("review_note", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("screening_cases_customer", "screening_cases", ["customer_id"])
    op.create_index("screening_cases_status", "screening_cases", ["status", "due_time", "case_id"])
    unresolved = sa.text("status IN ('OPEN', 'PROPOSED')")
    op.create_index("screening_cases_in_hand", "screening_cases", ["officer_id"], postgresql_where=unresolved)
    op.create_table(
        "officers",
        sa.Column("officer_id", sa.Text, primary_key=True),
        sa.Column("skills", JSONB, nullable=False),
        sa.Column("absent_from", sa.Date),
        sa.Column("absent_until", sa.Date),
        sa.Column("version", sa.Integer, nullable=False),
    )
    _add_monitored_customers()


def _add_to_reviews() -> None:
    op.add_column("reviews", sa.Column("applied_amount", JSONB))
    op.add_column("reviews", sa.Column("risk_tier", sa.Text, nullable=False, server_default="LOW"))
    op.add_column("reviews", sa.Column("risk_rank", sa.Integer, nullable=False, server_default="2"))
    op.add_column("reviews", sa.Column("due_time", sa.DateTime(timezone=True)))
    op.add_column("reviews", sa.Column("escalate_time", sa.DateTime(timezone=True)))
    op.execute(
        "UPDATE reviews SET due_time = now() + interval '3 days' WHERE status NOT IN ('APPROVED', 'REJECTED', 'CLOSED')"
    )
    is_open = sa.text("due_time IS NOT NULL")
    op.drop_index("reviews_in_hand", "reviews")
    op.create_index("reviews_in_hand", "reviews", ["officer_id"], postgresql_where=is_open)
    op.create_index("reviews_risk", "reviews", ["risk_rank", "submit_time", "application_id"], postgresql_where=is_open)
    op.create_index("reviews_due", "reviews", ["due_time", "application_id"], postgresql_where=is_open)


def _add_monitored_customers() -> None:
    op.create_table(
        "monitored_customers",
        sa.Column("customer_id", sa.Text, primary_key=True),
        sa.Column("running", JSONB, nullable=False),
        sa.Column("is_open", sa.Boolean, nullable=False),
        sa.Column("changes", sa.Integer, nullable=False),
        sa.Column("screened_changes", sa.Integer, nullable=False),
        sa.Column("list_version", sa.Text, nullable=False),
        sa.Column("screen_time", sa.DateTime(timezone=True)),
        sa.Column("daily_date", sa.Date),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index(
        "monitored_customers_open", "monitored_customers", ["customer_id"], postgresql_where=sa.text("is_open")
    )
    # An approved review does not say whether its loan still runs: screening somebody for too long does no harm.
    op.execute(
        "INSERT INTO monitored_customers"
        " (customer_id, running, is_open, changes, screened_changes, list_version, version)"
        " SELECT customer_id, jsonb_agg(application_id ORDER BY submit_time), true, 1, 0, '', 0 FROM reviews"
        " WHERE status NOT IN ('REJECTED', 'CLOSED') GROUP BY customer_id"
    )
