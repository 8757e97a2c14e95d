"""When a customer gets one message that says of several, and what it says; pure.

Only what a customer need not be notified of is ever gathered, by channels that leave the platform.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from loanflow.notification.v1.template_pb2 import Digest, DigestLine
from services.notification import templates
from services.notification.local_hours import next_time
from services.notification.model import Channel, Notification, NotificationStatus, QueueState, Rule, Text
from services.notification.templates import Wording

# Not among the rules: no event is reported by it, and nobody chooses its channels. Its template has its name.
DIGEST = Rule("notices.digest", (Channel.EMAIL, Channel.SMS, Channel.PUSH))
# So many are in one digest at most: it is folded in one transaction, and read by a person.
MOST_FOLDED = 50
# What was made before is not looked at any more: longer ago than anything is gathered, a day and a night.
LOOK_BACK = timedelta(days=2)


@dataclass(frozen=True)
class DigestSettings:
    """So many messages that need not be go to a customer by one channel within so many seconds; what is more is folded.

    With `most` 0 none is too many. Who wants one message a day gets it at `hour`, by their clock.
    """

    most: int = 5
    seconds: int = 600
    hour: int = 18

    def __post_init__(self) -> None:
        """ValueError for what is no number of messages, no time that is looked back, or no hour."""
        if self.most < 0:
            raise ValueError("most is less than 0")
        if not 0 < self.seconds <= 86_400:
            raise ValueError("seconds are from 1 to 86400")
        if not 0 <= self.hour <= 23:
            raise ValueError("hour is from 0 to 23")

    @property
    def window(self) -> timedelta:
        """Within what time messages are too many."""
        return timedelta(seconds=self.seconds)

    def next_daily(self, made: datetime, time_zone: str) -> datetime:
        """When the digest of the day goes that has what was made at a moment; later than that."""
        return next_time(self.hour, made, ZoneInfo(time_zone), once_a_day=True)


@dataclass(frozen=True)
class Queued:
    """A message as far as it counts here: when it was made, is due, and went; whether a digest says of it."""

    notification_id: str
    event_type: str
    status: NotificationStatus
    queue_state: QueueState
    create_time: datetime
    due_time: datetime | None
    send_time: datetime | None
    is_folded: bool

    @property
    def is_free(self) -> bool:
        """Whether it can be gathered: it waits, and no replica has it, or had it when it died."""
        waits = self.status is NotificationStatus.PENDING and not self.is_folded
        return waits and self.queue_state is not QueueState.IN_HAND and self.event_type != DIGEST.event_type

    def use(self, now: datetime) -> datetime | None:
        """When it went as a message of its own, `now` while it is about to; None when it did not, and does not yet."""
        if self.is_folded or self.is_free:
            return None
        return now if self.status is NotificationStatus.PENDING else self.send_time


@dataclass(frozen=True)
class Plan:
    """What is done with what waits: it is gathered `until` then, or folded into one message, or each goes by itself."""

    until: datetime | None = None
    folds: bool = False


def plan(
    settings: DigestSettings, waiting: Sequence[Queued], used: Sequence[datetime], now: datetime, daily_zone: str = ""
) -> Plan:
    """What is done with the messages of a customer that wait for a channel, after those that went at these times.

    With a `daily_zone` the customer wants one message a day, by the clock there. Within any window no more than `most`
    messages go, of which some are digests.
    """
    if daily_zone:
        until = settings.next_daily(min(each.create_time for each in waiting), daily_zone)
        return Plan(until=until) if now < until else Plan(folds=len(waiting) > 1)
    lately = sorted(each for each in used if each > now - settings.window)
    if not settings.most or len(lately) + len(waiting) <= settings.most:
        return Plan()
    if len(lately) < settings.most:
        return Plan(folds=True)
    return Plan(until=lately[-settings.most] + settings.window)


def text_of(folded: Sequence[Notification], language: str, page_url: str, chosen: Wording | None = None) -> Text:
    """What the digest of some notifications says, in a language and the words of `chosen`, or the delivered ones."""
    message = Digest(count=len(folded), page_url=page_url)
    for each in folded:
        line = DigestLine(subject=each.subject)
        line.create_time.FromDatetime(each.create_time)
        message.notices.append(line)
    return templates.render(DIGEST.event_type, message, language, chosen)
