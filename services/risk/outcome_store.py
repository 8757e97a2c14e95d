"""The latest checks of outcomes, in PostgreSQL."""

from sqlalchemy import select

from services.risk.outcome_check import OutcomeCheck
from services.risk.tables import outcome_checks
from services.runtime.stores.postgres_mapping import Mapped


class OutcomeChecks(Mapped[OutcomeCheck]):
    """One for each table and role whose loans were looked at."""

    table = outcome_checks
    key = "check_id"
    what = "check of outcomes"

    def keep(self, made: OutcomeCheck) -> None:
        """Takes one in the place of the one before."""
        if self.find(made.check_id) is None:
            self.add(made)
        else:
            self.get(made.check_id).renew(made.outcomes, made.check_time)

    def all(self) -> list[OutcomeCheck]:
        """All of them, as many as there are tables, twice."""
        rows = self._uow.connection.execute(select(self.table).order_by(self.table.c.check_id)).mappings()
        return [self.loaded(dict(row)) for row in rows]
