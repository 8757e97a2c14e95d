"""Agreements in MongoDB."""

from typing import Any

from services.agreement.model import Agreement
from services.runtime import errors
from services.runtime.stores import mongo
from services.runtime.stores.json_codec import from_plain, to_plain
from services.runtime.stores.mongo import Mongo, translated
from services.runtime.stores.unit_of_work import EventWriter, Row


class Agreements(mongo.Repository[Agreement]):
    """The agreements, one for each application."""

    collection = "agreements"
    key = "application_id"

    def to_row(self, aggregate: Agreement) -> dict[str, Any]:
        """The columns of an agreement."""
        return {name: value for name, value in to_plain(aggregate).items() if name not in ("version", "events")}

    def from_row(self, row: Row) -> Agreement:
        """The agreement of a row."""
        return from_plain(Agreement, row)

    def read(self, application_id: str) -> Agreement:
        """The agreement to look at; errors.NotFound when it is not made."""
        return _made(self.find(application_id), application_id)

    def of_customer(self, customer_id: str) -> list[Agreement]:
        """Every agreement of a customer, for a change; also those that are not made."""
        with translated():
            rows = list(self.documents.find({"customer_id": customer_id}, session=self.session))
        return [self.tracked(row) for row in rows]

    def change(self, application_id: str) -> Agreement:
        """The agreement for a change; errors.NotFound when it is not made."""
        return _made(self.get(application_id), application_id)


class UnitOfWork(mongo.UnitOfWork):
    """The transaction of a use case of this service."""

    def __init__(self, database: Mongo, outbox: EventWriter | None) -> None:
        super().__init__(database, outbox)
        self.agreements = Agreements(self)


def prepare(database: Mongo) -> None:
    """Makes the collections and indexes; repeatable. errors.Unavailable when the database is out of reach."""
    database.ensure_indexes(Agreements.collection)
    with translated():
        database.database[Agreements.collection].create_index("customer_id")


def _made(agreement: Agreement | None, application_id: str) -> Agreement:
    if agreement is None or agreement.contract is None:
        raise errors.NotFound(
            f"application {application_id} has no agreement", metadata={"application_id": application_id}
        )
    return agreement
