"""The use cases of the notification service: unit of work, load, one call on the model, commit."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from services.notification import ports
from services.notification.delivered import Delivered, delivered
from services.notification.delivery_log import NoticeDelivery
from services.notification.delivery_queue import Queue
from services.notification.digests import DIGEST
from services.notification.model import (
    Channel,
    History,
    Notification,
    NotificationStatus,
    Occasion,
    Outcome,
    Reach,
    Rule,
    Text,
)
from services.notification.moment_store import TICK
from services.notification.ports import Customers, Live, Message, Party, Refused, Worded, Wordings, as_delivered
from services.notification.recipients import ProfileChanges, Recipient
from services.notification.store import UnitOfWork
from services.notification.webhook_events import PassOn
from services.retention import expiry_after
from services.runtime import context, ids
from services.runtime.clock import Clock
from services.runtime.context import EventMeta
from services.runtime.errors import FailedPrecondition
from services.runtime.events.inbox import NotYet
from services.runtime.stores.paging import Page, PageResult

log = structlog.get_logger(__name__)
_NO_MAIL = "no mail reaches the customer's address; a copy signed by hand can be uploaded instead"


@dataclass(frozen=True)
class Notify:
    """A customer is notified of an event; the ids are empty where there is no such thing.

    `text` gives its text in a language. `occasion_id` names the cause, so that it is notified once; empty for the event
    in hand. `after` is the type of event of the same application, or else of the customer, that is notified before;
    empty when none has to be. `notified_elsewhere` when another event of the same moment says it all. `overtaken_by`
    are the types of event after which it is no news.
    """

    rule: Rule
    customer_id: str
    application_id: str
    loan_id: str
    text: Worded
    occasion_id: str = ""
    after: str = ""
    notified_elsewhere: bool = False
    overtaken_by: frozenset[str] = frozenset()

    @property
    def about(self) -> str:
        """What the notices that are in order among each other are about."""
        return self.application_id or self.customer_id


@dataclass(frozen=True)
class Inbox:
    """One page of an inbox, and how many in all of it are unread."""

    page: PageResult[Notification]
    unread_count: int


@dataclass(frozen=True)
class SendCode:
    """A customer gets a one-time code; it is in the text, by its language, and nowhere else."""

    customer_id: str
    text: Callable[[str], Text]
    application_id: str = ""


@dataclass(frozen=True)
class FindDelivery:
    """The notice of an event about an application, made since a time."""

    customer_id: str
    application_id: str
    event_type: str
    since_time: datetime


@dataclass(frozen=True)
class App:
    """What the service can do; everything it needs is given at the start.

    `channels` are those that have a provider: nothing is made for the others. `wake` has the dispatchers of some look
    at once, `wake_webhooks` those that serve webhooks. `patience` is how long a notice waits for the one before it.
    `wording` gives the lender's own of a type of event in a language, if one is in force; `language` is the lender's.
    """

    begin: Callable[[], UnitOfWork]
    clock: Clock
    queue: Queue
    customers: Customers
    mail: ports.Channel
    live: Live
    wake: Callable[[Collection[Channel]], None]
    wake_webhooks: Callable[[], None]
    rules: Mapping[str, Rule]
    channels: frozenset[Channel] = frozenset({Channel.EMAIL, Channel.IN_APP})
    patience: timedelta = timedelta(0)
    wording: Wordings = as_delivered
    language: str = "en"

    def notify(self, command: Notify) -> None:
        """Makes the notifications of an occasion, once; of an event in the transaction that says it was received.

        Errors: NotYet until the customer was notified of what comes before it.
        """
        with self.begin() as uow:
            recipient, occasion_id = uow.recipients.of(command.customer_id), command.occasion_id or _event().unique_id
            history = uow.occasions.of(command.application_id, command.customer_id)
            if recipient.erased or history.is_notified(occasion_id):
                return
            at, reach = self._turn(uow, command, history), self._reach(command, recipient, history)
            made = [self._made(command, recipient.speaks(self.language), channel, at) for channel in reach.channels]
            for notification in made:
                uow.notifications.add(notification)
            uow.occasions.add(_occasion(command, occasion_id, reach, at), again=history.knows(occasion_id))
            uow.transaction.after_commit(lambda: self._announce(made))
            uow.commit()
        if not made:
            described = {"event_type": command.rule.event_type, "customer_id": command.customer_id}
            log.info("not_notified", outcome=reach.outcome.name, **described)

    def read_ahead(self, customers: Collection[str], about: Collection[str]) -> None:
        """Reads at once, in the open transaction, what its notices about these ask for one after the other."""
        with self.begin() as uow:
            uow.recipients.read_ahead(customers)
            uow.moments.read_ahead(customers)
            uow.occasions.read_ahead(customers)
            uow.occasions.read_ahead(about)
            uow.commit()

    def pass_on(self, command: PassOn) -> None:
        """Keeps an event for webhooks, when any wants its type, in the transaction that says it was received."""
        with self.begin() as uow:
            if not uow.webhooks.is_wanted(command.event_type) or uow.recipients.of(command.customer_id).erased:
                return
            uow.occurrences.add(command.occurrence(_event(), self.clock.now()))
            uow.transaction.after_commit(self.wake_webhooks)
            uow.commit()

    def erase(self, customer_id: str, ended: datetime) -> None:
        """Drops all that is kept about a customer, and keeps nothing from now on."""
        with self.begin() as uow:
            uow.recipients.ensure(Recipient(customer_id=customer_id)).erase(self.clock.now())
            uow.notifications.delete_of(customer_id)
            for repository in (uow.occasions, uow.moments, uow.devices, uow.numbers, uow.occurrences, uow.deliveries):
                repository.delete_of(customer_id)
            uow.forget(customer_id, self.clock.now(), expiry_after(ended))
            uow.commit(why="the customer is erased")

    def unsubscribe(self, customer_id: str, event_type: str) -> None:
        """Sends a customer no more mails of a type of event; of one that there is no more, nothing has to be done.

        After the link of a digest, only those that the customer must get.
        """
        rule = self.rules.get(event_type)
        with self.begin() as uow:
            if event_type == DIGEST.event_type:
                uow.recipients.ensure(Recipient(customer_id=customer_id)).decline(Channel.EMAIL, self.clock.now())
            if rule is not None:
                uow.recipients.ensure(Recipient(customer_id=customer_id)).leave(rule, Channel.EMAIL, self.clock.now())
            uow.commit()

    def on_profile(self, customer_id: str, changes: ProfileChanges) -> None:
        """Takes what another profile changes for notices; errors.Unavailable."""
        language = self.customers.language(customer_id) if changes.language else ""
        with self.begin() as uow:
            uow.recipients.ensure(Recipient(customer_id=customer_id)).take(changes, language)
            if Channel.SMS in changes.channels:
                uow.numbers.forget(customer_id, changes.sure_time)
            uow.commit()

    def delivered(self, command: FindDelivery) -> Delivered:
        """How far a notice is, over all channels but the inbox."""
        with self.begin() as uow:
            made, history = uow.notifications.made_since(**vars(command)), uow.occasions.of(command.application_id)
        unreachable = history.was_unreachable(command.event_type, command.since_time)
        return delivered(made, unreachable=unreachable)

    def inbox(self, customer_id: str, page: Page, unread_only: bool) -> Inbox:
        """Lists a customer's in-app notifications, newest first."""
        with self.begin() as uow:
            return Inbox(*uow.notifications.inbox(customer_id, page, unread_only=unread_only))

    def history(self, customer_id: str, page: Page, channel: Channel | None) -> PageResult[Notification]:
        """Lists a customer's notifications over all channels or one, newest first."""
        with self.begin() as uow:
            return uow.notifications.page(customer_id, channel, page)

    def deliveries(self, customer_id: str, application_id: str, page: Page) -> PageResult[NoticeDelivery]:
        """Lists how far a customer's notifications are, newest first; of one application or of all."""
        with self.begin() as uow:
            return uow.notifications.log(customer_id, application_id, page)

    def mark_read(self, notification_id: str) -> Notification:
        """Marks an in-app notification as read."""
        with self.begin() as uow:
            notification = uow.notifications.in_app(notification_id)
            notification.read(self.clock.now())
            uow.commit()
        return notification

    def owner_of(self, notification_id: str) -> str:
        """Names the customer whose in-app notification it is."""
        with self.begin() as uow:
            return uow.notifications.in_app(notification_id).customer_id

    def recipient(self, customer_id: str) -> Recipient:
        """Reads what a customer chose."""
        with self.begin() as uow:
            return uow.recipients.of(customer_id)

    def choose(
        self,
        customer_id: str,
        choices: list[tuple[str, tuple[Channel, ...]]],
        time_zone: str = "",
        language: str = "",
        daily: tuple[Channel, ...] | None = None,
    ) -> Recipient:
        """Changes the channels of some types of event, and the time zone, language and daily digest that are given."""
        with self.begin() as uow:
            recipient = uow.recipients.ensure(Recipient(customer_id=customer_id))
            recipient.choose(choices, self.rules, self.clock.now(), self.channels, time_zone, language, daily)
            uow.commit()
        return recipient

    def send_code(self, command: SendCode) -> Party:
        """Mails a one-time code at once, and says to whom; FailedPrecondition MAIL_REFUSED when none ever arrives."""
        party, recipient = self.customers.party(command.customer_id), self.recipient(command.customer_id)
        text = command.text(recipient.speaks(self.language))
        try:
            self.mail.send(Message(ids.new_id(), party, text, mandatory=True, reference=command.application_id))
        except Refused as error:
            if error.permanent:
                raise FailedPrecondition(_NO_MAIL, reason="MAIL_REFUSED") from error
            raise
        log.info("code_mailed", customer_id=command.customer_id)
        return party

    def _turn(self, uow: UnitOfWork, command: Notify, history: History) -> datetime:
        """The moment of an occasion's notice, later than all that was made before; NotYet while others come first."""
        now, event, here = self.clock.now(), context.current().event, (command.application_id, command.customer_id)
        early = bool(command.after) and event is not None and not history.has(here, command.after)
        if early and event and self.queue.is_to_wait(event.unique_id, command.about, event.time, now, self.patience):
            raise NotYet(f"{command.after} is not notified yet")
        latest = history.latest_time
        return uow.moments.take(command.customer_id, now if latest is None else max(now, latest + TICK))

    def _reach(self, command: Notify, recipient: Recipient, history: History) -> Reach:
        if command.notified_elsewhere:
            return Reach((), Outcome.TOLD_ELSEWHERE)
        if command.overtaken_by and history.has((command.about,), *command.overtaken_by):
            return Reach((), Outcome.OVERTAKEN)
        return recipient.reach(command.rule, self.channels)

    def _made(self, command: Notify, language: str, channel: Channel, now: datetime) -> Notification:
        waiting = Notification(
            notification_id=ids.new_id(), customer_id=command.customer_id,
            event_id=command.occasion_id or _event().unique_id,
            event_type=command.rule.event_type, channel=channel, status=NotificationStatus.PENDING,
            text=command.text(language, self.wording(command.rule.event_type, language)),
            application_id=command.application_id, loan_id=command.loan_id, create_time=now, due_time=now,
        )  # fmt: skip
        if channel is Channel.IN_APP:
            waiting.mark_sent(now)
        return waiting

    def _announce(self, made: list[Notification]) -> None:
        for notification in made:
            if notification.channel is Channel.IN_APP:
                self.live.publish(notification)
        self.wake([notification.channel for notification in made])


def _occasion(command: Notify, occasion_id: str, reach: Reach, at: datetime) -> Occasion:
    return Occasion(occasion_id, command.customer_id, command.about, command.rule.event_type, reach.outcome, at)


def _event() -> EventMeta:
    event = context.current().event
    if event is None:
        raise RuntimeError("only while an event is handled")
    return event
