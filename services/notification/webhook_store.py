"""Webhooks, their deliveries, the events that can be replayed, and whose turn it is, in MongoDB."""

from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import collection as pymongo_collection
from pymongo.client_session import ClientSession

from services.notification.webhook_model import KEPT, Occurrence, Webhook, WebhookDelivery
from services.runtime.stores import mongo
from services.runtime.stores.mapping import JSON, Form
from services.runtime.stores.mongo import Mongo
from services.runtime.stores.mongo_errors import translated
from services.runtime.stores.mongo_mapping import Mapped
from services.runtime.stores.mongo_paging import Keyset
from services.runtime.stores.mongo_schema import Collection, Field, index
from services.runtime.stores.mongo_writes import Document
from services.runtime.stores.paging import Page, PageResult

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DUE = {"due_time": {"$gt": _EPOCH}}
# So many are looked at, those that wait longest first.
_LOOKED_AT = 100
_TICK = timedelta(milliseconds=1)
WEBHOOKS = Collection(
    "webhooks",
    (
        Field("webhook_id", str),
        Field("client_id", str),
        Field("url", str),
        Field("event_types", JSON),
        Field("secret", str),
        Field("create_time", datetime),
        Field("update_time", datetime),
        Field("status", str),
        Field("disable_reason", str, nullable=True),
        Field("previous_secret", str),
        Field("previous_secret_end_time", datetime, nullable=True),
        Field("deleted", bool),
    ),
    (
        index("event_types"),
        index("client_id", "deleted", "-create_time", "-webhook_id"),
        index("deleted", "-create_time", "-webhook_id"),
    ),
)
DELIVERIES = Collection(
    "webhook_deliveries",
    (
        Field("delivery_id", str),
        Field("webhook_id", str),
        Field("customer_id", str),
        Field("about", str),
        Field("sequence", int),
        Field("event_id", str),
        Field("event_type", str),
        Field("event_time", datetime),
        Field("object_ids", JSON),
        Field("create_time", datetime),
        Field("expire_time", datetime),
        Field("due_time", datetime, nullable=True),
        Field("status", str),
        Field("tries", int),
        Field("attempts", JSON),
    ),
    (
        index("webhook_id", "-create_time", "-delivery_id"),
        # One that is due has a time, and only while it is PENDING.
        index("webhook_id", "due_time", partialFilterExpression=_DUE),
        index("webhook_id", "about", "due_time", partialFilterExpression=_DUE),
        index("customer_id"),
        index("expire_time", expireAfterSeconds=0),
    ),
)
OCCURRENCES = Collection(
    "webhook_events",
    (
        Field("event_id", str),
        Field("event_type", str),
        Field("event_time", datetime),
        Field("customer_id", str),
        Field("about", str),
        Field("object_ids", JSON),
        Field("sequence", int),
        Field("create_time", datetime),
    ),
    (
        # Those that are still to be handed to the webhooks have a time that is due.
        index("due_time", partialFilterExpression=_DUE),
        index("customer_id"),
        index("create_time", expireAfterSeconds=int(KEPT.total_seconds())),
    ),
)
TURNS = Collection("webhook_turns", indexes=(index("due_time", partialFilterExpression=_DUE),))
COLLECTIONS = (WEBHOOKS, DELIVERIES, OCCURRENCES, TURNS)
_OCCURRENCE = Form(__name__, "Occurrences", Occurrence, OCCURRENCES.storage, key="event_id")
# What is known of types of event, not of webhooks: for a transaction, as none changes them and asks.
_WANTED = "wanted types of event"
_NEWEST_WEBHOOK = Keyset({"create_time": datetime, "webhook_id": str}, descending=True)
_NEWEST_DELIVERY = Keyset({"create_time": datetime, "delivery_id": str}, descending=True)


class Webhooks(Mapped[Webhook]):
    """The webhooks; their secrets are sealed by a data key of the program that they belong to."""

    collection, key = WEBHOOKS, "webhook_id"
    subject, record_class = "client_id", "webhook"
    personal = ("secret", "previous_secret")
    derived = ("deleted",)

    def wanting(self, event_type: str) -> list[Webhook]:
        """The active ones that a type of event goes to."""
        with translated():
            rows = list(self.documents.find({"event_types": event_type}, session=self.session))
        return [found for found in map(self.loaded, rows) if found.active]

    def is_wanted(self, event_type: str) -> bool:
        """Whether there is one that is not deleted for a type of event."""
        known = self._uow.transaction.ahead[_WANTED]
        if event_type not in known:
            with translated():
                rows = self.documents.find({"event_types": event_type}, {"deleted": 1}, session=self.session)
                known[event_type] = any(not row["deleted"] for row in rows)
        return bool(known[event_type])

    def page(self, client_id: str, page: Page) -> PageResult[Webhook]:
        """Those of a program, or of all, newest first, without the deleted ones."""
        query: Document = {"client_id": client_id} if client_id else {}
        found = _NEWEST_WEBHOOK.read(
            self.documents, self.session, {**query, "deleted": False}, page, f"webhooks:{client_id}"
        )
        return found.map(self.loaded)

    def count_of(self, client_id: str) -> int:
        """How many a program has."""
        with translated():
            query = {"client_id": client_id, "deleted": False}
            return len(list(self.documents.find(query, {"_id": 1}, session=self.session)))


class WebhookDeliveries(Mapped[WebhookDelivery]):
    """What is and was sent; it has no text, and goes with the customer whom it is about."""

    collection, key = DELIVERIES, "delivery_id"
    subject, record_class = "customer_id", "notification"

    def page(self, webhook_id: str, page: Page) -> PageResult[WebhookDelivery]:
        """Those of a webhook, newest first."""
        query, name = {"webhook_id": webhook_id}, f"webhook-deliveries:{webhook_id}"
        return _NEWEST_DELIVERY.read(self.documents, self.session, query, page, name).map(self.loaded)

    def next(self, webhook_id: str, now: datetime) -> WebhookDelivery | None:
        """The due one that is first in its order, to look at; what has to wait for another is due after that."""
        with translated():
            query = {"webhook_id": webhook_id, "due_time": {"$gt": _EPOCH, "$lte": now}}
            order = [("due_time", 1), ("sequence", 1)]
            for row in list(self.documents.find(query, session=self.session).sort(order).limit(_LOOKED_AT)):
                earlier = self._before(row)
                if not earlier:
                    return self.loaded(row)
                change = {"$set": {"due_time": max(earlier) + _TICK}, "$inc": {"revision": 1}}
                self.documents.update_one({"_id": row["_id"]}, change, session=self.session)
        return None

    def delete_of(self, customer_id: str) -> None:
        """Removes all about a customer."""
        with translated():
            self.documents.delete_many({"customer_id": customer_id}, session=self.session)

    def _before(self, row: Document) -> list[datetime]:
        """When those are due that are about the same and come before it."""
        query = {"webhook_id": row["webhook_id"], "about": row["about"], "due_time": {"$gt": _EPOCH}}
        found = self.documents.find(query, {"due_time": 1, "sequence": 1}, session=self.session)
        return [each["due_time"] for each in found if each["sequence"] < row["sequence"]]


class Occurrences:
    """Events that a webhook wanted: added and never changed, so that there is nothing to audit."""

    def __init__(self, uow: mongo.UnitOfWork) -> None:
        self._uow = uow

    def add(self, occurrence: Occurrence) -> None:
        """Keeps one, to be handed to the webhooks; errors.Aborted when another replica is quicker."""
        row = _OCCURRENCE.dump(occurrence)
        made = {"_id": occurrence.event_id, "due_time": occurrence.create_time, **row}
        self._uow.writes.insert(OCCURRENCES.name, [made], "the event came twice at the same moment")

    def find(self, event_id: str) -> Occurrence | None:
        """One to look at."""
        with translated():
            row = self._rows.find_one({"_id": event_id}, session=self._uow.session)
        return None if row is None else self._loaded(row)

    def first_due(self) -> Occurrence | None:
        """The one that waits longest to be handed to the webhooks."""
        with translated():
            order = [("due_time", 1), ("sequence", 1)]
            row = self._rows.find_one(_DUE, sort=order, session=self._uow.session)
        return None if row is None else self._loaded(row)

    def take(self, event_id: str) -> bool:
        """Takes note that it is handed to the webhooks with this transaction; False when it was already, or is gone."""
        with translated():
            row = self._rows.find_one({"_id": event_id}, session=self._uow.session)
            if row is None or row["due_time"] is None:
                return False
            self._rows.update_one({"_id": event_id}, {"$set": {"due_time": None}}, session=self._uow.session)
        return True

    def since(self, time: datetime, event_types: tuple[str, ...], limit: int) -> list[Occurrence]:
        """Those of some types from a time on, oldest first."""
        with translated():
            query = {"create_time": {"$gte": time}}
            found, rows = self._rows.find(query, session=self._uow.session).sort("create_time", 1), list[Document]()
            for row in found:
                if row["event_type"] in event_types:
                    rows.append(row)
                if len(rows) == limit:
                    break
        return [self._loaded(row) for row in rows]

    def delete_of(self, customer_id: str) -> None:
        """Removes all about a customer."""
        with translated():
            self._rows.delete_many({"customer_id": customer_id}, session=self._uow.session)

    def _loaded(self, row: Document) -> Occurrence:
        values: dict[str, Any] = _OCCURRENCE.load({**row, "event_id": row["_id"]})
        return Occurrence(**values)

    @property
    def _rows(self) -> "pymongo_collection.Collection[Document]":
        return self._uow.collection(OCCURRENCES.name)


class Turns:
    """Whose turn it is: each webhook with something due is served by one thread of one replica at a time.

    A row: when it is its turn (None: nothing waits), and how many turns in a row have failed.
    """

    def __init__(self, database: Mongo) -> None:
        self._database = database

    def wake(self, webhook_id: str, now: datetime) -> None:
        """Something is due for a webhook, with the open transaction; the thread that serves it finds that, too."""
        with self._database.transaction() as transaction, translated():
            row = self._rows.find_one({"_id": webhook_id}, session=transaction.session)
            if row is None:
                made = {"_id": webhook_id, "due_time": now, "failures": 0, "revision": 1}
                self._rows.insert_one(made, session=transaction.session)
            else:
                # Changed in any case: so it conflicts with one who finds that nothing is due any more.
                self._set(row, transaction.session, due_time=row["due_time"] or now)

    def claim(self, now: datetime, until: datetime, most_failures: int) -> str | None:
        """The webhook whose turn it has been longest, of those that failed so often at most; its turn again at `until`.

        errors.Aborted when another was quicker.
        """
        with translated():
            due: Document = {"due_time": {"$gt": _EPOCH, "$lte": now}}
            rows = list(self._rows.find(due).sort("due_time", 1).limit(_LOOKED_AT))
        for found in (row for row in rows if row["failures"] <= most_failures):
            with self._database.transaction() as transaction, translated():
                row = self._rows.find_one({"_id": found["_id"]}, session=transaction.session)
                if row is not None and row["due_time"] == found["due_time"]:
                    self._set(row, transaction.session, due_time=until)
                    return str(row["_id"])
        return None

    def release(self, webhook_id: str, *, failed: bool, active: bool, rest_until: datetime) -> None:
        """Ends a turn: the next is when the next delivery is due, and after one that failed not before a rest."""
        with self._database.transaction() as transaction, translated():
            session = transaction.session
            row = self._rows.find_one({"_id": webhook_id}, session=session)
            query = {"webhook_id": webhook_id, "due_time": {"$gt": _EPOCH}}
            deliveries = self._database.database[DELIVERIES.name]
            first = deliveries.find_one(query, {"due_time": 1}, sort=[("due_time", 1)], session=session)
            due = None if first is None or not active else first["due_time"]
            if row is not None:
                failures = row["failures"] + 1 if failed else 0
                self._set(row, session, due_time=max(due, rest_until) if due and failed else due, failures=failures)

    def failures(self, webhook_id: str) -> int:
        """How many turns in a row have failed."""
        with translated():
            row = self._rows.find_one({"_id": webhook_id})
        return 0 if row is None else int(row["failures"])

    def _set(self, row: Document, session: ClientSession, **values: Any) -> None:
        change = {"$set": {**values, "revision": row["revision"] + 1}}
        self._rows.update_one({"_id": row["_id"]}, change, session=session)

    @property
    def _rows(self) -> "pymongo_collection.Collection[Document]":
        return self._database.database[TURNS.name]
