"""Aggregates of which some columns are secret: written with the others, and in no audit row.

What is personal of them is sealed by the data key of the account's holder, like all that is stored about a person.
"""

from abc import abstractmethod
from typing import Any, ClassVar, Generic

from services.auth.model import FIXED_WHYS
from services.runtime.stores import postgres
from services.runtime.stores.data_keys import key_of
from services.runtime.stores.encryption import FieldCipher
from services.runtime.stores.postgres_mapping import Mapped
from services.runtime.stores.unit_of_work import A, Row, Tracked


class SecretRepository(Mapped[A], Generic[A]):
    """Aggregates with columns that the audit trail never sees.

    `lasting`: what is personal of them is written once, and no change looks at it; none waits for a data key then.
    """

    fixed_whys = FIXED_WHYS
    lasting: ClassVar[bool] = False

    def __init__(self, uow: postgres.UnitOfWork, cipher: FieldCipher) -> None:
        super().__init__(uow)
        self.cipher = cipher

    @abstractmethod
    def secrets(self, aggregate: A) -> dict[str, Any]:
        """The columns that are written with the others and never audited."""

    def write(self, tracked: Tracked[A], row: Row, changed: Row) -> None:
        """Writes both kinds of columns."""
        secrets = self.secrets(tracked.aggregate)
        if self.lasting and tracked.before is not None:
            secrets = {name: value for name, value in secrets.items() if name not in self.personal}
        hidden = self.sealed(tracked.aggregate, secrets)
        super().write(tracked, {**row, **hidden}, {**changed, **hidden})

    def tracked(self, row: Row) -> A:
        """The aggregate of a row, for a change."""
        return super().tracked(self.unopened(row) if self.lasting else row)

    def unopened(self, row: Row) -> Row:
        """The row without what is personal of it, for which no data key is asked for."""
        return {**row, **dict.fromkeys(self.personal)}

    def opened(self, row: Row) -> Row:
        """The row with its seals opened, also those of before accounts had data keys: by the service's own key."""
        old = [name for name in self.personal if row[name] and key_of(row[name]) is None]
        return {**super().opened(row), **{name: self.cipher.decrypt(row[name]) for name in old}}
