"""The files of an application: what is recorded of each, which versions there are, and which are missing."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum, auto

from services.outsiders import require_outsider
from services.runtime.aggregate import Aggregate
from services.runtime.errors import FailedPrecondition, InvalidArgument

# A statement that programs read; no picture of anything.
XML = "application/xml"


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
    INFECTED = auto()


class Stage(Enum):
    """How far the application is, as it counts for its documents: they can be removed only from a draft."""

    DRAFT = auto()
    UNDER_WAY = auto()
    ENDED = auto()


@dataclass(frozen=True)
class Content:
    """What was found in an uploaded file; until it is `scanned` for viruses it is in quarantine."""

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
    handed_in: bool


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
    handed_in: bool


@dataclass
class Folder(Aggregate):
    """An application as its documents see it; counts the versions of each type of document.

    `freezes` name the submissions under way, `pinned` the types on whose document KYC decided, `party_ids` who is bound
    beside the customer, once it is handed in.
    """

    application_id: str
    customer_id: str
    facility_type: str
    stage: Stage = Stage.DRAFT
    versions: dict[str, int] = field(default_factory=dict)
    removed_count: int = 0
    freezes: tuple[str, ...] = ()
    pinned: tuple[DocumentType, ...] = ()
    party_ids: tuple[str, ...] = ()

    def next_version(self, kind: DocumentType) -> int:
        """The version of a new document of this type, from 1."""
        self.check_takes(kind)
        self.versions[kind.name] = self.versions.get(kind.name, 0) + 1
        return self.versions[kind.name]

    def count_removal(self) -> None:
        """Notes that a document goes, which a draft allows: a freeze or a pin at the same moment conflicts with it."""
        self.check_draft()
        self.removed_count += 1

    def freeze(self, freeze_id: str) -> None:
        """Keeps what is there of a draft that is being handed in."""
        self.check_open()
        if freeze_id not in self.freezes:
            self.freezes = (*self.freezes, freeze_id)

    def release(self, freeze_id: str) -> None:
        """Ends a freeze."""
        self.freezes = tuple(each for each in self.freezes if each != freeze_id)

    def pin(self, kinds: tuple[DocumentType, ...]) -> None:
        """Keeps the documents of these types as they are, because it was decided on them."""
        self.check_open()
        self.pinned = kinds

    def submit(self, party_ids: tuple[str, ...] = ()) -> None:
        """From here on nothing is removed, and who is bound is known."""
        if self.stage is Stage.DRAFT:
            self.stage, self.freezes = Stage.UNDER_WAY, ()
        self.party_ids = party_ids

    def end(self) -> None:
        """From here on nothing changes."""
        self.stage = Stage.ENDED

    def check_open(self) -> None:
        """Refuses what an application that has ended does not allow."""
        self._require(Stage.DRAFT, Stage.UNDER_WAY)

    def check_decider(self, by: str) -> None:
        """Refuses what an application that has ended does not allow, and an officer who is bound by the loan."""
        self.check_open()
        require_outsider(by, (self.customer_id, *self.party_ids))

    def check_draft(self) -> None:
        """Refuses what only a draft allows, and one that is being handed in is none any more."""
        self._require(Stage.DRAFT)
        if self.freezes:
            raise FailedPrecondition.wrong_status("application", "being handed in", (Stage.DRAFT,))

    @property
    def is_handed_in(self) -> bool:
        """Whether the application was handed in, or is being; its own event of that may still be on its way."""
        return bool(self.freezes) or self.stage is not Stage.DRAFT

    def check_takes(self, kind: DocumentType, content_type: str = "") -> None:
        """Refuses another version of a document on which it was decided, any after the end, and XML of another type."""
        if content_type == XML and kind is not DocumentType.BANK_STATEMENT:
            raise InvalidArgument.field("file", "is XML, which only a bank statement is", reason="FILE_TYPE_REFUSED")
        self.check_open()
        if kind in self.pinned:
            text = f"KYC decided on the {kind.name} that is there"
            raise FailedPrecondition(text, reason="DOCUMENT_PINNED")

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

    def validate(self, by: str, reason: str, at: datetime, handed_in: bool = False) -> None:
        """Accepts the document, of an application that was handed in or of a draft."""
        self.check_scanned()
        self._decide(DocumentStatus.VALIDATED, by, reason, at)
        self._emit(DocumentValidated(*self._named, decided_by=by, validate_time=at, handed_in=handed_in))

    def reject(
        self, by: str, rejection_reason: RejectionReason, reason: str, at: datetime, handed_in: bool = False
    ) -> None:
        """Rejects the document; the customer has to upload another."""
        self._decide(DocumentStatus.REJECTED, by, reason, at)
        self.rejection_reason = rejection_reason
        self._emit(DocumentRejected(*self._named, by, rejection_reason, at, handed_in))

    def check_scanned(self) -> None:
        """Refuses DOCUMENT_QUARANTINED what no virus scanner has looked at."""
        if not self.content.scanned:
            raise FailedPrecondition("no virus scanner has looked at the file yet", reason="DOCUMENT_QUARANTINED")

    def release(self) -> None:
        """Ends the quarantine: the virus scanner found nothing."""
        self.content = replace(self.content, scanned=True)

    def condemn(self, at: datetime, handed_in: bool = False) -> None:
        """Ends the quarantine: the virus scanner found something, and the customer has to upload another.

        Of one that was rejected meanwhile the customer knows that; who rejected it stays.
        """
        self._require(DocumentStatus.UPLOADED, DocumentStatus.VALIDATED, DocumentStatus.REJECTED)
        rejected, self.rejection_reason = self.status is DocumentStatus.REJECTED, RejectionReason.INFECTED
        if rejected:
            return
        self.status, self.decided_by, self.decide_time = DocumentStatus.REJECTED, "", at
        self._emit(DocumentRejected(*self._named, "", RejectionReason.INFECTED, at, handed_in))

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
