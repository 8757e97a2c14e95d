"""To which customers' numbers text messages went, in MongoDB, and which answers to them were taken.

A number is kept by its blind index alone, under the service's own key: that of an answer finds the customers, and names
nobody. It is in no audit row, and goes with the customer, or when they have another number.
"""

from datetime import datetime

from pymongo import collection as pymongo_collection

from services.runtime.stores import mongo
from services.runtime.stores.mongo_errors import translated
from services.runtime.stores.mongo_schema import Collection, index
from services.runtime.stores.mongo_writes import Document

# A row for each customer, under their id.
NUMBERS = Collection("numbers", indexes=(index("number_index"),))
# A row for each answer, under the hash of the gateway's id; no gateway says one again after a week.
ANSWERS = Collection("text_answers", indexes=(index("since", expireAfterSeconds=7 * 86_400),))
_MET = "two replicas take the same at the same moment"


class Numbers:
    """The number of each customer that a text message went to last."""

    def __init__(self, uow: mongo.UnitOfWork) -> None:
        self._uow = uow

    def learn(self, customer_id: str, number_index: str, at: datetime) -> None:
        """A message goes to a customer's number."""
        with translated():
            known = self._rows.find_one({"_id": customer_id}, session=self._uow.session)
        now = {"number_index": number_index, "time": at}
        if known is None:
            self._uow.writes.insert(NUMBERS.name, [{"_id": customer_id, **now}], _MET)
        elif known["number_index"] != number_index:
            self._uow.writes.update(NUMBERS.name, customer_id, now)

    def having(self, number_index: str) -> list[str]:
        """The customers whose messages go to a number, by their ids."""
        with translated():
            found = self._rows.find({"number_index": number_index}, {"_id": 1}, session=self._uow.session)
            return sorted(str(row["_id"]) for row in found)

    def forget(self, customer_id: str, before: datetime) -> None:
        """The customer has another number than before then."""
        with translated():
            known = self._rows.find_one({"_id": customer_id}, session=self._uow.session)
        if known is not None and known["time"] < before:
            self.delete_of(customer_id)

    def delete_of(self, customer_id: str) -> None:
        """Forgets a customer."""
        with translated():
            self._rows.delete_many({"_id": customer_id}, session=self._uow.session)

    @property
    def _rows(self) -> "pymongo_collection.Collection[Document]":
        return self._uow.collection(NUMBERS.name)


class Answers:
    """The answers that were taken."""

    def __init__(self, uow: mongo.UnitOfWork) -> None:
        self._uow = uow

    def is_new(self, answer_hash: str, at: datetime) -> bool:
        """Whether an answer was not taken before; it is from now on."""
        rows = self._uow.collection(ANSWERS.name)
        with translated():
            if rows.find_one({"_id": answer_hash}, session=self._uow.session) is not None:
                return False
        self._uow.writes.insert(ANSWERS.name, [{"_id": answer_hash, "since": at}], _MET)
        return True
