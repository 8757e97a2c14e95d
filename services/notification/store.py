"""Notifications and their recipients in MongoDB."""

from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING

from services.notification.model import Channel, Notification, NotificationStatus, Recipient, Text
from services.runtime import errors, mongo
from services.runtime.mongo import Document, Mongo, translated
from services.runtime.mongo_paging import Keyset
from services.runtime.paging import Page, PageResult
from services.runtime.plain import from_plain, to_plain
from services.runtime.unit_of_work import Row

NOTIFICATIONS, RECIPIENTS = "notifications", "recipients"
_NEWEST_FIRST = Keyset({"create_time": datetime, "notification_id": str}, descending=True)


def ensure_indexes(database: Mongo) -> None:
    """Makes the collections and indexes of the service and the runtime; errors.Unavailable. Repeatable."""
    database.ensure_indexes(NOTIFICATIONS, RECIPIENTS)
    with translated():
        notifications = database.database[NOTIFICATIONS]
        notifications.create_index([("event_id", ASCENDING), ("channel", ASCENDING)], unique=True)
        listed = [("create_time", DESCENDING), ("notification_id", DESCENDING)]
        notifications.create_index([("customer_id", ASCENDING), *listed])
        notifications.create_index([("status", ASCENDING), ("due_time", ASCENDING)])


class Notifications(mongo.Repository[Notification]):
    """The notifications."""

    collection = NOTIFICATIONS
    key = "notification_id"

    def to_row(self, aggregate: Notification) -> dict[str, Any]:
        """The fields of a notification."""
        return {
            "notification_id": aggregate.notification_id,
            "customer_id": aggregate.customer_id,
            "event_id": aggregate.event_id,
            "event_type": aggregate.event_type,
            "channel": aggregate.channel.name,
            "status": aggregate.status.name,
            "text": to_plain(aggregate.text),
            "application_id": aggregate.application_id,
            "loan_id": aggregate.loan_id,
            "create_time": aggregate.create_time,
            "due_time": aggregate.due_time,
            "send_time": aggregate.send_time,
            "read_time": aggregate.read_time,
            "refusals": aggregate.refusals,
        }

    def from_row(self, row: Row) -> Notification:
        """The notification of a document."""
        same = ("notification_id", "customer_id", "event_id", "event_type", "application_id", "loan_id", "refusals")
        times = ("create_time", "due_time", "send_time", "read_time")
        return Notification(
            **{name: row[name] for name in (*same, *times)},
            channel=Channel[row["channel"]],
            status=NotificationStatus[row["status"]],
            text=from_plain(Text, row["text"]),
        )

    def knows(self, event_id: str) -> bool:
        """Whether an event has its notifications already."""
        with translated():
            return self.documents.find_one({"event_id": event_id}, session=self.session) is not None

    def in_app(self, notification_id: str) -> Notification:
        """An in-app notification for a change, tracked; errors.NotFound for every other."""
        notification = self.get(notification_id)
        if notification.channel is not Channel.IN_APP:
            raise errors.NotFound(f"in-app notification {notification_id} does not exist")
        return notification

    def page(
        self, customer_id: str, channel: Channel | None, page: Page, *, unread_only: bool = False
    ) -> PageResult[Notification]:
        """A customer's notifications, newest first; of one channel or of all."""
        name = f"notifications:{customer_id}:{channel}:{unread_only}"
        query = _of(customer_id, channel, unread_only)
        return _NEWEST_FIRST.read(self.documents, self.session, query, page, name).map(self.loaded)

    def unread_count(self, customer_id: str) -> int:
        """How many of a customer's in-app notifications are unread."""
        with translated():
            return self.documents.count_documents(_of(customer_id, Channel.IN_APP, True), session=self.session)

    def delete_of(self, customer_id: str) -> None:
        """Removes all notifications of a customer."""
        with translated():
            self.documents.delete_many({"customer_id": customer_id}, session=self.session)


class Recipients(mongo.Repository[Recipient]):
    """The customers who chose channels, and those who are erased."""

    collection = RECIPIENTS
    key = "customer_id"

    def to_row(self, aggregate: Recipient) -> dict[str, Any]:
        """The fields of a recipient."""
        return {
            "customer_id": aggregate.customer_id,
            "choices": [[kind, [c.name for c in channels]] for kind, channels in sorted(aggregate.choices.items())],
            "update_time": aggregate.update_time,
            "erase_time": aggregate.erase_time,
        }

    def from_row(self, row: Row) -> Recipient:
        """The recipient of a document."""
        return Recipient(
            customer_id=row["customer_id"],
            # Pairs, because the names of the types have dots.
            choices={kind: tuple(Channel[name] for name in names) for kind, names in row["choices"]},
            update_time=row["update_time"],
            erase_time=row["erase_time"],
        )

    def of(self, customer_id: str) -> Recipient:
        """The recipient to look at; one who never chose has no document."""
        return self.find(customer_id) or Recipient(customer_id=customer_id)


class UnitOfWork(mongo.UnitOfWork):
    """The transaction of a use case of this service."""

    def __init__(self, database: Mongo) -> None:
        super().__init__(database, None)
        self.notifications = Notifications(self)
        self.recipients = Recipients(self)


class Queue:
    """The notifications that wait to be sent, shared by all replicas."""

    def __init__(self, database: Mongo) -> None:
        self._database = database

    def claim(self, now: datetime, until: datetime) -> str | None:
        """The id of the one that is due longest, due again at `until`; None when none is.

        One atomic step outside of transactions, which counts as a change of the notification.
        """
        due: Document = {"status": NotificationStatus.PENDING.name, "due_time": {"$lte": now}}
        change = {"$set": {"due_time": until}, "$inc": {"revision": 1}}
        with translated():
            found = self._database.database[NOTIFICATIONS].find_one_and_update(due, change, sort=[("due_time", 1)])
        return None if found is None else str(found["_id"])


def _of(customer_id: str, channel: Channel | None, unread_only: bool) -> Document:
    query: Document = {"customer_id": customer_id}
    if channel is not None:
        query["channel"] = channel.name
    if unread_only:
        query["read_time"] = None
    return query
