"""Devices from which somebody has signed in: their failures are counted apart. Pure Python, no I/O, no clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.auth.sign_ins import AttemptKind, Attempts
from services.runtime.aggregate import Aggregate

# As many as one person uses; the one that was used longest ago makes room.
MOST_DEVICES = 10
# A device that was not used for this long is unknown again.
DEVICE_LIFETIME = timedelta(days=180)
# When it was used is kept no more exactly than that: not every sign-in writes.
USE_NOTED = timedelta(days=1)


@dataclass
class KnownDevice(Aggregate):
    """A device of the holder of an account; a hash of its token is kept."""

    device_id: str
    account_id: str
    token_hash: str
    create_time: datetime
    use_time: datetime

    @property
    def attempts(self) -> Attempts:
        """Under which name its failed sign-ins are counted."""
        return Attempts(AttemptKind.DEVICE, self.device_id)

    def is_of(self, account_id: str, at: datetime) -> bool:
        """Whether it is the account's, and known still."""
        return self.account_id == account_id and at < self.use_time + DEVICE_LIFETIME

    def use(self, at: datetime) -> None:
        """Was signed in from again."""
        if at - self.use_time >= USE_NOTED:
            self.use_time = at
