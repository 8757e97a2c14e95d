"""Agreements in MongoDB."""

from collections.abc import Sequence

from services.agreement.model import Agreement
from services.runtime import errors
from services.runtime.stores import mongo
from services.runtime.stores.mapping import JSON, FileReference
from services.runtime.stores.mongo import Mongo
from services.runtime.stores.mongo_errors import translated
from services.runtime.stores.mongo_mapping import Mapped
from services.runtime.stores.mongo_schema import Collection, Field, index
from services.runtime.stores.unit_of_work import EventWriter

AGREEMENTS = Collection(
    "agreements",
    (
        Field("application_id", str),
        Field("customer_id", str),
        Field("status", str),
        Field("deciders", JSON),
        Field("contract", JSON, nullable=True),
        Field("signing", JSON, nullable=True),
        Field("signed_copy", JSON, nullable=True),
        Field("signed_pdf", JSON, nullable=True),
        Field("signature", JSON, nullable=True),
        Field("update_time", JSON, nullable=True),
        Field("code_times", JSON, default=()),
        Field("parties", JSON, default=()),
        Field("partly_signed_pdf", JSON, nullable=True, default=None),
        Field("files_removed", bool, default=False),
    ),
    (index("customer_id"), index("signed_copy.scanned")),
)


class Agreements(Mapped[Agreement]):
    """The agreements, one for each application."""

    collection, key = AGREEMENTS, "application_id"
    subject, record_class = "customer_id", "agreement"

    def files(self, aggregate: Agreement) -> Sequence[FileReference]:
        """The agreement, signed or not, and the copy that was signed by hand; none once they are removed."""
        if aggregate.contract is None or aggregate.files_removed:
            return ()
        return [FileReference(file.key, file.sha256) for file in aggregate.files]

    def read(self, application_id: str) -> Agreement:
        """The agreement to look at; errors.NotFound when it is not made."""
        return _made(self.find(application_id), application_id)

    def of_customer(self, customer_id: str) -> list[Agreement]:
        """Every agreement of a customer, for a change; also those that are not made."""
        with translated():
            rows = list(self.documents.find({"customer_id": customer_id}, session=self.session))
        return [self.tracked(row) for row in rows]

    def quarantined(self, limit: int) -> list[Agreement]:
        """Agreements, ended or not, whose copy waits for the virus scanner, to look at."""
        waiting = {"signed_copy.scanned": False}
        with translated():
            rows = list(self.documents.find(waiting, session=self.session).limit(limit))
        return [self.loaded(row) for row in rows]

    def change(self, application_id: str) -> Agreement:
        """The agreement for a change; errors.NotFound when it is not made."""
        return _made(self.get(application_id), application_id)


class UnitOfWork(mongo.UnitOfWork):
    """The transaction of a use case of this service."""

    def __init__(self, database: Mongo, outbox: EventWriter | None) -> None:
        super().__init__(database, outbox)
        self.agreements = Agreements(self)


def _made(agreement: Agreement | None, application_id: str) -> Agreement:
    if agreement is None or agreement.contract is None:
        raise errors.NotFound(
            f"application {application_id} has no agreement", metadata={"application_id": application_id}
        )
    return agreement
