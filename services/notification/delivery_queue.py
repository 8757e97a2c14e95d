"""The notifications that wait to be sent, in MongoDB, shared by all replicas."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from pymongo import collection as pymongo_collection
from pymongo.client_session import ClientSession

from services.notification import occasion_store
from services.notification.model import Channel, DeliveryFailure, QueueState
from services.notification.store import EPOCH, HELD, NOTIFICATIONS
from services.runtime.stores.mongo import Mongo
from services.runtime.stores.mongo_errors import translated
from services.runtime.stores.mongo_writes import Document

_LONGEST_DUE = [("due_time", 1), ("create_time", 1)]
_DUE = {"customer_id": 1, "due_time": 1, "event_type": 1}
# What is to be tried later than this waits for the morning; what a provider asks for is less.
_SOON = timedelta(hours=1)
# How soon one is looked at again that waits for another, which may be gone any moment.
_LOOK_AGAIN, _TICK = timedelta(seconds=2), timedelta(milliseconds=1)


class Queue:
    """The notifications that wait to be sent, shared by all replicas."""

    def __init__(self, database: Mongo) -> None:
        self._database = database

    def due(self, channel: Channel, now: datetime, most: int) -> list[Document]:
        """Those of a channel that are due longest, at most so many: id, customer, type, time, as they were just now."""
        due: Document = {"channel": channel.name, "due_time": {"$gt": EPOCH, "$lte": now}}
        with translated():
            return list(self._rows.find(due, _DUE, sort=_LONGEST_DUE, limit=most))

    def is_waiting(self, channel: Channel, now: datetime) -> bool:
        """Whether one of a channel that was out of reach is to be tried again soon."""
        soon: Document = {"channel": channel.name, "due_time": {"$gt": EPOCH, "$lte": now + _SOON}}
        with translated(), self._rows.find(soon, {"failure": 1}) as found:
            return any(row.get("failure") == DeliveryFailure.OUT_OF_REACH.name for row in found)

    def claim(
        self, due: Sequence[Document], now: datetime, until: datetime, urgent: Collection[str] = frozenset()
    ) -> list[Document]:
        """Those that were found due which this replica now has, due again at `until`, first those made first.

        Not one that another replica was quicker to take, and not one that a customer is sent after another of the
        channel which is still to be delivered, and not among them. What is of an `urgent` type waits for none that is
        gathered for a digest. It counts as a change of the notification.

        errors.Aborted when another replica takes one at this moment: both have read it before they wrote it.
        """
        found = {each["_id"]: each["due_time"] for each in due}
        if not found:
            return []
        with self._database.transaction() as transaction:
            session = transaction.session
            transaction.writes.send(NOTIFICATIONS.name)
            customers = sorted({each["customer_id"] for each in due})
            waiting = [row for each in customers for row in self._waiting(each, session)]
            waiting.sort(key=lambda row: (row["create_time"], row["_id"]))
            taken: dict[str, Document] = {}
            for row in waiting:
                if row["due_time"] != found.get(row["_id"]):
                    continue
                ahead = [each for each in waiting if _is_before(each, row, urgent) and each["_id"] not in taken]
                if ahead:
                    first = min(each["due_time"] for each in ahead)
                    self._postpone([row["_id"]], min(first, now + _LOOK_AGAIN) + _TICK, session)
                else:
                    taken[row["_id"]] = row
            self._postpone([*taken], until, session, queue_state=QueueState.IN_HAND.name)
        return [*taken.values()]

    def _waiting(self, customer_id: str, session: ClientSession) -> list[Document]:
        """All that a customer is still to be sent; of one alone, since SecantusDB uses no index for $in and a range."""
        return list(self._rows.find({"customer_id": customer_id, "due_time": {"$gt": EPOCH}}, session=session))

    def _postpone(self, ids: Sequence[str], until: datetime, session: ClientSession, **values: str) -> None:
        change = {"$set": {"due_time": until, **values}, "$inc": {"revision": 1}}
        if ids:
            self._rows.update_many({"_id": {"$in": [*ids]}}, change, session=session)

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
            if now - since < patience:
                return True
            found = held.find({"about": about, "event_time": {"$lt": event_time}})
            earlier = [row["_id"] for row in found if row["since"] > now - 2 * patience]
            notified = self._database.database[occasion_store.OCCASIONS.name].find(
                {"_id": {"$in": earlier}}, {"_id": 1}
            )
            return bool({*earlier} - {row["_id"] for row in notified})

    @property
    def _rows(self) -> pymongo_collection.Collection[Document]:
        return self._database.database[NOTIFICATIONS.name]


def _is_before(waiting: Document, notification: Document, urgent: Collection[str]) -> bool:
    """Whether the customer is sent one before another, over the same channel."""
    if notification["event_type"] in urgent and waiting.get("queue_state") == QueueState.GATHERED.name:
        return False
    return bool(waiting["channel"] == notification["channel"] and waiting["create_time"] < notification["create_time"])
