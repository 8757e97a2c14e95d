"""The assertions that clients have used up, in PostgreSQL: each is good once."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from services.auth.client_authentication import Assertion
from services.auth.passwords import digest
from services.auth.tables import client_assertions
from services.runtime.stores import postgres


class Assertions:
    """What was used up, by client and id."""

    def __init__(self, uow: postgres.UnitOfWork) -> None:
        self._uow = uow

    def use_up(self, client_id: str, assertion: Assertion) -> bool:
        """Notes the assertion; False when it was used before. Of two at once the second waits for the first."""
        row = {"token_hash": digest(f"{client_id} {assertion.token_id}"), "expire_time": assertion.end}
        noted = insert(client_assertions).values(row).on_conflict_do_nothing().returning(client_assertions.c.token_hash)
        return self._uow.connection.execute(noted).first() is not None

    def forget(self, at: datetime) -> None:
        """Removes what has expired."""
        self._uow.connection.execute(delete(client_assertions).where(client_assertions.c.expire_time < at))
