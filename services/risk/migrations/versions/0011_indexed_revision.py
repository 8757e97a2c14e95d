"""The revision of a report, and which one the search engine has; those that are there already are all due.

A trigger counts, not the service: while a version of it is replaced, the one before writes, too; a change that is no
event counts as well.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_REVISE = """CREATE FUNCTION revise_report() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.indexed_revision = OLD.indexed_revision THEN
            NEW.revision := OLD.revision + 1;
        END IF;
        RETURN NEW;
    END $$"""


def upgrade() -> None:
    """Adds the columns with their trigger, and the indexes of what is due and of a customer's reports."""
    op.add_column("reports", sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("reports", sa.Column("indexed_revision", sa.Integer(), nullable=False, server_default="0"))
    op.execute(_REVISE)
    op.execute("CREATE TRIGGER revised BEFORE UPDATE ON reports FOR EACH ROW EXECUTE FUNCTION revise_report()")
    op.create_index("reports_customer", "reports", ["customer_id"])
    op.create_index(
        "reports_due", "reports", ["application_id"], postgresql_where=sa.text("revision <> indexed_revision")
    )
