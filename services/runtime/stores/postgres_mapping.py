"""One declaration for an aggregate in PostgreSQL: the table, the key, and only what is not an attribute by its name."""

from typing import Any, Generic

from sqlalchemy import Column, select, update
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.runtime.stores import mapping, postgres
from services.runtime.stores.mapping import JSON, Storage, Stored
from services.runtime.stores.sealing import Paths
from services.runtime.stores.unit_of_work import A, Row

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

    def seal_older(self, key: str) -> bool:
        """Seals also what was stored in the rows of `parts` that belong to the aggregate, while its own is locked."""
        sealed, row = super().seal_older(key), self._read(key, lock=True) if self.parts else None
        if row is None:
            return sealed
        older = [
            (table, Paths(table, names), part)
            for table, names in self.parts.items()
            for part in self.part_rows(table, key)
            if not Paths(table, names).all_sealed(part)
        ]
        for table, paths, part in older:
            data_key = self._unit.data_keys.of(str(row[self.subject]), self.record_class)
            self.update_part(table, part, paths.seal(paths.columns(self.opened_part(table, key, part)), data_key, key))
        return sealed or bool(older)

    def part_rows(self, table: str, key: str) -> list[Row]:
        """The rows of another table with the aggregate's id in the column of the same name."""
        part = self.table.metadata.tables[table]
        found = self._uow.connection.execute(select(part).where(part.c[self.key] == key).order_by(*part.primary_key))
        return [dict(row) for row in found.mappings()]

    def update_part(self, table: str, row: Row, changed: Row) -> None:
        """Writes columns of one of these rows."""
        part = self.table.metadata.tables[table]
        same = (column == row[column.name] for column in part.primary_key)
        self._uow.connection.execute(update(part).where(*same).values(dict(changed)))


def _stored(column: Column[Any]) -> Stored:
    plain = isinstance(column.type, JSONB | ARRAY)
    return Stored(JSON if plain else column.type.python_type, bool(column.nullable))
