"""Notifications and their recipients in MongoDB."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from services.notification import (
    device_store,
    moment_store,
    number_store,
    occasion_store,
    template_store,
    webhook_store,
)
from services.notification.delivery_log import NoticeDelivery
from services.notification.digests import LOOK_BACK, Queued
from services.notification.model import (
    Channel,
    DeliveryFailure,
    Notification,
    NotificationStatus,
    QueueState,
    number,
)
from services.notification.recipients import Recipient
from services.runtime import errors
from services.runtime.stores import mongo
from services.runtime.stores.json_codec import to_plain
from services.runtime.stores.mapping import JSON
from services.runtime.stores.mongo import Mongo
from services.runtime.stores.mongo_errors import translated
from services.runtime.stores.mongo_mapping import Mapped
from services.runtime.stores.mongo_paging import Keyset
from services.runtime.stores.mongo_schema import Collection, Field, index
from services.runtime.stores.mongo_writes import Document
from services.runtime.stores.paging import Page, PageResult
from services.runtime.stores.unit_of_work import Row

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOTIFICATIONS = Collection(
    "notifications",
    (
        Field("notification_id", str),
        Field("customer_id", str),
        Field("event_id", str),
        Field("event_type", str),
        Field("channel", str),
        Field("status", str),
        Field("text", JSON),
        Field("application_id", str),
        Field("loan_id", str),
        Field("create_time", datetime),
        Field("due_time", datetime, nullable=True),
        Field("send_time", datetime, nullable=True),
        Field("read_time", datetime, nullable=True),
        Field("refusals", int),
        Field("attempts", int, default=0),
        Field("attempt_time", datetime, nullable=True, default=None),
        Field("deliver_time", datetime, nullable=True, default=None),
        Field("failure", str, nullable=True, default=None),
        Field("queue_state", str, default=QueueState.WAITING.name),
        Field("digest_id", str, default=""),
    ),
    (
        index("event_id", "channel", unique=True),
        index("customer_id", "-create_time", "-notification_id"),
        # One that is due has a time, and only while it is PENDING.
        index("channel", "due_time", partialFilterExpression={"due_time": {"$gt": EPOCH}}),
        index("customer_id", "due_time", partialFilterExpression={"due_time": {"$gt": EPOCH}}),
    ),
)
RECIPIENTS = Collection(
    "recipients",
    (
        Field("customer_id", str),
        # Pairs, because the names of the types have dots.
        Field("choices", JSON),
        Field("dead", JSON, default=()),
        Field("declined", JSON, default=()),
        Field("daily", JSON, default=()),
        Field("time_zone", str, default=""),
        Field("language", str, default=""),
        Field("profile_language", str, default=""),
        # Pairs as well; empty where all was chosen at `update_time`.
        Field("times", JSON, default=()),
        Field("update_time", datetime, nullable=True),
        Field("erase_time", datetime, nullable=True),
    ),
)
# Kept longer than any notice is held; what is older was sent, or never will be.
HELD = Collection("held", indexes=(index("about", "event_time"), index("since", expireAfterSeconds=86_400)))
COLLECTIONS = (
    NOTIFICATIONS, RECIPIENTS, occasion_store.OCCASIONS, moment_store.MOMENTS, HELD, device_store.DEVICES,
    number_store.NUMBERS, number_store.ANSWERS, template_store.TEMPLATE_VERSIONS, *webhook_store.COLLECTIONS,
)  # fmt: skip
_DELIVERED = NotificationStatus.DELIVERED.name
# What an inbox is ordered and counted by.
_MARKS = {"notification_id": 1, "channel": 1, "read_time": 1, "create_time": 1}
# What the log of deliveries has as it is stored.
_LOGGED = (
    "notification_id", "customer_id", "application_id", "loan_id", "event_type", "attempts", "create_time", "due_time",
    "attempt_time", "send_time", "deliver_time", "digest_id",
)  # fmt: skip
# What counts of those that wait, and of those that went.
_QUEUED = (
    "event_type", "channel", "status", "create_time", "due_time", "send_time", "queue_state", "digest_id",
)  # fmt: skip
_NEWEST_FIRST = Keyset({"create_time": datetime, "notification_id": str}, descending=True)


class Notifications(Mapped[Notification]):
    """The notifications."""

    collection, key = NOTIFICATIONS, "notification_id"
    subject, record_class = "customer_id", "notification"
    personal = ("text.subject", "text.body", "text.short", "text.language", "text.letter")

    def in_app(self, notification_id: str) -> Notification:
        """An in-app notification for a change, tracked; errors.NotFound for every other."""
        notification = self.get(notification_id)
        if notification.channel is not Channel.IN_APP:
            raise errors.NotFound(f"in-app notification {notification_id} does not exist")
        return notification

    def page(self, customer_id: str, channel: Channel | None, page: Page) -> PageResult[Notification]:
        """A customer's notifications, newest first; of one channel or of all."""
        name, query = f"notifications:{customer_id}:{channel}:False", {"customer_id": customer_id}

        def fits(row: Document) -> bool:
            return channel is None or row["channel"] == channel.name

        return _NEWEST_FIRST.read(self.documents, self.session, query, page, name, fits).map(self.loaded)

    def inbox(self, customer_id: str, page: Page, *, unread_only: bool) -> tuple[PageResult[Notification], int]:
        """A page of a customer's in-app notifications, newest first, and how many of all of them are unread.

        All are looked at once, for what is counted and ordered; whole are read those of the page. An index of what is
        unread would cost every notice, and some hundreds is what a customer has.
        """
        name = f"notifications:{customer_id}:{Channel.IN_APP}:{unread_only}"
        with translated():
            found = self.documents.find({"customer_id": customer_id}, _MARKS, session=self.session)
            rows = [row for row in found if row["channel"] == Channel.IN_APP.name]
            unread = [row for row in rows if row["read_time"] is None]
            chosen = _NEWEST_FIRST.choose(unread if unread_only else rows, page, name)
            ids = [row["_id"] for row in chosen.items]
            whole = {row["_id"]: row for row in self.documents.find({"_id": {"$in": ids}}, session=self.session)}
        return chosen.map(lambda row: self.loaded(whole[row["_id"]])), len(unread)

    def log(self, customer_id: str, application_id: str, page: Page) -> PageResult[NoticeDelivery]:
        """How far a customer's notifications are, newest first; of one application or of all. No text is opened."""
        name = f"deliveries:{customer_id}:{application_id}"

        def fits(row: Document) -> bool:
            return not application_id or row["application_id"] == application_id

        query = {"customer_id": customer_id}
        return _NEWEST_FIRST.read(self.documents, self.session, query, page, name, fits).map(_logged)

    def tried(self, event_id: str) -> dict[Channel, NotificationStatus]:
        """How far the notifications of an occasion are, by their channels."""
        with translated():
            rows = self.documents.find({"event_id": event_id}, {"channel": 1, "status": 1}, session=self.session)
            return {Channel[row["channel"]]: NotificationStatus[row["status"]] for row in rows}

    def last_arrived(self, customer_id: str, channel: Channel) -> datetime | None:
        """When the last of a channel went that the customer has; None for none. Asked for an address that is dead."""
        shown = {"channel": 1, "status": 1, "attempt_time": 1, "create_time": 1}
        with translated():
            rows = list(self.documents.find({"customer_id": customer_id}, shown, session=self.session))
        here = (row for row in rows if (row["channel"], row["status"]) == (channel.name, _DELIVERED))
        return max((row.get("attempt_time") or row["create_time"] for row in here), default=None)

    def made_since(
        self, customer_id: str, application_id: str, event_type: str, since_time: datetime
    ) -> list[Notification]:
        """The notifications of a type of event about an application that were made since a time."""
        query = {"customer_id": customer_id, "create_time": {"$gte": since_time}}
        with translated():
            made = list(map(self.loaded, self.documents.find(query, session=self.session)))
        return [each for each in made if (each.application_id, each.event_type) == (application_id, event_type)]

    def queued(self, customer_id: str, channel: Channel, since: datetime) -> list[Queued]:
        """What was made for a channel of a customer since a time, first what was made first."""
        query = {"customer_id": customer_id, "create_time": {"$gte": since}}
        with translated():
            rows = list(self.documents.find(query, _QUEUED, session=self.session))
        rows.sort(key=lambda row: (row["create_time"], row["_id"]))
        return [_queued(row) for row in rows if row["channel"] == channel.name]

    def put_off(self, notification_ids: Sequence[str], until: datetime, state: QueueState) -> None:
        """Has some wait until a time; it counts as a change of theirs."""
        change = {"$set": {"due_time": until, "queue_state": state.name}, "$inc": {"revision": 1}}
        if notification_ids:
            with translated():
                self.documents.update_many({"_id": {"$in": [*notification_ids]}}, change, session=self.session)

    def folded_into(self, digest: Notification) -> list[Notification]:
        """What a digest says of, tracked.

        It is among what was looked at when it was made: for so few digests an index would cost every notice its part.
        """
        query = {"customer_id": digest.customer_id, "create_time": {"$gte": digest.create_time - LOOK_BACK}}
        with translated():
            found = list(self.documents.find(query, session=self.session))
        return [self.tracked(row) for row in found if row.get("digest_id") == digest.notification_id]

    def delete_of(self, customer_id: str) -> None:
        """Removes all notifications of a customer."""
        with translated():
            self.documents.delete_many({"customer_id": customer_id}, session=self.session)


def _logged(row: Document) -> NoticeDelivery:
    row = {**NOTIFICATIONS.defaults, **row}
    text, failure = row["text"], row["failure"]
    made = {name: row[name] for name in _LOGGED}
    return NoticeDelivery(
        **made, channel=Channel[row["channel"]], status=NotificationStatus[row["status"]],
        template_version=number(text["template_version"], text.get("template_revision", 0)),
        failure=None if failure is None else DeliveryFailure[failure],
    )  # fmt: skip


def _queued(row: Document) -> Queued:
    row = {**NOTIFICATIONS.defaults, **row}
    return Queued(
        row["_id"], row["event_type"], NotificationStatus[row["status"]], QueueState[row["queue_state"]],
        row["create_time"], row["due_time"], row["send_time"], bool(row["digest_id"]),
    )  # fmt: skip


class Recipients(Mapped[Recipient]):
    """The customers who chose channels, and those who are erased."""

    collection, key = RECIPIENTS, "customer_id"
    subject, record_class = "customer_id", "notification"
    personal = ("time_zone", "language", "profile_language")
    derived = apart = ("choices", "times")

    def derive(self, aggregate: Recipient) -> dict[str, Any]:
        """The choices and the times in pairs."""
        kept = {"choices": aggregate.choices, "times": aggregate.times}
        return {name: [[of, to_plain(value)] for of, value in sorted(each.items())] for name, each in kept.items()}

    def assemble(self, row: Row) -> dict[str, Any]:
        """What the pairs say."""
        choices = {kind: tuple(Channel[name] for name in names) for kind, names in row["choices"]}
        return {"choices": choices, "times": {what: datetime.fromisoformat(at) for what, at in row["times"]}}

    def of(self, customer_id: str) -> Recipient:
        """The recipient to look at; one who never chose has no document."""
        return self.find(customer_id) or Recipient(customer_id=customer_id)


class UnitOfWork(mongo.UnitOfWork):
    """The transaction of a use case of this service."""

    def __init__(self, database: Mongo) -> None:
        super().__init__(database, None)
        self.notifications = Notifications(self)
        self.recipients = Recipients(self)
        self.occasions = occasion_store.Occasions(self)
        self.moments = moment_store.Moments(self)
        self.devices = device_store.Devices(self)
        self.numbers = number_store.Numbers(self)
        self.answers = number_store.Answers(self)
        self.template_versions = template_store.TemplateVersions(self)
        self.webhooks = webhook_store.Webhooks(self)
        self.deliveries = webhook_store.WebhookDeliveries(self)
        self.occurrences = webhook_store.Occurrences(self)
