"""When no telephone is to ring: at night, where the customer is; pure."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from services.notification.local_hours import next_time
from services.notification.model import Channel

# What wakes somebody up; a mail waits until it is read.
_RINGS = frozenset({Channel.SMS, Channel.PUSH})


@dataclass(frozen=True)
class QuietSettings:
    """From which hour to which nothing rings, by the customer's clock; the same hour twice for never.

    `time_zone` is that of customers who said none.
    """

    from_hour: int = 21
    until_hour: int = 8
    time_zone: str = "Europe/Dublin"

    def __post_init__(self) -> None:
        """ValueError for hours or a zone that there are not."""
        if not all(0 <= hour <= 23 for hour in (self.from_hour, self.until_hour)):
            raise ValueError("quiet hours are from 0 to 23")
        try:
            ZoneInfo(self.time_zone)
        except (OSError, ValueError, LookupError):
            raise ValueError(f"{self.time_zone} is no time zone") from None

    def concerns(self, channel: Channel) -> bool:
        """Whether messages of a channel ever have to wait."""
        return channel in _RINGS and self.from_hour != self.until_hour

    def until(self, channel: Channel, now: datetime, time_zone: str) -> datetime | None:
        """Until when a message of a channel is to wait, later than now; None when it need not."""
        zone = ZoneInfo(time_zone or self.time_zone)
        if channel not in _RINGS or not self._is_quiet(now.astimezone(zone).hour):
            return None
        return next_time(self.until_hour, now, zone)

    def _is_quiet(self, hour: int) -> bool:
        if self.from_hour <= self.until_hour:
            return self.from_hour <= hour < self.until_hour
        return hour >= self.from_hour or hour < self.until_hour
