"""By what customers are recognized, in PostgreSQL: blind indexes alone, in no audit row."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update

from services.risk.connections import KnownCustomer
from services.risk.tables import known_customers, reports
from services.runtime.stores.postgres_mapping import Mapped
from services.runtime.stores.unit_of_work import Row, Tracked


class KnownCustomers(Mapped[KnownCustomer]):
    """The customers who are known; their indexes go with them, and are in no audit row, which stays."""

    table = known_customers
    key = "customer_id"
    subject, record_class = "customer_id", "risk"
    unaudited = apart = ("person_index", "company_indexes", "controller_indexes")

    def assemble(self, row: Row) -> dict[str, Any]:
        """The indexes."""
        several = {name: tuple(row[name]) for name in ("company_indexes", "controller_indexes")}
        return {"person_index": row["person_index"], **several}

    def write(self, tracked: Tracked[KnownCustomer], row: Row, changed: Row) -> None:
        """Writes the row, with what is never audited."""
        known = tracked.aggregate
        several = {name: list(getattr(known, name)) for name in ("company_indexes", "controller_indexes")}
        hidden = {"person_index": known.person_index, **several}
        super().write(tracked, {**row, **hidden}, {**changed, **hidden})

    def having(self, indexes: Collection[str]) -> list[KnownCustomer]:
        """Those with any of these indexes."""
        some, table = list(indexes), known_customers.c
        theirs = table.company_indexes.overlap(some), table.controller_indexes.overlap(some)
        query = select(known_customers).where(or_(table.person_index.in_(some), *theirs)).order_by(table.customer_id)
        return [self.loaded(dict(row)) for row in self._uow.connection.execute(query).mappings()]

    def delete_of(self, customer_id: str) -> None:
        """Removes by what a customer is recognized."""
        self._uow.connection.execute(delete(known_customers).where(known_customers.c.customer_id == customer_id))

    def unlearnt(self) -> str | None:
        """An application whose persons nobody has looked at; None when there is none."""
        query = select(reports.c.application_id).where(reports.c.learn_time.is_(None)).limit(1)
        found: str | None = self._uow.connection.scalar(query)
        return found

    def learnt(self, application_id: str, at: datetime) -> None:
        """Notes that somebody has."""
        row = reports.c.application_id == application_id
        self._uow.connection.execute(update(reports).where(row).values(learn_time=at))
