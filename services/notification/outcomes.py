"""What becomes of messages that are to be delivered, and what their providers report of them later; pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from services.notification.model import DeliveryFailure, Notification
from services.notification.ports import Refused
from services.runtime.errors import Unavailable


@dataclass(frozen=True)
class Waiting:
    """A notification that this replica has in hand, and what it needs of its customer: time zone, devices' tokens."""

    notification: Notification
    zone: str = ""
    tokens: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What became of a notification in hand, as a change of it; without one, it is looked at again when its lease ends.

    Unless it `is_over`, no later one goes to the same customer by that channel. `away` is what was out of reach: then
    none goes at all, for now.
    """

    notification: Notification
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
    """A provider's word about a message; `dead` when nothing will ever arrive at the address."""

    notification_id: str
    reported: Reported
    time: datetime
    dead: bool = False


def failure_of(refused: Refused, *, nowhere: bool) -> DeliveryFailure:
    """Why a message is never taken; a push message goes `nowhere` without a device, and when all are gone."""
    if nowhere or refused.dead or refused.gone:
        return DeliveryFailure.NO_ADDRESS
    return DeliveryFailure.DECLINED if refused.declined else DeliveryFailure.REFUSED
