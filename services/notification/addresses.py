"""What providers refuse and report says of the addresses that messages went to, as they were when the messages went.

An address is kept nowhere: of when a message went, and when the customer's address changed, follows whether it is the
one that they have now.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from services.notification.model import Channel, Notification
from services.notification.outcomes import Outcome, Report, Reported, arrival
from services.notification.recipients import Recipient
from services.notification.store import UnitOfWork
from services.runtime.clock import Clock
from services.runtime.errors import NotFound


@dataclass(frozen=True)
class AddressApp:
    """What staff can do with addresses."""

    begin: Callable[[], UnitOfWork]
    clock: Clock

    def revive(self, customer_id: str, channel: Channel, reason: str) -> Recipient:
        """Has messages go to an address again that one came back from; NotFound of one who is erased."""
        with self.begin() as uow:
            recipient = uow.recipients.of(customer_id)
            if recipient.erased:
                raise NotFound(f"customer {customer_id} does not exist", metadata={"customer_id": customer_id})
            if channel in recipient.dead:
                recipient = uow.recipients.ensure(recipient)
                recipient.revive(channel, self.clock.now())
            uow.commit(why=reason)
        return recipient


def take_report(uow: UnitOfWork, notification: Notification, report: Report, now: datetime) -> None:
    """Notes what a provider says of a message, and so of its address."""
    went, customer_id, channel = notification.address_time, notification.customer_id, notification.channel
    if report.reported is Reported.DELIVERED:
        notification.mark_delivered(arrival(notification, report.time, now))
        if channel in uow.recipients.of(customer_id).dead:
            _recipient(uow, notification).revive(channel, went)
    if report.reported is Reported.BOUNCED:
        notification.mark_bounced()
    if report.dead:
        _bury(uow, notification, went)
    if report.reported is Reported.DECLINED:
        # What has no time of its own was so when the message went, and not when the word of it came.
        _recipient(uow, notification).decline(channel, min(report.time or went, now))


def take_refusal(uow: UnitOfWork, notification: Notification, outcome: Outcome, now: datetime) -> None:
    """Notes what the refusal of a message says of its address."""
    refused = outcome.refused
    if refused is None:
        return
    uow.devices.remove(notification.customer_id, refused.gone, outcome.time, now)
    if refused.dead:
        _bury(uow, notification, outcome.time)
    elif refused.declined:
        _recipient(uow, notification).decline(notification.channel, outcome.time)


def _bury(uow: UnitOfWork, notification: Notification, at: datetime) -> None:
    """Has nothing more go to the address that the customer had then, unless something that went later arrived."""
    recipient, channel = _recipient(uow, notification), notification.channel
    arrived = uow.notifications.last_arrived(notification.customer_id, channel)
    if arrived is not None:
        recipient.revive(channel, arrived)
    recipient.mark_dead(channel, at)


def _recipient(uow: UnitOfWork, notification: Notification) -> Recipient:
    return uow.recipients.ensure(Recipient(customer_id=notification.customer_id))
