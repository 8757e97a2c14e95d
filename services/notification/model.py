"""Notifications, and the people who get them: what was sent, how far it is, and who wants what; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

from services.runtime.aggregate import Aggregate
from services.runtime.errors import InvalidArgument, NotFound

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


@dataclass(frozen=True)
class Rule:
    """How customers are notified of one type of event: over which channels unless they choose others.

    A `mandatory` one they must be notified in writing: e-mail cannot be left out.
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

    @property
    def latest_time(self) -> datetime | None:
        """When the latest was; None before the first."""
        return max((each.time for each in self.occasions), default=None)


@dataclass(frozen=True)
class Text:
    """What a notice says, whole, without any personal data; `template_version` says by which wording."""

    subject: str
    body: str
    template_version: int


@dataclass(kw_only=True)
class Notification(Aggregate):
    """One message to a customer over one channel.

    While PENDING it is due at `due_time`, which also keeps other replicas off while one delivers it. `refusals` counts
    how often the channel refused it for now.
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

    @property
    def subject(self) -> str:
        """Its subject line."""
        return self.text.subject

    @property
    def body(self) -> str:
        """Its text, without the greeting."""
        return self.text.body

    def mark_sent(self, at: datetime) -> None:
        """The channel took it; nothing changes when that is known."""
        if self.status is NotificationStatus.PENDING:
            self.status, self.send_time, self.due_time = NotificationStatus.SENT, at, None

    def mark_failed(self) -> None:
        """It can never be delivered."""
        if self.status is NotificationStatus.PENDING:
            self.status, self.due_time = NotificationStatus.FAILED, None

    def refuse(self, at: datetime) -> None:
        """The channel refused it for now: it is due again later, each time later; at last it fails."""
        self.refusals += 1
        if self.refusals >= MAX_REFUSALS:
            self.mark_failed()
        elif self.status is NotificationStatus.PENDING:
            self.due_time = at + min(_LONGEST_WAIT, _FIRST_WAIT * 4 ** (self.refusals - 1))

    def postpone(self, until: datetime) -> None:
        """The peer is out of reach: it is due again at `until`, and that is no refusal."""
        if self.status is NotificationStatus.PENDING:
            self.due_time = until

    def read(self, at: datetime) -> None:
        """The customer read it; the first time counts."""
        self.read_time = self.read_time or at


@dataclass(kw_only=True)
class Recipient(Aggregate):
    """A customer who chose channels, or who is erased and gets nothing any more.

    `choices` are the channels by type of event; a type without a choice has those of its rule.
    """

    customer_id: str
    choices: Mapping[str, tuple[Channel, ...]] = field(default_factory=dict)
    update_time: datetime | None = None
    erase_time: datetime | None = None

    @property
    def erased(self) -> bool:
        """Whether nothing may be kept or sent."""
        return self.erase_time is not None

    def channels(self, rule: Rule) -> tuple[Channel, ...]:
        """The channels of a type of event."""
        return self.choices.get(rule.event_type, rule.channels)

    def reach(self, rule: Rule, available: frozenset[Channel]) -> Reach:
        """The channels by which a type of event really reaches the customer, of those that the service has.

        A channel that there is not is replaced by the others of the rule; what must be notified in writing goes by
        e-mail whatever was chosen, and over any channel where there is no e-mail. With none chosen nothing is sent.
        """
        wanted = self.channels(rule)
        if not wanted and not rule.mandatory:
            return Reach((), Outcome.NOT_WANTED)
        written = (Channel.EMAIL,) if rule.mandatory else ()
        for choice in ((*written, *wanted) if set(wanted) & available else (), (*written, *rule.channels), Channel):
            if found := tuple(each for each in Channel if each in choice and each in available):
                return Reach(found, Outcome.TOLD)
        return Reach((), Outcome.NO_CHANNEL)

    def choose(
        self,
        choices: list[tuple[str, tuple[Channel, ...]]],
        rules: Mapping[str, Rule],
        at: datetime,
        available: frozenset[Channel] = frozenset(Channel),
    ) -> None:
        """Takes new channels for some types of event; InvalidArgument names what is wrong, and changes nothing.

        NotFound for one who is erased.
        """
        if self.erased:
            raise NotFound(f"customer {self.customer_id} does not exist", metadata={"customer_id": self.customer_id})
        chosen: dict[str, tuple[Channel, ...]] = {}
        for place, (event_type, channels) in enumerate(choices):
            path = f"preferences[{place}]"
            if event_type not in rules:
                raise InvalidArgument.field(f"{path}.event_type", "is no type of event that customers are notified of")
            if event_type in chosen:
                raise InvalidArgument.field(f"{path}.event_type", "is given twice")
            if missing := [each.name for each in channels if each not in available]:
                there = ", ".join(each.name for each in Channel if each in available)
                raise InvalidArgument.field(f"{path}.channels", f"must be among {there}: there is no {missing[0]}")
            if rules[event_type].mandatory and Channel.EMAIL in available - set(channels):
                raise InvalidArgument.field(
                    f"{path}.channels", "must have e-mail, because this notice goes out in writing"
                )
            chosen[event_type] = channels
        self.choices, self.update_time = {**self.choices, **chosen}, at

    def erase(self, at: datetime) -> None:
        """Drops every choice; from now on nothing is kept or sent."""
        self.choices, self.update_time, self.erase_time = {}, None, self.erase_time or at
