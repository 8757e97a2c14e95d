"""The use case of digests: what is due is sorted into what goes by itself, what is gathered, and what one message says.

It is done in the transaction that takes what is due, so all of it is done, or nothing, and by one replica.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from services.notification import digests
from services.notification.digests import DIGEST, DigestSettings, Plan, Queued
from services.notification.model import Channel, Notification, NotificationStatus, QueueState, Rule
from services.notification.pages import Pages
from services.notification.ports import Wordings
from services.notification.quiet_hours import QuietSettings
from services.notification.recipients import Recipient
from services.notification.store import UnitOfWork
from services.notification.templates import ENGLISH
from services.runtime import ids
from services.runtime.stores.mongo_writes import Document

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Folding:
    """Everything it needs is given at the start; `wording` gives the lender's own, `language` is the lender's."""

    begin: Callable[[], UnitOfWork]
    rules: Mapping[str, Rule]
    pages: Pages
    quiet: QuietSettings
    settings: DigestSettings
    wording: Wordings
    language: str = ENGLISH

    def alone(self, channel: Channel, due: Sequence[Document], now: datetime) -> list[Document]:
        """Those of what is due by a channel that go by themselves now; a digest that is made of others is due, too."""
        customers = {each["customer_id"] for each in due if self._may_be_folded(each["event_type"])}
        if not customers:
            return [*due]
        elsewhere: set[str] = set()
        with self.begin() as uow:
            uow.recipients.read_ahead(customers)
            for recipient in map(uow.recipients.of, sorted(customers)):
                if self.settings.most or channel in recipient.daily:
                    elsewhere |= self._sort(uow, recipient, channel, now)
            uow.commit()
        return [each for each in due if each["_id"] not in elsewhere]

    def _sort(self, uow: UnitOfWork, recipient: Recipient, channel: Channel, now: datetime) -> set[str]:
        """Does with a customer's what is planned; the ids of those that do not go by themselves now."""
        known = uow.notifications.queued(recipient.customer_id, channel, now - digests.LOOK_BACK)
        counted = [each for each in known if self._counts(each.event_type)]
        waiting = [each for each in counted if each.is_free]
        used = [at for each in counted if (at := each.use(now))]
        if not waiting:
            return set()
        planned = self._plan(recipient, channel, waiting, used, now)
        if planned.until:
            late = [
                each for each in waiting if (each.due_time, each.queue_state) != (planned.until, QueueState.GATHERED)
            ]
            uow.notifications.put_off(_ids(late), planned.until, QueueState.GATHERED)
        elif planned.folds:
            self._fold(uow, recipient, channel, _ids(waiting[: digests.MOST_FOLDED]), now)
        else:
            early = [each for each in waiting if each.queue_state is QueueState.GATHERED and _is_later(each, now)]
            uow.notifications.put_off(_ids(early), now, QueueState.WAITING)
        return {*_ids(waiting)} if planned != Plan() else set()

    def _plan(
        self, recipient: Recipient, channel: Channel, waiting: Sequence[Queued], used: Sequence[datetime], now: datetime
    ) -> Plan:
        zone = recipient.time_zone or self.quiet.time_zone
        if morning := self.quiet.until(channel, now, zone):
            return Plan(until=morning)
        daily_zone = zone if channel in recipient.daily else ""
        return digests.plan(self.settings, waiting, used, now, daily_zone)

    def _fold(
        self, uow: UnitOfWork, recipient: Recipient, channel: Channel, notification_ids: Sequence[str], now: datetime
    ) -> None:
        uow.notifications.read_ahead(notification_ids)
        folded, digest_id = [uow.notifications.get(each) for each in notification_ids], ids.new_id()
        language = recipient.speaks(self.language)
        page, chosen = self.pages.action(DIGEST.event_type, language), self.wording(DIGEST.event_type, language)
        digest = Notification(
            notification_id=digest_id, customer_id=recipient.customer_id, event_id=digest_id,
            event_type=DIGEST.event_type, channel=channel, status=NotificationStatus.PENDING,
            text=digests.text_of(folded, language, page.url if page else "", chosen),
            application_id="", loan_id="", create_time=now, due_time=now,
        )  # fmt: skip
        uow.notifications.add(digest)
        for each in folded:
            each.fold(digest_id)
        described = {"notification_id": digest_id, "channel": channel.name, "folded": len(folded)}
        uow.transaction.after_commit(lambda: log.info("digest", **described))

    def _may_be_folded(self, event_type: str) -> bool:
        rule = self.rules.get(event_type)
        return rule is not None and not rule.mandatory

    def _counts(self, event_type: str) -> bool:
        return event_type == DIGEST.event_type or self._may_be_folded(event_type)


def _ids(some: Sequence[Queued]) -> list[str]:
    return [each.notification_id for each in some]


def _is_later(queued: Queued, now: datetime) -> bool:
    return queued.due_time is not None and queued.due_time > now
