"""The checklist of an application: which documents it needs, which are missing, and which count as evidence; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.document.model import Document, DocumentStatus, DocumentType, Folder
from services.runtime.errors import FailedPrecondition


@dataclass(frozen=True)
class Pin:
    """One version of a document, as somebody looked at it."""

    type: DocumentType
    document_id: str
    version: int
    sha256: str


@dataclass(frozen=True)
class ChecklistItem:
    """One required type and its latest document, whose `document_id` and `sha256` are empty when there is none.

    `accepted` says that it counts as evidence: an officer accepted it, and the virus scanner found nothing.
    """

    type: DocumentType
    document_id: str = ""
    status: DocumentStatus | None = None
    version: int = 0
    sha256: str = ""
    scanned: bool = False
    accepted: bool = False

    @property
    def missing(self) -> bool:
        """Whether there is none, or only a rejected one."""
        return self.status in (None, DocumentStatus.REJECTED)

    @property
    def pin(self) -> Pin:
        """The version that is there."""
        return Pin(self.type, self.document_id, self.version, self.sha256)


@dataclass(frozen=True)
class Checklist:
    """Which documents an application needs, one item for each type, in the facility's order."""

    application_id: str
    facility_type: str
    items: tuple[ChecklistItem, ...]

    @classmethod
    def of(cls, folder: Folder, required: Sequence[str], documents: Iterable[Document]) -> "Checklist":
        """Holds the documents that are there against what is required."""
        latest: dict[DocumentType, Document] = {}
        for document in sorted(documents, key=lambda each: each.document_version):
            if document.status is not DocumentStatus.DELETED:
                latest[document.type] = document
        items = tuple(_item(DocumentType[name], latest.get(DocumentType[name])) for name in required)
        return cls(folder.application_id, folder.facility_type, items)

    @property
    def missing(self) -> tuple[DocumentType, ...]:
        """The types of which no document is there, or only a rejected one."""
        return tuple(item.type for item in self.items if item.missing)

    @property
    def lacking(self) -> tuple[DocumentType, ...]:
        """The types of which no document is accepted in its present version."""
        return tuple(item.type for item in self.items if not item.accepted)

    def require_complete(self) -> None:
        """Refuses DOCUMENTS_MISSING an application from which something is missing."""
        if self.missing:
            listed = _names(self.missing)
            text = f"required documents are missing: {listed}"
            raise FailedPrecondition(text, reason="DOCUMENTS_MISSING", metadata={"missing": listed})

    def require_accepted(self) -> None:
        """Refuses DOCUMENTS_NOT_ACCEPTED an application of which a required document is no evidence yet."""
        if self.lacking:
            listed = _names(self.lacking)
            text = f"required documents are not accepted: {listed}"
            raise FailedPrecondition(text, reason="DOCUMENTS_NOT_ACCEPTED", metadata={"lacking": listed})

    def require_same(self, seen: Iterable[Pin]) -> None:
        """Refuses DOCUMENTS_CHANGED when somebody saw others than those that are there now."""
        known = set(seen)
        changed = [item.type for item in self.items if item.pin not in known]
        if changed:
            listed = _names(changed)
            text = f"documents are not those that were verified: {listed}"
            raise FailedPrecondition(text, reason="DOCUMENTS_CHANGED", metadata={"changed": listed})


def _item(kind: DocumentType, document: Document | None) -> ChecklistItem:
    if document is None:
        return ChecklistItem(kind)
    content = document.content
    accepted = document.status is DocumentStatus.VALIDATED and content.scanned
    return ChecklistItem(
        kind,
        document.document_id,
        document.status,
        document.document_version,
        content.sha256,
        content.scanned,
        accepted,
    )


def _names(kinds: Iterable[DocumentType]) -> str:
    return ",".join(kind.name for kind in kinds)
