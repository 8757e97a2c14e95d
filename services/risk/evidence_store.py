"""What bank statements show, and what secures loans, in PostgreSQL."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Table, func, select, update

from services.risk.collateral import CollateralFile
from services.risk.income import IncomeFile
from services.risk.tables import collateral_files, income_files
from services.runtime.stores.paging import Page, PageResult
from services.runtime.stores.postgres_mapping import Mapped
from services.runtime.stores.postgres_paging import Keyset

_LONGEST_DUE = Keyset((collateral_files.c.due_date, collateral_files.c.application_id))


@dataclass(frozen=True)
class Overdue:
    """How many files have an item that is due for a valuation, and for how many days the first has been."""

    number: int
    days: int


class IncomeFiles(Mapped[IncomeFile]):
    """The statements of applications: what was found in them, and never their bookings."""

    table = income_files
    key = "application_id"
    absent = "no statement of application {} was accepted"
    subject, record_class = "customer_id", "risk"
    personal = (
        "readings.account_owner", "readings.income_sources.payer", "readings.obligations.payee",
        "readings.evidence.statement_numbers",
    )  # fmt: skip
    derived = ("check_time",)

    def derive(self, aggregate: IncomeFile) -> dict[str, Any]:
        """When something is to be done next."""
        due = None if aggregate.due is None else aggregate.due.look_time
        return {"check_time": min((each for each in (due, aggregate.reassess_time) if each is not None), default=None)}

    def claim(self, now: datetime, until: datetime) -> str | None:
        """The application about which something is due longest, which no one else gets until then; None without."""
        return _claimed(self._uow.connection, self.table, now, until)


class CollateralFiles(Mapped[CollateralFile]):
    """What secures loans, with every valuation."""

    table = collateral_files
    key = "application_id"
    absent = "nothing secures application {}"
    subject, record_class = "customer_id", "risk"
    personal = (
        "items.description", "items.owner_name", "items.valuations.valuer", "items.valuations.valuation_method",
        "items.valuations.reason",
    )  # fmt: skip
    derived = ("check_time", "due_date")

    def derive(self, aggregate: CollateralFile) -> dict[str, Any]:
        """When an assessment is to be made, and when the first item is to be valued."""
        due = aggregate.revaluation_due_date
        return {"check_time": aggregate.reassess_time, "due_date": None if due is None else due.isoformat()}

    def claim(self, now: datetime, until: datetime) -> str | None:
        """The application whose assessment waits longest, which no one else gets until then; None without."""
        return _claimed(self._uow.connection, self.table, now, until)

    def due(self, by: date, page: Page) -> PageResult[CollateralFile]:
        """The files with an item that is to be valued by a day, the longest due first."""
        query = select(collateral_files).where(collateral_files.c.due_date <= by.isoformat())
        return _LONGEST_DUE.read(self._uow.connection, query, page, f"revaluations:{by}").map(self.loaded)

    def overdue(self, today: date) -> Overdue:
        """How many files have an item that is to be valued by today, and since when the first has."""
        due = select(func.count(), func.min(collateral_files.c.due_date)).where(
            collateral_files.c.due_date <= today.isoformat()
        )
        number, first = self._uow.connection.execute(due).one()
        return Overdue(number, 0 if first is None else (today - date.fromisoformat(first)).days)


def _claimed(connection: Connection, table: Table, now: datetime, until: datetime) -> str | None:
    key = table.c.application_id
    due = select(key).where(table.c.check_time <= now).order_by(table.c.check_time).limit(1)
    first = due.with_for_update(skip_locked=True).scalar_subquery()
    found: str | None = connection.scalar(update(table).where(key == first).values(check_time=until).returning(key))
    return found
