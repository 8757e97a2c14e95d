"""The revoked access tokens, in PostgreSQL: written with whatever ends them, and kept until they would have expired."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from services.auth.signing_keys import CLOCK_SKEW, TOKEN_LIFETIME
from services.auth.tables import revocations
from services.runtime.stores import postgres

KEPT: timedelta = TOKEN_LIFETIME + CLOCK_SKEW
# Above every epoch: there are no more tokens under this name.
FOR_EVER = 2**31 - 1


def revoke(uow: postgres.UnitOfWork, name: str, below: int, at: datetime) -> None:
    """Revokes the access tokens of a session (its id) or an account that were issued under an epoch below this one."""
    row = {"name": name, "below": below, "revoke_time": at}
    uow.upsert(revocations, row, ("name",), ("below", "revoke_time"))


class Revoked:
    """What is revoked, by time."""

    def __init__(self, uow: postgres.UnitOfWork) -> None:
        self._uow = uow

    def since(self, moment: datetime) -> list[tuple[str, int]]:
        """Names and epochs of what was revoked after the moment."""
        query = select(revocations.c.name, revocations.c.below).where(revocations.c.revoke_time > moment)
        return [(name, below) for name, below in self._uow.connection.execute(query)]

    def forget(self, at: datetime) -> None:
        """Removes what has no token any more that lives."""
        self._uow.connection.execute(delete(revocations).where(revocations.c.revoke_time < at - KEPT))
