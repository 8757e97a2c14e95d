"""The use cases of devices: their apps register them for push messages, and take them back."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from services.notification.device_model import MAX_DEVICES, Device, DevicePlatform
from services.notification.store import UnitOfWork
from services.runtime.clock import Clock
from services.runtime.errors import Aborted, AlreadyExists, NotFound


@dataclass(frozen=True)
class DeviceApp:
    """What customers can do with their devices."""

    begin: Callable[[], UnitOfWork]
    clock: Clock

    def register(self, customer_id: str, token: str, platform: DevicePlatform) -> Device:
        """Sends a customer's push messages to a device from now on, and no one else's; NotFound after an erasure."""
        digest, at = hashlib.sha256(token.encode()).hexdigest(), self.clock.now()
        with _once(), self.begin() as uow:
            if uow.recipients.of(customer_id).erased:
                raise NotFound(f"customer {customer_id} does not exist", metadata={"customer_id": customer_id})
            device = _taken_over(uow, customer_id, digest, at)
            if device is None:
                device = Device(
                    device_id=str(uuid5(UUID(customer_id), digest)), customer_id=customer_id, platform=platform,
                    token=token, token_hash=digest, create_time=at, update_time=at,
                )  # fmt: skip
                uow.devices.add(device)
            device.renew(token, platform, at)
            _make_room(uow, device, at)
            uow.commit()
        return device

    def of(self, customer_id: str) -> list[Device]:
        """The devices that a customer's push messages go to, the one registered last first."""
        with self.begin() as uow:
            return uow.devices.of(customer_id)

    def remove(self, device_id: str) -> Device:
        """Sends nothing to a device any more."""
        with self.begin() as uow:
            device = uow.devices.get(device_id)
            device.remove(self.clock.now())
            uow.commit()
        return device

    def owner_of(self, device_id: str) -> str:
        """Names the customer whose device it is."""
        with self.begin() as uow:
            return uow.devices.read(device_id).customer_id


@contextmanager
def _once() -> Iterator[None]:
    """An app that registers twice at one moment has one device, of one id: who comes second looks again."""
    try:
        yield
    except AlreadyExists as error:
        raise Aborted("the device is registered twice at the same moment") from error


def _taken_over(uow: UnitOfWork, customer_id: str, digest: str, at: datetime) -> Device | None:
    """The customer's own device with a token, if they had it before; of all others that had it, it is no more."""
    known = uow.devices.known(digest)
    for each in known:
        if each.customer_id != customer_id:
            each.remove(at)
    return next((each for each in known if each.customer_id == customer_id), None)


def _make_room(uow: UnitOfWork, device: Device, at: datetime) -> None:
    others = [each for each in uow.devices.of(device.customer_id) if each.device_id != device.device_id]
    for surplus in others[MAX_DEVICES - 1 :]:
        uow.devices.get(surplus.device_id).remove(at)
