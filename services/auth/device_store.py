"""Known devices, in PostgreSQL: by account, and by the hashes of their tokens."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete

from services.auth import passwords as secret
from services.auth.account_tables import known_devices
from services.auth.known_devices import DEVICE_LIFETIME, MOST_DEVICES, KnownDevice
from services.auth.secret_columns import SecretRepository
from services.runtime import ids
from services.runtime.stores.postgres_pipeline import Statement
from services.runtime.stores.unit_of_work import Row

# Leaves so many of the account's, those that were used last. It goes with the commit.
_MAKE_ROOM = """
DELETE FROM known_devices WHERE device_id IN (
    SELECT device_id FROM known_devices WHERE account_id = $1
    ORDER BY use_time DESC, create_time DESC, device_id DESC OFFSET $2
)
"""


class Devices(SecretRepository[KnownDevice]):
    """The devices."""

    table, key = known_devices, "device_id"
    subject, record_class = "account_id", "account"
    unaudited = apart = ("token_hash",)

    def assemble(self, row: Row) -> dict[str, Any]:
        """What proves it."""
        return {"token_hash": row["token_hash"]}

    def secrets(self, aggregate: KnownDevice) -> dict[str, Any]:
        """What proves it."""
        return {"token_hash": aggregate.token_hash}

    def known(self, token: str, account_id: str, at: datetime) -> KnownDevice | None:
        """The account's device that has this token, to look at; None for another account's, or none at all."""
        row = self._read_by("token_hash", secret.digest(token), lock=False) if token else None
        device = None if row is None else self.loaded(row)
        return device if device is not None and device.is_of(account_id, at) else None

    def recognise(self, account_id: str, device_id: str, at: datetime) -> str:
        """Notes a sign-in from a device; the token of one that becomes known by it, empty for one that is known.

        The account is locked: of two sign-ins at once the second makes room for what the first has made.
        """
        row = self._read(device_id, lock=True) if device_id else None
        known = None if row is None else self.tracked(row)
        if known is not None and known.is_of(account_id, at):
            known.use(at)
            return ""
        token = secret.draw()
        self._uow.work.add(Statement(_MAKE_ROOM, (account_id, MOST_DEVICES - 1)))
        self.add(KnownDevice(ids.new_id(), account_id, secret.digest(token), at, at))
        return token

    def forget(self, at: datetime) -> None:
        """Removes those that are known no more."""
        self._uow.connection.execute(delete(known_devices).where(known_devices.c.use_time < at - DEVICE_LIFETIME))
