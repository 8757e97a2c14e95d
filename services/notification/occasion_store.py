"""The occasions to notify customers, with what became of them, in MongoDB."""

from collections.abc import Collection as Several
from datetime import datetime

from pymongo import collection as pymongo_collection

from services.notification.model import History, Occasion
from services.runtime.stores import mongo
from services.runtime.stores.mapping import Form
from services.runtime.stores.mongo_errors import translated
from services.runtime.stores.mongo_schema import Collection, Field, index
from services.runtime.stores.mongo_writes import Document

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
    (index("about"), index("customer_id")),
)
_OCCASION = Form(__name__, "Occasions", Occasion, OCCASIONS.storage, key="occasion_id")


class Occasions:
    """Occasions and their outcomes: added, never changed, so that there is nothing to audit."""

    def __init__(self, uow: mongo.UnitOfWork) -> None:
        self._uow = uow

    def add(self, occasion: Occasion, *, again: bool) -> None:
        """Keeps one, or what became of it when it came `again`; errors.Aborted when another replica is quicker."""
        row, here = _OCCASION.dump(occasion), {"_id": occasion.occasion_id}
        if again:
            with translated():
                self._rows.replace_one(here, row, session=self._uow.session)
            self._ahead.pop(occasion.about, None)
        else:
            self._uow.writes.insert(OCCASIONS.name, [{**here, **row}], "the occasion came twice at the same moment")
            if occasion.about in self._ahead:
                self._ahead[occasion.about].append({**here, **row})

    def read_ahead(self, about: Several[str]) -> None:
        """Reads at once all that were about these; this transaction does not ask the server for them again.

        Of one kind at a time: SecantusDB compares each that it finds with all that are asked for, one by one.
        """
        self._ahead.update({each: [] for each in about})
        for row in self._about(about):
            self._ahead[row["about"]].append(row)

    def of(self, *about: str) -> History:
        """All that were about one of these: an application, a customer."""
        named = {each for each in about if each}
        known = named <= self._ahead.keys()
        rows = [row for each in named for row in self._ahead[each]] if known else self._about(named)
        return History(tuple(Occasion(**_OCCASION.load({**row, "occasion_id": row["_id"]})) for row in rows))

    def delete_of(self, customer_id: str) -> None:
        """Removes all of a customer."""
        self._ahead.clear()
        with translated():
            self._rows.delete_many({"customer_id": customer_id}, session=self._uow.session)

    def _about(self, about: Several[str]) -> list[Document]:
        found = self._uow.collection(OCCASIONS.name, lambda row: row["about"] in about)
        with translated():
            return list(found.find({"about": {"$in": [*about]}}, session=self._uow.session))

    @property
    def _rows(self) -> pymongo_collection.Collection[Document]:
        return self._uow.collection(OCCASIONS.name)

    @property
    def _ahead(self) -> dict[str, list[Document]]:
        return self._uow.transaction.ahead[OCCASIONS.name]
