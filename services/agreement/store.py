"""Agreements in MongoDB."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from services.agreement.model import Agreement
from services.runtime import errors
from services.runtime.stores import mongo
from services.runtime.stores.mapping import JSON, FileReference
from services.runtime.stores.mongo import Mongo
from services.runtime.stores.mongo_errors import translated
from services.runtime.stores.mongo_mapping import Mapped
from services.runtime.stores.mongo_schema import Collection, Field, index
from services.runtime.stores.unit_of_work import EventWriter

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SOME_TIME = {"$gt": EPOCH}
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
        Field("sessions", JSON, default=()),
        Field("provider_files", JSON, nullable=True, default=None),
        Field("given", JSON, default=()),
        # Of the signings at a provider: when to look at one next, since when one is there, and the last one's envelope.
        Field("look_time", datetime, nullable=True, default=None),
        Field("open_time", datetime, nullable=True, default=None),
        Field("envelope_id", str, default=""),
    ),
    (
        index("customer_id"),
        index("signed_copy.scanned"),
        index("look_time", partialFilterExpression={"look_time": _SOME_TIME}),
        index("open_time", partialFilterExpression={"open_time": _SOME_TIME}),
        index("envelope_id"),
    ),
)


class Agreements(Mapped[Agreement]):
    """The agreements, one for each application."""

    collection, key = AGREEMENTS, "application_id"
    subject, record_class = "customer_id", "agreement"
    derived = ("look_time", "open_time", "envelope_id")
    # Where codes went, while they are out.
    personal = ("signing.sent_to", "parties.signing.sent_to")

    def derive(self, aggregate: Agreement) -> dict[str, Any]:
        """What its signings at a provider are found by."""
        looks = [each.look_time for each in aggregate.sessions if each.look_time is not None]
        open_ = [each for each in aggregate.sessions if each.is_live or each.is_under_way]
        sent = [each.send_time for each in open_ if each.send_time is not None]
        envelope_id = aggregate.sessions[-1].envelope_id if aggregate.sessions else ""
        return {
            "look_time": min(looks, default=None), "open_time": min(sent, default=None), "envelope_id": envelope_id,
        }  # fmt: skip

    def files(self, aggregate: Agreement) -> Sequence[FileReference]:
        """The agreement, signed or not, the copy signed by hand, and what was given; none once they are removed."""
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

    def with_envelope(self, envelope_id: str) -> str | None:
        """The application whose agreement is at a provider as that envelope, by the last of its signings there."""
        with translated():
            found = self.documents.find_one({"envelope_id": envelope_id}, session=self.session) if envelope_id else None
        return None if found is None else str(found["_id"])

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


class SessionQueue:
    """The signings at a provider about which something is to be done, shared by all replicas."""

    def __init__(self, database: Mongo) -> None:
        self._database = database

    def claim(self, now: datetime, until: datetime) -> str | None:
        """The application about whose signing something is due longest, which no one else gets until then; None.

        errors.Aborted when another replica was quicker: both have read it in their transaction before they wrote it.
        """
        rows = self._database.database[AGREEMENTS.name]
        with translated():
            found = rows.find_one({"look_time": {"$gt": EPOCH, "$lte": now}}, sort=[("look_time", 1)])
        if found is None:
            return None
        seen = found["look_time"]
        return str(found["_id"]) if self._set(str(found["_id"]), until, lambda present: present == seen) else None

    def postpone(self, application_id: str, look: datetime, now: datetime) -> None:
        """Has a signing looked at later, of which nothing is to be noted: no change of the agreement, none to audit.

        One that is due stays so: who has it in hand had put that off, and something was reported of it since.
        """
        self._set(application_id, look, lambda present: present > now)

    def _set(self, application_id: str, look: datetime, fits: Callable[[datetime], bool]) -> bool:
        """Sets when to look next, unless that is none by now, or does not fit."""
        rows, here = self._database.database[AGREEMENTS.name], {"_id": application_id}
        with self._database.transaction() as transaction, translated():
            found = rows.find_one(here, session=transaction.session)
            present = None if found is None else found["look_time"]
            if present is None or not fits(present):
                return False
            rows.update_one(here, {"$set": {"look_time": look}, "$inc": {"revision": 1}}, session=transaction.session)
        return True

    def open_since(self) -> datetime | None:
        """Since when the oldest envelope is at its provider that is not over, or not fetched; None when none is."""
        rows = self._database.database[AGREEMENTS.name]
        with translated():
            found = rows.find_one({"open_time": _SOME_TIME}, sort=[("open_time", 1)])
        since: datetime | None = None if found is None else found["open_time"]
        return since
