"""What becomes of messages that are to be delivered, and what their providers report of them later; pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from services.notification.model import DeliveryFailure, Notification
from services.notification.ports import Refused
from services.runtime.errors import Unavailable

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Waiting:
    """A notification that this replica took at a `time`, and what it needs of its customer: zone, devices' tokens."""

    notification: Notification
    time: datetime
    zone: str = ""
    tokens: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What became of a notification in hand, as a change of it; without one, it is looked at again when its lease ends.

    Unless it `is_over`, no later one goes to the same customer by that channel. `away` is what was out of reach: then
    none goes at all, for now. What is `refused` says something of the address that the customer had at a `time`.
    """

    notification: Notification
    time: datetime
    change: Callable[[Notification], None] | None = None
    is_over: bool = False
    refused: Refused | None = None
    away: Unavailable | None = None


class Reported(Enum):
    """What a provider says of a message that it took."""

    DELIVERED = "delivered"
    BOUNCED = "bounced"
    DECLINED = "declined"


@dataclass(frozen=True)
class Report:
    """A provider's word about a message; `dead` when nothing will ever arrive at the address.

    `time` is when that was, as the provider says; None when it says no such thing. When the word comes is never meant:
    it may be late, or come again.
    """

    notification_id: str
    reported: Reported
    time: datetime | None
    dead: bool = False


def arrival(notification: Notification, said: datetime | None, now: datetime) -> datetime:
    """When a message arrived, as its provider says; now, when that says nothing, or what cannot be.

    Operators say the minute alone, and some of them in a time zone of their own.
    """
    if said is None or not notification.address_time - _MINUTE <= said <= now:
        return now
    return max(said, notification.send_time or said)


def failure_of(refused: Refused, *, nowhere: bool) -> DeliveryFailure:
    """Why a message is never taken; a push message goes `nowhere` without a device, and when all are gone."""
    if nowhere or refused.dead or refused.gone:
        return DeliveryFailure.NO_ADDRESS
    return DeliveryFailure.DECLINED if refused.declined else DeliveryFailure.REFUSED
