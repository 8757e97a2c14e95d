"""Aggregates of which some columns are secret: written with the others, and in no audit row."""

from abc import abstractmethod
from typing import Any, Generic

from services.runtime.stores import postgres
from services.runtime.stores.encryption import FieldCipher
from services.runtime.stores.postgres_mapping import Mapped
from services.runtime.stores.unit_of_work import A, Row, Tracked


class SecretRepository(Mapped[A], Generic[A]):
    """Aggregates with columns that the audit trail never sees."""

    def __init__(self, uow: postgres.UnitOfWork, cipher: FieldCipher) -> None:
        super().__init__(uow)
        self.cipher = cipher

    @abstractmethod
    def secrets(self, aggregate: A) -> dict[str, Any]:
        """The columns that are written with the others and never audited."""

    def write(self, tracked: Tracked[A], row: Row, changed: Row) -> None:
        """Writes both kinds of columns."""
        hidden = self.secrets(tracked.aggregate)
        super().write(tracked, {**row, **hidden}, {**changed, **hidden})
