"""What is recorded of documents, in MongoDB."""

from typing import Any

from services.document.model import Document, DocumentStatus, Folder
from services.runtime import errors
from services.runtime.stores import mongo
from services.runtime.stores.json_codec import from_plain, to_plain
from services.runtime.stores.mongo import Mongo, translated
from services.runtime.stores.mongo_paging import Keyset
from services.runtime.stores.paging import Page, PageResult
from services.runtime.stores.unit_of_work import EventWriter, Row, Tracked

_FILE_NAME = "file_name"
# Times are kept as texts of ISO 8601 in UTC, which are in order.
_NEWEST_FIRST = Keyset({"upload_time": str, "document_id": str}, descending=True)


class Folders(mongo.Repository[Folder]):
    """The applications that documents belong to."""

    collection = "folders"
    key = "application_id"

    def to_row(self, aggregate: Folder) -> dict[str, Any]:
        """The columns of a folder."""
        return _row(aggregate)

    def from_row(self, row: Row) -> Folder:
        """The folder of a row."""
        return from_plain(Folder, row)


class Documents(mongo.Repository[Document]):
    """The documents. How a customer calls his file may tell who he is, so it is kept out of the audit trail."""

    collection = "documents"
    key = "document_id"

    def to_row(self, aggregate: Document) -> dict[str, Any]:
        """What may be audited of a document."""
        row = _row(aggregate)
        return {**row, "content": {name: value for name, value in row["content"].items() if name != _FILE_NAME}}

    def from_row(self, row: Row) -> Document:
        """The document of a row."""
        return from_plain(Document, {**row, "content": {_FILE_NAME: row.get(_FILE_NAME, ""), **row["content"]}})

    def write(self, tracked: Tracked[Document], row: Row, changed: Row) -> None:
        """Writes the row, with what is never audited."""
        hidden = {_FILE_NAME: tracked.aggregate.content.file_name}
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


def prepare(database: Mongo) -> None:
    """Makes the collections' indexes; repeatable. errors.Unavailable when the database is out of reach."""
    database.ensure_indexes(Folders.collection, Documents.collection)
    with translated():
        documents = database.database[Documents.collection]
        documents.create_index([("application_id", 1), ("type", 1), ("document_version", 1)], unique=True)
        documents.create_index([("application_id", 1), ("upload_time", -1), ("document_id", -1)])
        documents.create_index("customer_id")


def _row(aggregate: Folder | Document) -> dict[str, Any]:
    return {name: value for name, value in to_plain(aggregate).items() if name not in ("version", "events")}
