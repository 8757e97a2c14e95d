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

    `is_waiting` says whether something by a channel that was out of reach is to be tried again soon, seen from a time:
    where nothing is, none is held up, as another replica has sent it, or it waits for the morning.
    """

    is_waiting: Callable[[Channel, datetime], bool]
    _since: dict[Channel, datetime] = field(default_factory=dict)

    def note(self, channel: Channel, outcomes: Sequence[Outcome], at: datetime) -> None:
        """Notes what became of what was due by a channel at a time; a provider that refuses one has answered."""
        if any(each.is_over or each.refused for each in outcomes) or self._is_over(channel, outcomes, at):
            self._since.pop(channel, None)
        if any(each.away for each in outcomes):
            self._since.setdefault(channel, at)
        _HELD_UP.labels(channel.name).set((at - self._since.get(channel, at)).total_seconds())

    def _is_over(self, channel: Channel, outcomes: Sequence[Outcome], at: datetime) -> bool:
        return channel in self._since and not outcomes and not self.is_waiting(channel, at)
