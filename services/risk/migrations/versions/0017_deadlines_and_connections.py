"""By when answers to reviews are owed, when staff are told of what is owed about refusals, and who is connected.

Reviews that wait get their time from the service, by the law of their facility type. Of notices that are not delivered
staff are told as of two days before they are due; the version of before, which knows of no such time, writes none. By
what customers are recognized the service asks by itself, for every report that has no time of it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Adds the times, with what is owed now, and the indexes by which they are found."""
    for name in ("answer_due_time", "deadline_time", "decision_due_time", "decision_tell_time"):
        op.add_column("reports", sa.Column(name, sa.DateTime(timezone=True)))
    op.execute(
        "UPDATE reports SET deadline_time = notice_due_time - interval '2 days' WHERE notice_due_time IS NOT NULL"
    )
    op.create_index(
        "reports_answer_due", "reports", ["answer_due_time", "application_id"],
        postgresql_where=sa.text("review_time IS NOT NULL"),
    )  # fmt: skip
    op.create_index(
        "reports_deadline", "reports", ["deadline_time"], postgresql_where=sa.text("deadline_time IS NOT NULL")
    )
    op.create_index(
        "reports_undecided", "reports", ["decision_due_time"],
        postgresql_where=sa.text(
            "decision_due_time IS NOT NULL AND status IN ('PENDING', 'ASSESSED') AND refusals = '[]'"
        ),
    )  # fmt: skip
    op.add_column("reports", sa.Column("for_legal_entity", sa.Boolean, nullable=False, server_default="false"))
    op.add_column("reports", sa.Column("learn_time", sa.DateTime(timezone=True)))
    op.create_index("reports_unlearnt", "reports", ["application_id"], postgresql_where=sa.text("learn_time IS NULL"))
    op.create_table(
        "known_customers",
        sa.Column("customer_id", sa.Text, primary_key=True),
        sa.Column("person_index", sa.Text, nullable=False),
        sa.Column("company_indexes", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("controller_indexes", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("update_time", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("known_customers_person", "known_customers", ["person_index"])
    for name, column in (("company", "company_indexes"), ("controllers", "controller_indexes")):
        op.create_index(f"known_customers_{name}", "known_customers", [column], postgresql_using="gin")
