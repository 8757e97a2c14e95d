"""What is recorded of documents, in MongoDB."""

from collections.abc import Sequence
from typing import Any

from services.document.keys import content_key
from services.document.model import Content, Document, DocumentStatus, Folder, RejectionReason
from services.runtime import errors
from services.runtime.stores import mongo
from services.runtime.stores.json_codec import from_plain, to_plain
from services.runtime.stores.mapping import JSON, FileReference
from services.runtime.stores.mongo import Mongo
from services.runtime.stores.mongo_errors import translated
from services.runtime.stores.mongo_mapping import Mapped
from services.runtime.stores.mongo_paging import Keyset
from services.runtime.stores.mongo_schema import Collection, Field, index
from services.runtime.stores.paging import Page, PageResult
from services.runtime.stores.unit_of_work import EventWriter, Row, Tracked

FOLDERS = Collection(
    "folders",
    (
        Field("application_id", str),
        Field("customer_id", str),
        Field("facility_type", str),
        Field("stage", str),
        Field("versions", JSON),
        Field("removed_count", int, default=0),
        Field("freezes", JSON, default=()),
        Field("pinned", JSON, default=()),
        Field("party_ids", JSON, default=()),
    ),
)
DOCUMENTS = Collection(
    "documents",
    (
        Field("document_id", str),
        Field("application_id", str),
        Field("customer_id", str),
        Field("type", str),
        Field("document_version", int),
        Field("content", JSON),
        Field("file_name", str, default=""),
        Field("uploaded_by", str),
        # As text, which is in order, too, and to the microsecond.
        Field("upload_time", JSON),
        Field("status", str),
        Field("decided_by", str),
        Field("decide_time", JSON, nullable=True),
        Field("rejection_reason", str, nullable=True),
        Field("reason", str),
    ),
    (
        index("application_id", "type", "document_version", unique=True),
        index("application_id", "-upload_time", "-document_id"),
        index("customer_id"),
        index("content.scanned", "status"),
        index("content.scanned", "status", "rejection_reason"),
    ),
)
_FILE_NAME = "file_name"
# What has no verdict yet: undecided, or decided by an officer; what was found infected has one.
_NAMES = [each.name for each in RejectionReason if each is not RejectionReason.INFECTED]
_WAITING: tuple[dict[str, Any], ...] = (
    {"content.scanned": False, "status": {"$in": [DocumentStatus.UPLOADED.name, DocumentStatus.VALIDATED.name]}},
    {"content.scanned": False, "status": DocumentStatus.REJECTED.name, "rejection_reason": {"$in": _NAMES}},
)
_NEWEST_FIRST = Keyset({"upload_time": str, "document_id": str}, descending=True)


class Folders(Mapped[Folder]):
    """The applications that documents belong to."""

    collection, key = FOLDERS, "application_id"
    subject, record_class = "customer_id", "document"


class Documents(Mapped[Document]):
    """The documents. How customers call their files may reveal who they are, so it is kept out of the audit trail."""

    collection, key = DOCUMENTS, "document_id"
    derived = apart = ("content",)
    unaudited = (_FILE_NAME,)
    subject, record_class = "customer_id", "document"
    personal = (_FILE_NAME, "reason")

    def files(self, aggregate: Document) -> Sequence[FileReference]:
        """The content, unless it is removed."""
        if aggregate.status is DocumentStatus.DELETED or not aggregate.content.sha256:
            return ()
        key = content_key(aggregate.application_id, aggregate.document_id)
        return (FileReference(key, aggregate.content.sha256),)

    def derive(self, aggregate: Document) -> dict[str, Any]:
        """What may be audited of the content."""
        return {"content": {name: value for name, value in to_plain(aggregate.content).items() if name != _FILE_NAME}}

    def assemble(self, row: Row) -> dict[str, Any]:
        """The whole content."""
        return {"content": from_plain(Content, {_FILE_NAME: row[_FILE_NAME], **row["content"]})}

    def write(self, tracked: Tracked[Document], row: Row, changed: Row) -> None:
        """Writes the row, with what is never audited."""
        hidden = self.sealed(tracked.aggregate, {_FILE_NAME: tracked.aggregate.content.file_name})
        super().write(tracked, {**row, **hidden}, {**changed, **hidden})

    def read(self, document_id: str) -> Document:
        """The document to look at; errors.NotFound when it was removed, too."""
        return self._present(self.find(document_id), document_id)

    def change(self, document_id: str) -> Document:
        """The document for a change; errors.NotFound when it was removed, too."""
        return self._present(self.get(document_id), document_id)

    def of_application(self, application_id: str) -> list[Document]:
        """Every document of an application."""
        with translated():
            rows = list(self.documents.find({"application_id": application_id}, session=self.session))
        return [self.loaded(row) for row in rows]

    def of_customer(self, customer_id: str) -> list[Document]:
        """Every document of a customer, for a change."""
        with translated():
            rows = list(self.documents.find({"customer_id": customer_id}, session=self.session))
        return [self.tracked(row) for row in rows]

    def quarantined(self, limit: int) -> list[Document]:
        """Documents that wait for the virus scanner."""
        with translated():
            found = [list(self.documents.find(each, session=self.session).limit(limit)) for each in _WAITING]
        return [self.loaded(row) for rows in found for row in rows][:limit]

    def page(self, application_id: str, page: Page) -> PageResult[Document]:
        """The documents of an application, newest first."""
        query = {"application_id": application_id}
        name = f"documents:{application_id}"
        return _NEWEST_FIRST.read(self.documents, self.session, query, page, name).map(self.loaded)

    def _present(self, document: Document | None, document_id: str) -> Document:
        if document is None or document.status is DocumentStatus.DELETED:
            raise errors.NotFound(f"document {document_id} does not exist", metadata={"document_id": document_id})
        return document


class UnitOfWork(mongo.UnitOfWork):
    """The transaction of a use case of this service."""

    def __init__(self, database: Mongo, outbox: EventWriter | None) -> None:
        super().__init__(database, outbox)
        self.folders = Folders(self)
        self.documents = Documents(self)
