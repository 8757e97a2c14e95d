"""The use cases of delivery: what waits is handed to the provider of its channel, and what that reports is noted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from functools import partial

import structlog

from services.notification import ports
from services.notification.enclosing import enclosed
from services.notification.model import HOPEFUL, Channel, DeliveryFailure, Notification, Rule
from services.notification.pages import Pages
from services.notification.ports import (
    Customers,
    DeliveryClaim,
    DeliveryClaims,
    Enclosure,
    Message,
    Papers,
    Party,
    Refused,
)
from services.notification.quiet_hours import QuietSettings
from services.notification.recipients import Recipient
from services.notification.store import Queue, UnitOfWork
from services.notification.unsubscribing import UnsubscribeLinks
from services.runtime import ids
from services.runtime.clock import Clock
from services.runtime.errors import NotFound, Unavailable

log = structlog.get_logger(__name__)
# Longer than a message may take; a replica that dies with one in hand leaves it to the others after this.
LEASE = timedelta(seconds=30)
RETRY = timedelta(seconds=2)
# What a mail encloses comes of a service that no other mail needs: those behind it go out meanwhile.
PAPER_RETRY = timedelta(seconds=30)


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


@dataclass(frozen=True)
class Delivery:
    """What can be done with notifications that are made.

    `providers` has one for each channel that leaves the platform; `wake` has the dispatchers look at once.
    """

    begin: Callable[[], UnitOfWork]
    clock: Clock
    queue: Queue
    customers: Customers
    papers: Papers
    providers: Mapping[Channel, ports.Channel]
    claims: DeliveryClaims
    wake: Callable[[], None]
    rules: Mapping[str, Rule]
    links: UnsubscribeLinks
    pages: Pages
    quiet: QuietSettings = field(default_factory=QuietSettings)

    def deliver_next(self, channel: Channel) -> bool:
        """Delivers the notification of a channel that is due longest; False when none is.

        What would ring at night is due in the morning instead.

        Errors: Unavailable when the customer service, the provider or a store is out of reach; it is due again soon.
        """
        now = self.clock.now()
        notification_id = self.queue.claim(channel, now, now + LEASE)
        if notification_id is None:
            return False
        with self.begin() as uow:
            notification = uow.notifications.find(notification_id)
            if notification is None:
                return True
            zone = uow.recipients.of(notification.customer_id).time_zone
            tokens = uow.devices.tokens_of(notification.customer_id) if channel is Channel.PUSH else ()
        if (morning := self.quiet.until(channel, now, zone)) is not None:
            self._settle(notification_id, lambda each: each.postpone(morning))
        else:
            self._enclose(notification, tokens)
        return True

    def report(self, report: Report) -> None:
        """Notes what a provider says of a message, however often it says so; of one that is not known, nothing."""
        with self.begin() as uow:
            notification = uow.notifications.find(report.notification_id)
            if notification is None:
                return
            self._note(uow, uow.notifications.get(report.notification_id), report)
            uow.commit()
        log.info("reported", notification_id=report.notification_id, reported=report.reported.name, dead=report.dead)

    def _note(self, uow: UnitOfWork, notification: Notification, report: Report) -> None:
        if report.reported is Reported.DELIVERED:
            notification.mark_delivered(report.time)
        if report.reported is Reported.BOUNCED:
            notification.mark_bounced()
        if report.dead or report.reported is Reported.DECLINED:
            recipient = uow.recipients.ensure(Recipient(customer_id=notification.customer_id))
            if report.dead:
                recipient.mark_dead(notification.channel)
            else:
                recipient.decline(notification.channel, report.time)
        self._fall_back(uow, notification)

    def _enclose(self, notification: Notification, tokens: tuple[str, ...]) -> None:
        """Delivers a notification with what goes out with it; later, when that is out of reach."""
        try:
            enclosures = enclosed(notification, self.papers)
        except Unavailable as error:
            log.warning("paper_waits", notification_id=notification.notification_id, cause=error.message)
            now = self.clock.now()
            self._settle(notification.notification_id, partial(Notification.miss, at=now, until=now + PAPER_RETRY))
        else:
            self._deliver(notification, tokens, enclosures)

    def _deliver(self, notification: Notification, tokens: tuple[str, ...], enclosures: tuple[Enclosure, ...]) -> None:
        message_id = notification.notification_id
        try:
            party = self.customers.party(notification.customer_id)
            claim = self.claims.take(message_id)
            if claim is DeliveryClaim.MINE:
                self._send(notification, party, tokens, enclosures)
            if claim is not DeliveryClaim.TAKEN:
                self._settle(message_id, lambda each: each.mark_sent(self.clock.now()))
        except NotFound:
            self._settle(message_id, lambda each: each.mark_failed(self.clock.now(), DeliveryFailure.NO_CUSTOMER))
        except Refused as error:
            nowhere = notification.channel is Channel.PUSH and not tokens
            self._settle(message_id, partial(self._refuse, error, nowhere), error)
        except Unavailable as error:
            now = self.clock.now()
            self._settle(message_id, partial(Notification.miss, at=now, until=now + _wait(error)))
            raise

    def _send(
        self, notification: Notification, party: Party, tokens: tuple[str, ...], enclosures: tuple[Enclosure, ...]
    ) -> None:
        rule = self._rule(notification)
        link = "" if rule.mandatory else self.links.of(notification.customer_id, rule.event_type)
        message = Message(
            notification.notification_id, party, notification.text, rule.mandatory, tokens, link,
            self.pages.of(notification), notification.application_id, self.pages.preferences if link else "",
            enclosures,
        )  # fmt: skip
        try:
            gone = self.providers[notification.channel].send(message)
        except Exception as error:
            self.claims.give_back(notification.notification_id)
            if isinstance(error, Unavailable):
                raise
            # Whatever it is about this one, those behind it are to go out; it has its tries as after a refusal.
            log.exception("message_broke", notification_id=notification.notification_id)
            raise Refused(permanent=False) from error
        try:
            self.claims.finish(notification.notification_id)
        except Unavailable as error:
            # The message is gone: the note in the database, which comes next, is enough to keep it from going again.
            log.warning("turn_not_finished", cause=error.message, notification_id=notification.notification_id)
        if gone:
            self._forget(notification.customer_id, gone)

    def _settle(
        self, notification_id: str, change: Callable[[Notification], None], refused: Refused | None = None
    ) -> None:
        with self.begin() as uow:
            try:
                notification = uow.notifications.get(notification_id)
            except NotFound:
                return  # the customer was erased meanwhile
            change(notification)
            if refused is not None:
                self._mark(uow, notification, refused)
            self._fall_back(uow, notification)
            uow.commit()
        described = {"notification_id": notification_id, "event_type": notification.event_type}
        state = {"status": notification.status.name, "channel": notification.channel.name}
        log.info("notification", refusals=notification.refusals, **state, **described)

    def _mark(self, uow: UnitOfWork, notification: Notification, refused: Refused) -> None:
        now, customer_id = self.clock.now(), notification.customer_id
        uow.devices.remove(customer_id, refused.gone, now)
        if refused.dead or refused.declined:
            recipient = uow.recipients.ensure(Recipient(customer_id=customer_id))
            if refused.dead:
                recipient.mark_dead(notification.channel)
            else:
                recipient.decline(notification.channel, now)

    def _fall_back(self, uow: UnitOfWork, notification: Notification) -> None:
        """Has a mandatory notice go by another channel, once, when those that it went by have failed."""
        if notification.status in HOPEFUL:
            return
        tried = uow.notifications.tried(notification.event_id) | {notification.channel: notification.status}
        recipient, rule = uow.recipients.of(notification.customer_id), self._rule(notification)
        channel = recipient.fallback(rule, tried, frozenset(self.providers))
        if channel is None:
            return
        uow.notifications.add(notification.by(channel, ids.new_id(), self.clock.now()))
        uow.transaction.after_commit(self.wake)

    def _forget(self, customer_id: str, tokens: tuple[str, ...]) -> None:
        """Removes devices that are no more."""
        with self.begin() as uow:
            uow.devices.remove(customer_id, tokens, self.clock.now())
            uow.commit(why="the provider of push messages knows the device no more")

    def _refuse(self, refused: Refused, nowhere: bool, notification: Notification) -> None:
        if refused.permanent:
            notification.mark_failed(self.clock.now(), _failure(refused, nowhere))
        else:
            notification.refuse(self.clock.now())

    def _rule(self, notification: Notification) -> Rule:
        return self.rules.get(notification.event_type, Rule(notification.event_type, ()))


def _failure(refused: Refused, nowhere: bool) -> DeliveryFailure:
    """Why a message is never taken; a push message goes `nowhere` without a device, and when all are gone."""
    if nowhere or refused.dead or refused.gone:
        return DeliveryFailure.NO_ADDRESS
    return DeliveryFailure.DECLINED if refused.declined else DeliveryFailure.REFUSED


def _wait(error: Unavailable) -> timedelta:
    """How long a message waits for its provider: as long as that says, or a moment."""
    return max(RETRY, timedelta(seconds=error.retry_after))
