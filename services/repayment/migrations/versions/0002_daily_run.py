"""When each loan is next to be looked at, reminders that wait to be sent, and the loans a run left out."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Adds them; every loan with something unpaid is looked at by the next run, which then knows its date."""
    op.execute("ALTER TABLE loans ADD COLUMN reminded_until DATE, ADD COLUMN next_run_date DATE")
    op.execute("UPDATE loans SET next_run_date = start_date WHERE next_overdue_date IS NOT NULL OR status = 'OPEN'")
    op.execute("DROP INDEX loans_overdue")
    op.execute("ALTER TABLE loans DROP COLUMN next_overdue_date")
    op.execute("CREATE INDEX loans_next_run ON loans (next_run_date, loan_id) WHERE next_run_date IS NOT NULL")
    op.execute("ALTER TABLE daily_runs ADD COLUMN failed JSONB NOT NULL DEFAULT '[]'")
    op.execute(
        """CREATE TABLE reminders (
            reminder_id TEXT PRIMARY KEY,
            reminder JSONB NOT NULL
        )"""
    )
