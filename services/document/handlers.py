"""The use cases of the document service: unit of work, load, one call on the model, commit.

Content is stored before the transaction that records it begins, and removed again when that fails.
"""

import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

import structlog

from services.document.checklist import Checklist, Pin
from services.document.keys import content_key
from services.document.model import Content, Document, DocumentType, Folder, RejectionReason, Stage
from services.document.ports import Files
from services.document.store import UnitOfWork
from services.lending.facility import facility
from services.retention import expiry_after
from services.runtime import ids, retry
from services.runtime.clock import Clock
from services.runtime.context import caller
from services.runtime.errors import NotFound, PermissionDenied
from services.runtime.files.scanning import Scanner
from services.runtime.files.storing import quarantined
from services.runtime.files.uploads import Upload
from services.runtime.stores.paging import Page, PageResult

# Seconds to wait for the event of an application that is not known here yet: an upload should not be sent twice, a
# reader can ask again; and between two looks.
PATIENCE, _READERS_PATIENCE, _BETWEEN_LOOKS = 1.0, 0.3, 0.05
_ATTEMPTS = 8
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Open:
    """An application was begun, or handed in."""

    application_id: str
    customer_id: str
    facility_type: str
    stage: Stage
    party_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Store:
    """A customer uploads a document."""

    application_id: str
    type: DocumentType
    file: Upload


@dataclass(frozen=True)
class Validate:
    """An officer accepts a document."""

    document_id: str
    reason: str


@dataclass(frozen=True)
class Reject:
    """An officer rejects a document."""

    document_id: str
    rejection_reason: RejectionReason
    reason: str


@dataclass(frozen=True)
class Freeze:
    """An application is being handed in, or is not after all."""

    application_id: str
    freeze_id: str


@dataclass(frozen=True)
class PinDocuments:
    """KYC decides on these documents."""

    application_id: str
    documents: tuple[Pin, ...]


@dataclass(frozen=True)
class App:
    """What the service can do; everything it needs is given at the start."""

    begin: Callable[[], UnitOfWork]
    clock: Clock
    files: Files
    scanner: Scanner

    def store(self, command: Store) -> Document:
        """Stores and records an uploaded document."""
        folder = self._folder(command.application_id, PATIENCE)
        if folder.customer_id != caller().owner_id:
            raise PermissionDenied("the application is not yours", reason="NOT_OWNER")
        document_id, file = ids.new_id(), command.file
        folder.check_takes(command.type, file.content_type)
        key = content_key(folder.application_id, document_id)
        with quarantined(self.files, self.scanner, key, folder.customer_id, file) as scanned:
            content = Content(file.file_name, file.content_type, file.size, file.sha256, scanned)
            return self._record(document_id, folder, command.type, content)

    def validate(self, command: Validate) -> Document:
        """Accepts a document."""
        with self.begin() as uow:
            document = uow.documents.change(command.document_id)
            folder, by = uow.folders.get(document.application_id), caller().holder
            folder.check_decider(by)
            document.validate(by, command.reason, self.clock.now(), folder.is_handed_in)
            uow.commit(why=command.reason)
        return document

    def reject(self, command: Reject) -> Document:
        """Rejects a document."""
        with self.begin() as uow:
            document = uow.documents.change(command.document_id)
            folder, by = uow.folders.get(document.application_id), caller().holder
            folder.check_decider(by)
            document.reject(by, command.rejection_reason, command.reason, self.clock.now(), folder.is_handed_in)
            uow.commit(why=command.reason)
        return document

    def delete(self, document_id: str) -> Document:
        """Removes a document of a draft; what is recorded as removed is gone.

        The record is written first: from then on the document whose content goes is not accepted.
        """
        with self.begin() as whole, self.begin() as uow:
            document = uow.documents.change(document_id)
            uow.folders.get(document.application_id).count_removal()
            document.delete()
            uow.commit()
            whole.flush()
            self.files.delete(content_key(document.application_id, document_id))
            whole.commit()
        return document

    def read(self, document_id: str) -> Document:
        """Reads what is recorded of a document."""
        with self.begin() as uow:
            return uow.documents.read(document_id)

    def download(self, document_id: str) -> tuple[Document, Iterator[bytes]]:
        """The document and its content in chunks; DataLoss when it is not what came."""
        document = self.read(document_id)
        document.check_scanned()
        key = content_key(document.application_id, document_id)
        return document, self.files.stream(key, document.content.sha256)

    def list_documents(self, application_id: str, page: Page) -> PageResult[Document]:
        """Lists the documents of an application, newest first."""
        self._folder(application_id)
        with self.begin() as uow:
            return uow.documents.page(application_id, page)

    def checklist(self, application_id: str) -> Checklist:
        """Holds the documents of an application against what its facility type requires."""
        folder = self._folder(application_id)
        with self.begin() as uow:
            return self._checklist(uow, folder)

    def freeze(self, command: Freeze) -> Checklist:
        """Keeps the documents of a draft that is being handed in, when all that it needs are there."""

        def freeze(folder: Folder, checklist: Checklist) -> None:
            checklist.require_complete()
            folder.freeze(command.freeze_id)

        return self._settle(command.application_id, freeze)

    def release(self, command: Freeze) -> None:
        """Lets the documents go of a draft that was not handed in after all."""
        self._settle(command.application_id, lambda folder, _: folder.release(command.freeze_id))

    def pin(self, command: PinDocuments) -> Checklist:
        """Keeps the documents on which KYC decides, when they are accepted and still the present ones."""

        def pin(folder: Folder, checklist: Checklist) -> None:
            checklist.require_accepted()
            checklist.require_same(command.documents)
            folder.pin(tuple(item.type for item in checklist.items))

        return self._settle(command.application_id, pin)

    def owner_of_application(self, application_id: str) -> str:
        """Names the customer whose application it is."""
        return self._folder(application_id).customer_id

    def owner_of_document(self, document_id: str) -> str:
        """Names the customer whose document it is."""
        return self.read(document_id).customer_id

    def read_ahead(self, application_ids: Collection[str]) -> None:
        """Reads at once, in the open transaction, the folders that its events ask for one after the other."""
        with self.begin() as uow:
            uow.folders.read_ahead(application_ids)
            uow.commit()

    def open(self, command: Open) -> None:
        """Learns of an application, or that it is no draft any more and who is bound by it; idempotent."""
        with self.begin() as uow:
            folder = uow.folders.ensure(_new_folder(command))
            if command.stage is Stage.UNDER_WAY:
                folder.submit(command.party_ids)
            uow.commit()

    def end(self, application_id: str) -> None:
        """Freezes the documents of an application that ended."""
        with self.begin() as uow:
            uow.folders.get(application_id).end()
            uow.commit()

    def erase(self, customer_id: str, ended: datetime) -> None:
        """Removes every file of an erased customer, and the texts about them."""
        with self.begin() as uow:
            for document in uow.documents.of_customer(customer_id):
                document.erase()
                self.files.delete(content_key(document.application_id, document.document_id))
            uow.forget(customer_id, self.clock.now(), expiry_after(ended))
            uow.commit()

    def _folder(self, application_id: str, patience: float = _READERS_PATIENCE) -> Folder:
        # A customer's next call may be quicker than the event of the application that they have just begun.
        until = time.monotonic() + patience
        while True:
            with self.begin() as uow:
                known = uow.folders.find(application_id)
            if known is not None:
                return known
            if time.monotonic() >= until:
                raise NotFound(f"application {application_id} does not exist")
            time.sleep(_BETWEEN_LOOKS)

    def _settle(self, application_id: str, change: Callable[[Folder, Checklist], None]) -> Checklist:
        """Changes a folder by what its checklist says, both of one moment."""
        self._folder(application_id, PATIENCE)

        def settle() -> Checklist:
            with self.begin() as uow:
                folder = uow.folders.get(application_id)
                checklist = self._checklist(uow, folder)
                change(folder, checklist)
                uow.commit()
            return checklist

        return retry.on_conflict(settle, _ATTEMPTS)

    def _checklist(self, uow: UnitOfWork, folder: Folder) -> Checklist:
        required = facility(folder.facility_type).required_documents
        documents = uow.documents.of_application(folder.application_id)
        return Checklist.of(folder, required, documents)

    def _record(self, document_id: str, folder: Folder, kind: DocumentType, content: Content) -> Document:
        def record() -> Document:
            with self.begin() as uow:
                kept, by = uow.folders.get(folder.application_id), caller().holder
                document = Document.upload(document_id, kept, kind, content, by, self.clock.now())
                uow.documents.add(document)
                uow.commit()
            return document

        # An upload cannot be read again, so a conflict is settled here.
        return retry.on_conflict(record, _ATTEMPTS)


def _new_folder(command: Open) -> Folder:
    return Folder(command.application_id, command.customer_id, command.facility_type, command.stage)
