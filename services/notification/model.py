"""Notifications: of what a customer is notified, over which channel, and how far that is; pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from services.runtime.aggregate import Aggregate

MAX_REFUSALS = 8
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=2), timedelta(minutes=15)


class Channel(Enum):
    """A way to reach a customer."""

    EMAIL = "email"
    SMS = "sms"
    PUSH = "push"
    IN_APP = "in_app"


class NotificationStatus(Enum):
    """How far a notification is."""

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    GIVEN_UP = "given_up"


# The customer has it, or may still get it, by such a one.
HOPEFUL = frozenset({NotificationStatus.PENDING, NotificationStatus.SENT, NotificationStatus.DELIVERED})
# Where a mandatory notice goes when one of them fails, in this order; it is in the inbox besides.
FALLBACKS = (Channel.EMAIL, Channel.SMS, Channel.PUSH)


class QueueState(Enum):
    """How a notification waits: WAITING for its turn, GATHERED with others for a digest, or IN_HAND.

    One that is IN_HAND and due again is one whose replica died with it: the customer may have it.
    """

    WAITING = "waiting"
    GATHERED = "gathered"
    IN_HAND = "in_hand"


class DeliveryFailure(Enum):
    """Why a notification did not go, or came back."""

    OUT_OF_REACH = "out_of_reach"
    REFUSED_FOR_NOW = "refused_for_now"
    REFUSED = "refused"
    NO_ADDRESS = "no_address"
    DECLINED = "declined"
    BOUNCED = "bounced"
    NO_CUSTOMER = "no_customer"


@dataclass(frozen=True)
class Rule:
    """How customers are notified of one type of event: over which channels unless they choose others.

    Of a `mandatory` one they must be notified in writing: e-mail cannot be left out, and when it does not arrive, the
    notice goes by another of FALLBACKS.
    """

    event_type: str
    channels: tuple[Channel, ...]
    mandatory: bool = False


class Outcome(Enum):
    """What became of an occasion to notify a customer."""

    TOLD = "told"
    NOT_WANTED = "not_wanted"
    NO_CHANNEL = "no_channel"
    TOLD_ELSEWHERE = "told_elsewhere"
    OVERTAKEN = "overtaken"


@dataclass(frozen=True)
class Reach:
    """The channels of an occasion; when there is none, `outcome` says why."""

    channels: tuple[Channel, ...]
    outcome: Outcome


@dataclass(frozen=True)
class Occasion:
    """A reason to notify a customer, once; `about` is the application, or the customer where there is none."""

    occasion_id: str
    customer_id: str
    about: str
    event_type: str
    outcome: Outcome
    time: datetime


@dataclass(frozen=True)
class History:
    """The occasions so far of an application and its customer."""

    occasions: tuple[Occasion, ...] = ()

    def has(self, about: tuple[str, ...], *event_types: str) -> bool:
        """Whether there was one of one of the types that was about one of these."""
        return any(each.about in about and each.event_type in event_types for each in self.occasions)

    def knows(self, occasion_id: str) -> bool:
        """Whether an occasion came before."""
        return any(each.occasion_id == occasion_id for each in self.occasions)

    def is_notified(self, occasion_id: str) -> bool:
        """Whether an occasion has its notifications already."""
        return any(each.occasion_id == occasion_id and each.outcome is Outcome.TOLD for each in self.occasions)

    def was_unreachable(self, event_type: str, since: datetime) -> bool:
        """Whether there was one of a type since a time that went out by no channel, as there is none."""
        mine = (each for each in self.occasions if each.event_type == event_type and each.time >= since)
        return any(each.outcome is Outcome.NO_CHANNEL for each in mine)

    @property
    def latest_time(self) -> datetime | None:
        """When the latest was; None before the first."""
        return max((each.time for each in self.occasions), default=None)


def number(version: int, revision: int) -> str:
    """A version of a wording as it is shown: `2` as it was delivered, `2.1` for the lender's first in its place."""
    return f"{version}.{revision}" if revision else str(version)


@dataclass(frozen=True)
class Text:
    """What a notice says, whole, without any personal data; `template_version` says by which wording.

    `short` says it in a line, for what shows on a locked telephone; without it the subject does. `language` is the one
    that it is in, ISO 639-1. `template_revision` is which of the lender's own wordings it is; 0 for a delivered one.
    `letter` is what a paper says that goes out with the mail (enclosing.py), and `letter_language` the language that
    the law wants it in, if any; empty without one.
    """

    subject: str
    body: str
    template_version: int
    short: str = ""
    language: str = "en"
    template_revision: int = 0
    letter: str = ""
    letter_language: str = ""

    @property
    def line(self) -> str:
        """What a text message or a push message has room for."""
        return self.short or self.subject

    @property
    def version(self) -> str:
        """The version of its wording as it is shown."""
        return number(self.template_version, self.template_revision)


@dataclass(kw_only=True)
class Notification(Aggregate):
    """One message to a customer over one channel.

    While PENDING it is due at `due_time`, which also keeps other replicas off while one delivers it. `refusals` counts
    how often the channel refused it for now, `attempts` how often it was tried at all; `failure` is what the last try
    came to. What the provider reports later, and in any order and number, moves it on from SENT: BOUNCED is final, for
    a provider takes a mail first, and finds out then that there is no such mailbox. One that a digest says of is as far
    as that, whose id is `digest_id`.
    """

    notification_id: str
    customer_id: str
    event_id: str
    event_type: str
    channel: Channel
    status: NotificationStatus
    text: Text
    application_id: str
    loan_id: str
    create_time: datetime
    due_time: datetime | None
    send_time: datetime | None = None
    read_time: datetime | None = None
    refusals: int = 0
    attempts: int = 0
    attempt_time: datetime | None = None
    deliver_time: datetime | None = None
    failure: DeliveryFailure | None = None
    queue_state: QueueState = QueueState.WAITING
    digest_id: str = ""

    @property
    def subject(self) -> str:
        """Its subject line."""
        return self.text.subject

    @property
    def body(self) -> str:
        """Its text, without the greeting."""
        return self.text.body

    @property
    def template_version(self) -> str:
        """The version of its wording as it is shown."""
        return self.text.version

    @property
    def address_time(self) -> datetime:
        """Of when the address is that it went to: when it was tried last, or made, as long as no try is noted."""
        return self.attempt_time or self.create_time

    def by(self, channel: Channel, notification_id: str, at: datetime) -> "Notification":
        """The same over another channel, due at once."""
        return Notification(
            notification_id=notification_id, customer_id=self.customer_id, event_id=self.event_id,
            event_type=self.event_type, channel=channel, status=NotificationStatus.PENDING, text=self.text,
            application_id=self.application_id, loan_id=self.loan_id, create_time=at, due_time=at,
        )  # fmt: skip

    def mark_sent(self, at: datetime) -> None:
        """The channel took it; nothing changes when that is known."""
        if self.status is NotificationStatus.PENDING:
            self.status, self.send_time, self.due_time = NotificationStatus.SENT, at, None
            self._tried(at, None)

    def mark_failed(self, at: datetime, failure: DeliveryFailure) -> None:
        """It can never be delivered."""
        if self.status is NotificationStatus.PENDING:
            self.status, self.due_time = NotificationStatus.FAILED, None
            self._tried(at, failure)

    def mark_delivered(self, at: datetime) -> None:
        """It reached the customer's mailbox or telephone; that may be known before it is noted that it was sent."""
        if self.status in (NotificationStatus.PENDING, NotificationStatus.SENT):
            if self.status is NotificationStatus.PENDING:
                self._tried(at, None)
            self.status, self.due_time, self.failure = NotificationStatus.DELIVERED, None, None
            self.send_time, self.deliver_time = self.send_time or at, at

    def mark_bounced(self) -> None:
        """It came back."""
        if self.status in HOPEFUL:
            self.status, self.due_time = NotificationStatus.BOUNCED, None
            self.failure = DeliveryFailure.BOUNCED

    def refuse(self, at: datetime) -> None:
        """The channel refused it for now: it is due again later, each time later; at last it is given up."""
        if self.status is not NotificationStatus.PENDING:
            return
        self._tried(at, DeliveryFailure.REFUSED_FOR_NOW)
        self.refusals += 1
        if self.refusals >= MAX_REFUSALS:
            self.status, self.due_time = NotificationStatus.GIVEN_UP, None
        else:
            self.due_time = at + min(_LONGEST_WAIT, _FIRST_WAIT * 4 ** (self.refusals - 1))

    def miss(self, at: datetime, until: datetime) -> None:
        """The provider is out of reach: it is due again at `until`, and that is no refusal."""
        if self.status is NotificationStatus.PENDING:
            self.due_time = until
            self._tried(at, DeliveryFailure.OUT_OF_REACH)

    def postpone(self, until: datetime) -> None:
        """It is not tried before `until`."""
        if self.status is NotificationStatus.PENDING:
            self.due_time, self.queue_state = until, QueueState.WAITING

    def fold(self, digest_id: str) -> None:
        """A digest says of it, and it does not go by itself any more."""
        if self.status is NotificationStatus.PENDING:
            self.digest_id, self.due_time, self.queue_state = digest_id, None, QueueState.WAITING

    def go_with(self, digest: "Notification") -> None:
        """It is as far as the digest that says of it."""
        self.status, self.failure, self.attempts = digest.status, digest.failure, digest.attempts
        self.attempt_time, self.send_time, self.deliver_time = (
            digest.attempt_time, digest.send_time, digest.deliver_time,
        )  # fmt: skip

    def _tried(self, at: datetime, failure: DeliveryFailure | None) -> None:
        self.attempts, self.attempt_time, self.failure = self.attempts + 1, at, failure
        self.queue_state = QueueState.WAITING

    def read(self, at: datetime) -> None:
        """The customer read it; the first time counts."""
        self.read_time = self.read_time or at
