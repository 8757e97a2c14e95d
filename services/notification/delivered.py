"""How far a notice is, over all of its channels; pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from services.notification.model import Channel, Notification, NotificationStatus


class DeliveryState(Enum):
    """How far a notice is, over all of its channels."""

    UNDER_WAY = "under_way"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True)
class Delivered:
    """What became of a notice; when the first channel took it."""

    state: DeliveryState
    deliver_time: datetime | None = None


def delivered(messages: Collection[Notification], *, unreachable: bool = False) -> Delivered:
    """What became of a notice that is these messages; the inbox, where everything arrives, says nothing of it.

    All are made at once: one that is in the inbox alone goes out by no channel, as one of a customer who is
    `unreachable`, of whom there are none at all.
    """
    sent = [each for each in messages if each.channel is not Channel.IN_APP]
    taken = [each for each in sent if each.status in (NotificationStatus.SENT, NotificationStatus.DELIVERED)]
    if taken:
        return Delivered(DeliveryState.DELIVERED, min(each.send_time or each.create_time for each in taken))
    is_made = bool(messages) or unreachable
    if not is_made or any(each.status is NotificationStatus.PENDING for each in sent):
        return Delivered(DeliveryState.UNDER_WAY)
    return Delivered(DeliveryState.FAILED)
