"""One declaration for an aggregate in PostgreSQL: the table, the key, and only what is not an attribute by its name."""

from typing import Any, Generic

from sqlalchemy import Column, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.runtime.stores import mapping, postgres
from services.runtime.stores.mapping import JSON, Storage, Stored
from services.runtime.stores.unit_of_work import A

# How many ids are read at a time.
_PORTION = 1000


class Mapped(mapping.Mapped[A], postgres.Repository[A], Generic[A]):
    """Aggregates whose attributes are the columns of the same names; what is in a JSONB or ARRAY column is JSON."""

    @classmethod
    def storage(cls) -> Storage:
        """The table."""
        return Storage(cls.table.name, "column", {column.name: _stored(column) for column in cls.table.columns})

    def about(self, column: str, person: str) -> list[A]:
        """The aggregates with a person's id in that column."""
        query = select(self.table).where(self.table.c[column] == person).order_by(self.table.c[self.key])
        return [self.loaded(dict(row)) for row in self._uow.connection.execute(query).mappings().all()]

    def ids(self) -> list[str]:
        """The ids of all rows, in their order; read in portions."""
        column, found, last = self.table.c[self.key], list[str](), ""
        while True:
            query = select(column).where(column > last).order_by(column).limit(_PORTION)
            portion = self._uow.connection.execute(query).scalars().all()
            if not portion:
                return found
            found += map(str, portion)
            last = found[-1]


def _stored(column: Column[Any]) -> Stored:
    plain = isinstance(column.type, JSONB | ARRAY)
    return Stored(JSON if plain else column.type.python_type, bool(column.nullable))
