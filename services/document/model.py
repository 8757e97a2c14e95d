"""The files of an application: what is recorded of each, which versions there are, and which are missing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto

from services.runtime.aggregate import Aggregate
from services.runtime.errors import FailedPrecondition


class DocumentType(Enum):
    """What a document shows."""

    IDENTITY = auto()
    PROOF_OF_ADDRESS = auto()
    PROOF_OF_INCOME = auto()
    BANK_STATEMENT = auto()
    TAX_RETURN = auto()
    PROJECT_PLAN = auto()
    QUOTE = auto()
    COLLATERAL = auto()
    FINANCIAL_STATEMENT = auto()
    BUSINESS_REGISTRATION = auto()
    OTHER = auto()


class DocumentStatus(Enum):
    """Whether a document was accepted."""

    UPLOADED = auto()
    VALIDATED = auto()
    REJECTED = auto()
    DELETED = auto()


class RejectionReason(Enum):
    """Why an officer rejects a document."""

    UNREADABLE = auto()
    WRONG_TYPE = auto()
    OUTDATED = auto()
    INCOMPLETE = auto()
    MISMATCH = auto()
    OTHER = auto()


class Stage(Enum):
    """How far the application is, as it counts for its documents: they can be removed only from a draft."""

    DRAFT = auto()
    UNDER_WAY = auto()
    ENDED = auto()


@dataclass(frozen=True)
class Content:
    """What was found in an uploaded file; `scanned` says that a virus scanner looked at it."""

    file_name: str
    content_type: str
    size_bytes: int
    sha256: str
    scanned: bool


@dataclass(frozen=True)
class DocumentUploaded:
    """A document was stored."""

    application_id: str
    customer_id: str
    document_id: str
    document_type: DocumentType
    document_version: int
    sha256: str
    uploaded_by: str
    upload_time: datetime


@dataclass(frozen=True)
class DocumentValidated:
    """An officer accepted a document."""

    application_id: str
    customer_id: str
    document_id: str
    document_type: DocumentType
    document_version: int
    decided_by: str
    validate_time: datetime


@dataclass(frozen=True)
class DocumentRejected:
    """An officer rejected a document."""

    application_id: str
    customer_id: str
    document_id: str
    document_type: DocumentType
    document_version: int
    decided_by: str
    rejection_reason: RejectionReason
    reject_time: datetime


@dataclass
class Folder(Aggregate):
    """An application as its documents see it; counts the versions of each type of document."""

    application_id: str
    customer_id: str
    facility_type: str
    stage: Stage = Stage.DRAFT
    versions: dict[str, int] = field(default_factory=dict)

    def next_version(self, kind: DocumentType) -> int:
        """The version of a new document of this type, from 1."""
        self.check_open()
        self.versions[kind.name] = self.versions.get(kind.name, 0) + 1
        return self.versions[kind.name]

    def submit(self) -> None:
        """From here on nothing is removed."""
        if self.stage is Stage.DRAFT:
            self.stage = Stage.UNDER_WAY

    def end(self) -> None:
        """From here on nothing changes."""
        self.stage = Stage.ENDED

    def check_open(self) -> None:
        """Refuses what an application that has ended does not allow."""
        self._require(Stage.DRAFT, Stage.UNDER_WAY)

    def check_draft(self) -> None:
        """Refuses what only a draft allows."""
        self._require(Stage.DRAFT)

    def _require(self, *allowed: Stage) -> None:
        if self.stage not in allowed:
            raise FailedPrecondition.wrong_status("application", self.stage, allowed)


@dataclass
class Document(Aggregate):
    """One version of an uploaded file."""

    document_id: str
    application_id: str
    customer_id: str
    type: DocumentType
    document_version: int
    content: Content
    uploaded_by: str
    upload_time: datetime
    status: DocumentStatus = DocumentStatus.UPLOADED
    decided_by: str = ""
    decide_time: datetime | None = None
    rejection_reason: RejectionReason | None = None
    reason: str = ""

    @classmethod
    def upload(
        cls, document_id: str, folder: Folder, kind: DocumentType, content: Content, by: str, at: datetime
    ) -> "Document":
        """Records a stored file as the next version of its type."""
        version = folder.next_version(kind)
        made = cls(document_id, folder.application_id, folder.customer_id, kind, version, content, by, at)
        made._emit(DocumentUploaded(*made._named, sha256=content.sha256, uploaded_by=by, upload_time=at))
        return made

    def validate(self, by: str, reason: str, at: datetime) -> None:
        """Accepts the document."""
        self._decide(DocumentStatus.VALIDATED, by, reason, at)
        self._emit(DocumentValidated(*self._named, decided_by=by, validate_time=at))

    def reject(self, by: str, rejection_reason: RejectionReason, reason: str, at: datetime) -> None:
        """Rejects the document; the customer has to upload another."""
        self._decide(DocumentStatus.REJECTED, by, reason, at)
        self.rejection_reason = rejection_reason
        self._emit(DocumentRejected(*self._named, decided_by=by, rejection_reason=rejection_reason, reject_time=at))

    def delete(self) -> None:
        """Removes the document unless it was accepted; its record stays."""
        self._require(DocumentStatus.UPLOADED, DocumentStatus.REJECTED)
        self.status = DocumentStatus.DELETED

    def erase(self) -> None:
        """Removes the document and every text about a person, whatever its status."""
        self.status, self.reason = DocumentStatus.DELETED, ""
        self.content = Content("", self.content.content_type, self.content.size_bytes, self.content.sha256, False)

    @property
    def _named(self) -> tuple[str, str, str, DocumentType, int]:
        return self.application_id, self.customer_id, self.document_id, self.type, self.document_version

    def _decide(self, status: DocumentStatus, by: str, reason: str, at: datetime) -> None:
        self._require(DocumentStatus.UPLOADED)
        self.status, self.decided_by, self.reason, self.decide_time = status, by, reason, at

    def _require(self, *allowed: DocumentStatus) -> None:
        if self.status not in allowed:
            raise FailedPrecondition.wrong_status("document", self.status, allowed)


@dataclass(frozen=True)
class ChecklistItem:
    """One required type; `document_id` and `status` are those of its latest document, empty when there is none."""

    type: DocumentType
    document_id: str
    status: DocumentStatus | None


@dataclass(frozen=True)
class Checklist:
    """Which documents an application needs, and which are missing: not there, or rejected."""

    application_id: str
    facility_type: str
    items: tuple[ChecklistItem, ...]
    missing: tuple[DocumentType, ...]

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing

    @classmethod
    def of(cls, folder: Folder, required: Sequence[str], documents: Iterable[Document]) -> "Checklist":
        """Holds the documents that are there against the types that are required, in that order."""
        latest: dict[DocumentType, Document] = {}
        for document in sorted(documents, key=lambda each: each.document_version):
            if document.status is not DocumentStatus.DELETED:
                latest[document.type] = document
        items = tuple(_item(DocumentType[name], latest.get(DocumentType[name])) for name in required)
        missing = tuple(item.type for item in items if item.status in (None, DocumentStatus.REJECTED))
        return cls(folder.application_id, folder.facility_type, items, missing)


def _item(kind: DocumentType, document: Document | None) -> ChecklistItem:
    if document is None:
        return ChecklistItem(kind, "", None)
    return ChecklistItem(kind, document.document_id, document.status)
