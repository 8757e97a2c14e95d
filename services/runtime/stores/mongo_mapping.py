"""One declaration for an aggregate in MongoDB: the collection, the key, and what is no attribute by its name."""

from collections.abc import Sequence
from typing import Generic

from services.runtime.stores import mapping, mongo_repository
from services.runtime.stores.mapping import Storage
from services.runtime.stores.mongo_errors import translated
from services.runtime.stores.unit_of_work import A, Row


class Mapped(mapping.Mapped[A], mongo_repository.Repository[A], Generic[A]):
    """Aggregates whose attributes are the fields of the same names."""

    @classmethod
    def storage(cls) -> Storage:
        """The collection."""
        return cls.collection.storage

    def about(self, column: str, person: str) -> list[A]:
        """The aggregates with a person's id in that field."""
        with translated():
            rows = sorted(self.documents.find({column: person}, session=self.session), key=lambda row: str(row["_id"]))
        return [self.loaded(row) for row in rows]

    def all_loaded(self, rows: Sequence[Row]) -> list[A]:
        """The aggregates of rows from a query of the service's own, untracked; their keys are looked for at once."""
        self._unit.data_keys.by_id({key_id for row in rows for key_id in self.paths.key_ids(row)})
        return [self.loaded(row) for row in rows]

    def ids(self) -> list[str]:
        """The ids of all documents, in their order; the collection is read whole for it."""
        with translated():
            return sorted(str(each["_id"]) for each in self.documents.find({}, ["_id"], session=self.session))

    def from_row(self, row: Row) -> A:
        """The aggregate of a document; what one of an earlier release lacks has its default."""
        return super().from_row({**self.collection.defaults, **row})
