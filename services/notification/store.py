"""Notifications and their recipients in MongoDB."""

from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING, DESCENDING
from pymongo.collection import Collection

from services.notification.model import Channel, Notification, NotificationStatus, Occasion, Recipient, Text
from services.runtime import errors
from services.runtime.stores import mongo
from services.runtime.stores.json_codec import from_plain, to_plain
from services.runtime.stores.mongo import Document, Mongo, translated
from services.runtime.stores.mongo_paging import Keyset
from services.runtime.stores.paging import Page, PageResult
from services.runtime.stores.unit_of_work import Row

NOTIFICATIONS, RECIPIENTS, OCCASIONS, HELD = "notifications", "recipients", "occasions", "held"
# Longer than any notice is held; what is older was told, or never will be.
_HELD_SECONDS = 86_400
_NEWEST_FIRST = Keyset({"create_time": datetime, "notification_id": str}, descending=True)


def ensure_indexes(database: Mongo) -> None:
    """Makes the collections and indexes of the service and the runtime; errors.Unavailable. Repeatable."""
    database.ensure_indexes(NOTIFICATIONS, RECIPIENTS, OCCASIONS, HELD)
    with translated():
        notifications = database.database[NOTIFICATIONS]
        notifications.create_index([("event_id", ASCENDING), ("channel", ASCENDING)], unique=True)
        listed = [("create_time", DESCENDING), ("notification_id", DESCENDING)]
        notifications.create_index([("customer_id", ASCENDING), *listed])
        notifications.create_index([("status", ASCENDING), ("due_time", ASCENDING)])
        database.database[OCCASIONS].create_index([("about", ASCENDING), ("event_type", ASCENDING)])
        database.database[OCCASIONS].create_index([("about", ASCENDING), ("time", DESCENDING)])
        database.database[OCCASIONS].create_index([("customer_id", ASCENDING)])
        database.database[HELD].create_index([("about", ASCENDING), ("event_time", ASCENDING)])
        database.database[HELD].create_index("since", expireAfterSeconds=_HELD_SECONDS)


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


class Occasions:
    """What there was to tell, and what became of it: added, never changed, so that there is nothing to audit."""

    def __init__(self, uow: "UnitOfWork") -> None:
        self._uow = uow

    def add(self, occasion: Occasion, customer_id: str) -> None:
        """Keeps one; again when it came again, which its transaction has found out."""
        row = {**to_plain(occasion), "customer_id": customer_id, "time": occasion.time}
        here = {"_id": row.pop("occasion_id")}
        with translated():
            self._rows.replace_one(here, row, upsert=True, session=self._uow.session)

    def has(self, about: tuple[str, ...], *event_types: str) -> bool:
        """Whether there was one of one of the types that was about one of these."""
        here = {"about": {"$in": list(about)}, "event_type": {"$in": list(event_types)}}
        with translated():
            return self._rows.find_one(here, session=self._uow.session) is not None

    def latest_time(self, about: tuple[str, ...]) -> datetime | None:
        """When the latest was that was about one of these; None before the first."""
        here = {"about": {"$in": list(about)}}
        with translated():
            row = self._rows.find_one(here, sort=[("time", DESCENDING)], session=self._uow.session)
        return None if row is None else row["time"]

    def delete_of(self, customer_id: str) -> None:
        """Removes all of a customer."""
        with translated():
            self._rows.delete_many({"customer_id": customer_id}, session=self._uow.session)

    @property
    def _rows(self) -> Collection[Document]:
        return self._uow.collection(OCCASIONS)


class UnitOfWork(mongo.UnitOfWork):
    """The transaction of a use case of this service."""

    def __init__(self, database: Mongo) -> None:
        super().__init__(database, None)
        self.notifications = Notifications(self)
        self.recipients = Recipients(self)
        self.occasions = Occasions(self)


class Queue:
    """The notifications that wait to be sent, shared by all replicas."""

    def __init__(self, database: Mongo) -> None:
        self._database = database

    def claim(self, now: datetime, until: datetime) -> str | None:
        """The id of the one that is due longest, due again at `until`; None when none is.

        Not one that a customer is sent after another which is still to be delivered. Each is one atomic step outside of
        transactions, which counts as a change of the notification.
        """
        due: Document = {"status": NotificationStatus.PENDING.name, "due_time": {"$lte": now}}
        change = {"$set": {"due_time": until}, "$inc": {"revision": 1}}
        with translated():
            while (found := self._rows.find_one_and_update(due, change, sort=_LONGEST_DUE)) is not None:
                first = self._rows.find_one(_before(found), sort=_LONGEST_DUE)
                if first is None:
                    return str(found["_id"])
                later = min(first["due_time"], now + _LOOK_AGAIN) + _TICK
                self._rows.update_one({"_id": found["_id"]}, {"$set": {"due_time": later}, "$inc": {"revision": 1}})
        return None

    def is_to_wait(self, event_id: str, about: str, event_time: datetime, now: datetime, patience: timedelta) -> bool:
        """Whether an event whose predecessor was not told is to be held: for a while, and behind earlier ones.

        Remembers when it was first asked, outside of the transaction, which is rolled back for every one that waits.
        """
        if not patience:
            return False
        held, asked = self._database.database[HELD], {"about": about, "event_time": event_time, "since": now}
        with translated():
            held.update_one({"_id": event_id}, {"$setOnInsert": asked}, upsert=True)
            since = min((row["since"] for row in held.find({"_id": event_id})), default=now)
            earlier = {"about": about, "event_time": {"$lt": event_time}, "since": {"$gt": now - 2 * patience}}
            return bool(now - since < patience or any(self._is_untold(each) for each in held.find(earlier)))

    def _is_untold(self, held: Document) -> bool:
        return self._database.database[OCCASIONS].find_one({"_id": held["_id"]}) is None

    @property
    def _rows(self) -> Collection[Document]:
        return self._database.database[NOTIFICATIONS]


_LONGEST_DUE = [("due_time", 1), ("create_time", 1)]
# How soon one is looked at again that waits for another, which may be gone any moment.
_LOOK_AGAIN, _TICK = timedelta(seconds=2), timedelta(milliseconds=1)


def _before(notification: Document) -> Document:
    """What the customer is sent before a notification over its channel, and was not yet."""
    same = {name: notification[name] for name in ("customer_id", "channel")}
    return {**same, "status": NotificationStatus.PENDING.name, "create_time": {"$lt": notification["create_time"]}}


def _of(customer_id: str, channel: Channel | None, unread_only: bool) -> Document:
    query: Document = {"customer_id": customer_id}
    if channel is not None:
        query["channel"] = channel.name
    if unread_only:
        query["read_time"] = None
    return query
