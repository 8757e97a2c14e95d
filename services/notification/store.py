"""Notifications and their recipients in MongoDB."""

from datetime import datetime, timedelta
from typing import Any

from pymongo import DESCENDING
from pymongo import collection as pymongo_collection

from services.notification.model import Channel, Notification, NotificationStatus, Occasion, Recipient
from services.runtime import errors
from services.runtime.stores import mongo
from services.runtime.stores.json_codec import to_plain
from services.runtime.stores.mapping import JSON, Form
from services.runtime.stores.mongo import Document, Mongo, translated
from services.runtime.stores.mongo_mapping import Mapped
from services.runtime.stores.mongo_paging import Keyset
from services.runtime.stores.mongo_schema import Collection, Field, index
from services.runtime.stores.paging import Page, PageResult
from services.runtime.stores.unit_of_work import Row

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
    ),
    (
        index("event_id", "channel", unique=True),
        index("customer_id", "-create_time", "-notification_id"),
        index("status", "due_time"),
    ),
)
RECIPIENTS = Collection(
    "recipients",
    (
        Field("customer_id", str),
        # Pairs, because the names of the types have dots.
        Field("choices", JSON),
        Field("update_time", datetime, nullable=True),
        Field("erase_time", datetime, nullable=True),
    ),
)
OCCASIONS = Collection(
    "occasions",
    (
        Field("occasion_id", str),
        Field("customer_id", str),
        Field("about", str),
        Field("event_type", str),
        Field("outcome", str),
        Field("time", datetime),
    ),
    (index("about", "event_type"), index("about", "-time"), index("customer_id")),
)
# Kept longer than any notice is held; what is older was sent, or never will be.
HELD = Collection("held", indexes=(index("about", "event_time"), index("since", expireAfterSeconds=86_400)))
_OCCASION = Form(__name__, "Occasions", Occasion, OCCASIONS.storage, key="occasion_id")
COLLECTIONS = (NOTIFICATIONS, RECIPIENTS, OCCASIONS, HELD)
_NEWEST_FIRST = Keyset({"create_time": datetime, "notification_id": str}, descending=True)


class Notifications(Mapped[Notification]):
    """The notifications."""

    collection, key = NOTIFICATIONS, "notification_id"

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


class Recipients(Mapped[Recipient]):
    """The customers who chose channels, and those who are erased."""

    collection, key = RECIPIENTS, "customer_id"
    derived = apart = ("choices",)

    def derive(self, aggregate: Recipient) -> dict[str, Any]:
        """The choices in pairs."""
        return {"choices": [[kind, to_plain(channels)] for kind, channels in sorted(aggregate.choices.items())]}

    def assemble(self, row: Row) -> dict[str, Any]:
        """The choices of the pairs."""
        return {"choices": {kind: tuple(Channel[name] for name in names) for kind, names in row["choices"]}}

    def of(self, customer_id: str) -> Recipient:
        """The recipient to look at; one who never chose has no document."""
        return self.find(customer_id) or Recipient(customer_id=customer_id)


class Occasions:
    """What there was to tell, and what became of it: added, never changed, so that there is nothing to audit."""

    def __init__(self, uow: "UnitOfWork") -> None:
        self._uow = uow

    def add(self, occasion: Occasion) -> None:
        """Keeps one; again when it came again, which its transaction has found out."""
        row, here = _OCCASION.dump(occasion), {"_id": occasion.occasion_id}
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
    def _rows(self) -> pymongo_collection.Collection[Document]:
        return self._uow.collection(OCCASIONS.name)


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
        """Whether an event whose predecessor was not sent is to be held: for a while, and behind earlier ones.

        Remembers when it was first asked, outside of the transaction, which is rolled back for every one that waits.
        """
        if not patience:
            return False
        held, asked = self._database.database[HELD.name], {"about": about, "event_time": event_time, "since": now}
        with translated():
            held.update_one({"_id": event_id}, {"$setOnInsert": asked}, upsert=True)
            since = min((row["since"] for row in held.find({"_id": event_id})), default=now)
            earlier = {"about": about, "event_time": {"$lt": event_time}, "since": {"$gt": now - 2 * patience}}
            return bool(now - since < patience or any(self._is_untold(each) for each in held.find(earlier)))

    def _is_untold(self, held: Document) -> bool:
        return self._database.database[OCCASIONS.name].find_one({"_id": held["_id"]}) is None

    @property
    def _rows(self) -> pymongo_collection.Collection[Document]:
        return self._database.database[NOTIFICATIONS.name]


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
