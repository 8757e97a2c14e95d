"""Known devices, in PostgreSQL: by account, and by the hashes of their tokens."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from services.auth import passwords as secret
from services.auth.account_tables import known_devices
from services.auth.known_devices import DEVICE_LIFETIME, MOST_DEVICES, KnownDevice
from services.auth.secret_columns import SecretRepository
from services.runtime import ids
from services.runtime.stores.unit_of_work import Row


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
        if not token:
            return None
        condition = (known_devices.c.token_hash == secret.digest(token), known_devices.c.account_id == account_id)
        row = self._uow.connection.execute(select(known_devices).where(*condition)).mappings().one_or_none()
        device = None if row is None else self.loaded(dict(row))
        return device if device is not None and device.is_good(at) else None

    def recognise(self, account_id: str, device_id: str, at: datetime) -> str:
        """Notes a sign-in from a device; the token of one that becomes known by it, empty for one that is known.

        The account is locked: of two sign-ins at once the second sees what the first has made.
        """
        theirs = self._of(account_id)
        known = next((each for each in theirs if each.device_id == device_id and each.is_good(at)), None)
        if known is not None:
            known.use(at)
            return ""
        token = secret.draw()
        self._remove([each.device_id for each in theirs[MOST_DEVICES - 1 :]])
        self.add(KnownDevice(ids.new_id(), account_id, secret.digest(token), at, at))
        return token

    def forget(self, at: datetime) -> None:
        """Removes those that are known no more."""
        self._uow.connection.execute(delete(known_devices).where(known_devices.c.use_time < at - DEVICE_LIFETIME))

    def _of(self, account_id: str) -> list[KnownDevice]:
        """The account's devices for a change, the one that was used last first."""
        query = select(known_devices).where(known_devices.c.account_id == account_id)
        order = (known_devices.c.use_time.desc(), known_devices.c.create_time.desc(), known_devices.c.device_id.desc())
        rows = self._uow.connection.execute(query.order_by(*order).with_for_update()).mappings().all()
        return [self.tracked(dict(row)) for row in rows]

    def _remove(self, device_ids: list[str]) -> None:
        if device_ids:
            self._uow.connection.execute(delete(known_devices).where(known_devices.c.device_id.in_(device_ids)))
