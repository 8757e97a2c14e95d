"""The use cases of delivery: what waits is handed to the provider of its channel, and what that reports is noted.

Messages are taken, and what became of them is noted, a batch in one transaction; they go out one by one, in the order
in which their customers are to get them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import structlog

from services.notification import ports
from services.notification.addresses import take_refusal, take_report
from services.notification.delivery_queue import Queue
from services.notification.digests import DIGEST, DigestSettings
from services.notification.enclosing import enclosed
from services.notification.folding import Folding
from services.notification.metrics import Flow, count_message
from services.notification.model import HOPEFUL, Channel, DeliveryFailure, Notification, Rule
from services.notification.outcomes import Outcome, Report, Waiting, failure_of
from services.notification.pages import Pages
from services.notification.ports import (
    Customers,
    DeliveryClaim,
    DeliveryClaims,
    Message,
    Refused,
    Wordings,
    as_delivered,
)
from services.notification.quiet_hours import QuietSettings
from services.notification.store import UnitOfWork
from services.notification.unsubscribing import UnsubscribeLinks
from services.papers import Lender
from services.runtime import ids
from services.runtime.clock import Clock
from services.runtime.errors import Aborted, NotFound, Unavailable

log = structlog.get_logger(__name__)
# Longer than a batch may take; a replica that dies with one in hand leaves it to the others after this.
LEASE = timedelta(seconds=30)
RETRY = timedelta(seconds=2)
# So many are in hand at once, and none is begun when so much of their lease is over.
BATCH, _LONGEST = 16, LEASE / 3


def learn_nothing(waiting: Waiting, message: Message) -> None:
    """Where no answers to messages come in."""


@dataclass(frozen=True)
class Delivery:
    """What can be done with notifications that are made.

    `providers` has one for each channel that leaves the platform; `wake` has the dispatchers look at once. `wording`
    gives the lender's own of digests. `learn` hears of each message before it goes.
    """

    begin: Callable[[], UnitOfWork]
    clock: Clock
    queue: Queue
    customers: Customers
    lender: Lender
    providers: Mapping[Channel, ports.Channel]
    claims: DeliveryClaims
    wake: Callable[[], None]
    rules: Mapping[str, Rule]
    links: UnsubscribeLinks
    pages: Pages
    flow: Flow
    quiet: QuietSettings = field(default_factory=QuietSettings)
    digests: DigestSettings = field(default_factory=DigestSettings)
    wording: Wordings = as_delivered
    learn: Callable[[Waiting, Message], None] = learn_nothing

    def deliver_due(self, channel: Channel, most: int = BATCH) -> int:
        """Delivers the notifications of a channel that are due longest, at most so many; how many it had in hand.

        What would ring at night is due in the morning instead.

        Errors: Unavailable when the customer service, the provider or a store is out of reach; they are due again soon.
        """
        outcomes: list[Outcome] = []
        began, waiting = self.clock.now(), self._take(channel, most)
        with self.providers[channel].batch():
            for each in waiting:
                outcomes.append(self._held(each, outcomes, began) or self._attempt(each))
        self._settle([each for each in outcomes if each.change])
        self.flow.note(channel, outcomes, self.clock.now())
        away = next((each.away for each in outcomes if each.away), None)
        if away is not None:
            raise away
        return len(waiting)

    def report(self, report: Report) -> None:
        """Notes what a provider says of a message, however often it says so; of one that is not known, nothing."""
        with self.begin() as uow:
            notification = uow.notifications.find(report.notification_id)
            if notification is None:
                return
            before, noted = notification.status, uow.notifications.get(report.notification_id)
            take_report(uow, noted, report, self.clock.now())
            self._follow_up(uow, noted)
            uow.commit()
        if noted.status is not before:
            count_message(noted)
        log.info("reported", notification_id=report.notification_id, reported=report.reported.name, dead=report.dead)

    def _take(self, channel: Channel, most: int) -> list[Waiting]:
        now = self.clock.now()
        worded = self.wording, self.lender.language
        folding = Folding(self.begin, self.rules, self.pages, self.quiet, self.digests, *worded)
        while due := self.queue.due(channel, now, most):
            with self.begin() as uow:
                alone = folding.alone(channel, due, now)
                taken = uow.notifications.all_loaded(self.queue.claim(alone, now, now + LEASE, self._urgent))
                waiting = [self._waiting(uow, each) for each in taken]
                uow.commit()
            if waiting:
                return waiting
        return []

    def _waiting(self, uow: UnitOfWork, notification: Notification) -> Waiting:
        customer_id, channel = notification.customer_id, notification.channel
        zone = uow.recipients.of(customer_id).time_zone if self.quiet.concerns(channel) else ""
        tokens = uow.devices.tokens_of(customer_id) if channel is Channel.PUSH else ()
        return Waiting(notification, self.clock.now(), zone, tokens)

    def _held(self, waiting: Waiting, before: Sequence[Outcome], began: datetime) -> Outcome | None:
        """The outcome of one that is not to go now; None for one that is."""
        notification, now = waiting.notification, self.clock.now()
        theirs = (each for each in before if each.notification.customer_id == notification.customer_id)
        if any(each.away for each in before) or now - began > _LONGEST:
            until: datetime | None = now
        elif not all(each.is_over for each in theirs):
            until = now + RETRY
        else:
            until = self.quiet.until(notification.channel, now, waiting.zone)
        return Outcome(notification, waiting.time, partial(Notification.postpone, until=until)) if until else None

    def _attempt(self, waiting: Waiting) -> Outcome:
        outcome = partial(Outcome, waiting.notification, waiting.time)
        try:
            change = self._deliver(waiting)
            return outcome(change, is_over=change is not None)
        except NotFound:
            failed = partial(Notification.mark_failed, at=self.clock.now(), failure=DeliveryFailure.NO_CUSTOMER)
            return outcome(failed, is_over=True)
        except Refused as error:
            return outcome(self._refusal(waiting, error), is_over=error.permanent, refused=error)
        except Unavailable as error:
            wait = max(RETRY, timedelta(seconds=error.retry_after))
            return outcome(self._missed(wait), away=error)
        except Exception:
            # Whatever it is about this one, those behind it are to go out.
            log.exception("delivery_broke", notification_id=waiting.notification.notification_id)
            return outcome()

    def _deliver(self, waiting: Waiting) -> Callable[[Notification], None] | None:
        """Hands a message over, unless its provider has it; None while another replica has it in hand."""
        message_id = waiting.notification.notification_id
        message = self._message(waiting)
        self.learn(waiting, message)
        claim = self.claims.take(message_id)
        if claim is DeliveryClaim.MINE:
            self._send(waiting, message)
        return None if claim is DeliveryClaim.TAKEN else partial(Notification.mark_sent, at=self.clock.now())

    def _message(self, waiting: Waiting) -> Message:
        notification = waiting.notification
        party, rule = self.customers.party(notification.customer_id), self._rule(notification)
        link = "" if rule.mandatory else self.links.of(notification.customer_id, rule.event_type)
        return Message(
            notification.notification_id, party, notification.text, rule.mandatory, waiting.tokens, link,
            self.pages.of(notification), notification.application_id, self.pages.preferences if link else "",
            enclosed(notification, party, self.lender),
        )  # fmt: skip

    def _send(self, waiting: Waiting, message: Message) -> None:
        try:
            gone = self.providers[waiting.notification.channel].send(message)
        except Exception as error:
            self.claims.give_back(message.message_id)
            if isinstance(error, Unavailable):
                raise
            # It has its tries as after a refusal.
            log.exception("message_broke", notification_id=message.message_id)
            raise Refused(permanent=False) from error
        try:
            self.claims.finish(message.message_id)
        except Unavailable as error:
            # The message is gone: the note in the database, which comes next, is enough to keep it from going again.
            log.warning("turn_not_finished", cause=error.message, notification_id=message.message_id)
        if gone:
            self._forget(waiting, gone)

    def _missed(self, wait: timedelta) -> Callable[[Notification], None]:
        now = self.clock.now()
        return partial(Notification.miss, at=now, until=now + wait)

    def _refusal(self, waiting: Waiting, refused: Refused) -> Callable[[Notification], None]:
        now, nowhere = self.clock.now(), waiting.notification.channel is Channel.PUSH and not waiting.tokens
        if not refused.permanent:
            return partial(Notification.refuse, at=now)
        return partial(Notification.mark_failed, at=now, failure=failure_of(refused, nowhere=nowhere))

    def _settle(self, outcomes: Sequence[Outcome]) -> None:
        """Notes what became of some: together, or one by one when another change came between.

        What is not noted is found again when its lease ends; who has a message is known by its claim.
        """
        try:
            self._note_all(outcomes)
        except Aborted as error:
            if len(outcomes) > 1:
                for each in outcomes:
                    self._settle([each])
            else:
                log.info("not_noted", notification_id=outcomes[0].notification.notification_id, cause=error.message)

    def _note_all(self, outcomes: Sequence[Outcome]) -> None:
        if not outcomes:
            return
        settled = []
        with self.begin() as uow:
            uow.notifications.read_ahead([each.notification.notification_id for each in outcomes])
            for each in outcomes:
                try:
                    notification = uow.notifications.get(each.notification.notification_id)
                except NotFound:
                    continue  # the customer was erased meanwhile
                if each.change is not None:
                    each.change(notification)
                take_refusal(uow, notification, each, self.clock.now())
                self._follow_up(uow, notification)
                settled.append(notification)
            uow.commit()
        for each_one in settled:
            _tell(each_one)

    def _follow_up(self, uow: UnitOfWork, notification: Notification) -> None:
        """Has what a digest says of be as far as it is."""
        self._fall_back(uow, notification)
        if notification.event_type == DIGEST.event_type:
            for each in uow.notifications.folded_into(notification):
                each.go_with(notification)

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

    def _forget(self, waiting: Waiting, tokens: tuple[str, ...]) -> None:
        """Removes devices that are no more."""
        with self.begin() as uow:
            uow.devices.remove(waiting.notification.customer_id, tokens, waiting.time, self.clock.now())
            uow.commit(why="the provider of push messages knows the device no more")

    @property
    def _urgent(self) -> frozenset[str]:
        return frozenset(each.event_type for each in self.rules.values() if each.mandatory)

    def _rule(self, notification: Notification) -> Rule:
        return self.rules.get(notification.event_type, Rule(notification.event_type, ()))


def _tell(notification: Notification) -> None:
    count_message(notification)
    described = {"notification_id": notification.notification_id, "event_type": notification.event_type}
    state = {"status": notification.status.name, "channel": notification.channel.name}
    log.info("notification", refusals=notification.refusals, **state, **described)
