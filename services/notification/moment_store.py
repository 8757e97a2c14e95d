"""The moments of customers' notices, in MongoDB: each later than the one before, at whichever replica it is made."""

from collections.abc import Collection as Several
from datetime import datetime, timedelta

from pymongo import collection as pymongo_collection

from services.runtime.stores import mongo
from services.runtime.stores.mongo_errors import translated
from services.runtime.stores.mongo_schema import Collection
from services.runtime.stores.mongo_writes import Document

# A row for each customer, under their id: `time` is the moment of their latest notice, or a little later.
MOMENTS = Collection("moments")
# The least difference of two times that the store distinguishes.
TICK = timedelta(milliseconds=1)
_MET = "two notices of a customer are made at the same moment"
# Customers whose moments in a transaction are not further apart have the latest of them: it is one statement then. What
# a replica with a fast clock has given one of them does not become the others'.
_TOGETHER = timedelta(seconds=1)
# What is kept of a transaction: the first moment that was taken in it.
_FIRST = "first moment"


class Moments:
    """When each customer was notified last.

    Who takes a moment changes the customer's row. Of two replicas that do so at once, one is undone and tried again, so
    a notice that can be read is later than all that could be read before, whatever their clocks say: in a list that has
    the newest first, it is above them. Whoever goes on from the last one that they have seen misses none.
    """

    def __init__(self, uow: mongo.UnitOfWork) -> None:
        self._uow = uow

    def take(self, customer_id: str, earliest: datetime) -> datetime:
        """The moment of a customer's next notice, `earliest` or later; errors.Aborted when another takes one, too."""
        if customer_id not in self._ahead:
            self.read_ahead([customer_id])
        last: datetime | None = self._ahead[customer_id]
        at = earliest if last is None else max(earliest, last + TICK)
        if last is None:
            self._uow.writes.insert(MOMENTS.name, [{"_id": customer_id, "time": at}], _MET)
        elif abs(at - self._uow.transaction.ahead[_FIRST].setdefault(MOMENTS.name, at)) <= _TOGETHER:
            self._uow.writes.raise_to(MOMENTS.name, customer_id, "time", at)
        else:
            self._uow.writes.update(MOMENTS.name, customer_id, {"time": at})
        self._ahead[customer_id] = at
        return at

    def read_ahead(self, customers: Several[str]) -> None:
        """Reads at once when these were notified last; this transaction does not ask the server for it again."""
        with translated():
            found = list(self._rows.find({"_id": {"$in": [*customers]}}, session=self._uow.session))
        self._ahead.update({**dict.fromkeys(customers), **{row["_id"]: row["time"] for row in found}})

    def delete_of(self, customer_id: str) -> None:
        """Forgets a customer."""
        self._ahead.clear()
        with translated():
            self._rows.delete_many({"_id": customer_id}, session=self._uow.session)

    @property
    def _rows(self) -> "pymongo_collection.Collection[Document]":
        return self._uow.collection(MOMENTS.name)

    @property
    def _ahead(self) -> "dict[str, datetime | None]":
        return self._uow.transaction.ahead[MOMENTS.name]
