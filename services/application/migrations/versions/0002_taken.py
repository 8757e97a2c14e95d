"""How often an application was moved by what a way back allows again: so far, closed once when it was repaid."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Adds the column; a closed application that has a loan was closed by its repayment."""
    op.execute("ALTER TABLE applications ADD COLUMN taken JSONB NOT NULL DEFAULT '{}'")
    op.execute("""UPDATE applications SET taken = '{"CLOSE": 1}' WHERE status = 'CLOSED'""")
