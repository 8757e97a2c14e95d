"""Devices that customers get push messages on; pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from services.runtime.aggregate import Aggregate

# More than a person carries; the one that was longest not heard of makes room for the next.
MAX_DEVICES = 10


class DevicePlatform(Enum):
    """What kind of device it is."""

    ANDROID = "android"
    IOS = "ios"
    WEB = "web"


@dataclass(kw_only=True)
class Device(Aggregate):
    """A device of a customer, by the token that the provider of push messages gave its app.

    `token_hash` (SHA-256, hex) finds it when another customer signs in to the app on the same device: it is theirs
    then. A device that is removed has no token any more.
    """

    device_id: str
    customer_id: str
    platform: DevicePlatform
    token: str
    token_hash: str
    create_time: datetime
    update_time: datetime
    remove_time: datetime | None = None

    @property
    def removed(self) -> bool:
        """Whether nothing is sent there any more."""
        return self.remove_time is not None

    def renew(self, token: str, platform: DevicePlatform, at: datetime) -> None:
        """The app registered again."""
        self.token, self.platform, self.update_time, self.remove_time = token, platform, at, None

    def miss(self, sent: datetime, at: datetime) -> None:
        """The provider knows no such device, as a message of then found; not if its app has registered since."""
        if self.update_time <= sent:
            self.remove(at)

    def remove(self, at: datetime) -> None:
        """Nothing is sent there any more; the first time counts."""
        if not self.removed:
            self.token, self.remove_time = "", at
