"""What is measured of messages that leave the platform, and whether any do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from prometheus_client import Counter, Gauge

from services.notification.model import Channel, Notification, NotificationStatus
from services.notification.outcomes import Outcome

_MESSAGES = Counter("loanflow_messages", "Messages by the channel and by what became of them.", ["channel", "status"])
_HELD_UP = Gauge(
    "loanflow_messages_held_up_seconds",
    "Since when nothing goes out by a channel, as what it needs is out of reach; 0 while messages go.",
    ["channel"],
)


def count_message(notification: Notification) -> None:
    """Counts what became of a message, once nothing more is tried or something is known of it."""
    if notification.status is not NotificationStatus.PENDING:
        _MESSAGES.labels(notification.channel.name, notification.status.name).inc()


@dataclass(frozen=True)
class Flow:
    """Since when nothing goes out by which channels, though it was tried.

    `has_tried` says whether something waits by a channel that was tried: where nothing does, none is held up.
    """

    has_tried: Callable[[Channel], bool]
    _since: dict[Channel, datetime] = field(default_factory=dict)

    def note(self, channel: Channel, outcomes: Sequence[Outcome], at: datetime) -> None:
        """Notes what became of what was due by a channel at a time."""
        if any(each.is_over for each in outcomes) or self._is_over(channel, outcomes):
            self._since.pop(channel, None)
        if any(each.away for each in outcomes):
            self._since.setdefault(channel, at)
        _HELD_UP.labels(channel.name).set((at - self._since.get(channel, at)).total_seconds())

    def _is_over(self, channel: Channel, outcomes: Sequence[Outcome]) -> bool:
        return channel in self._since and not outcomes and not self.has_tried(channel)
