"""The document service as a KYC review sees it, in memory."""

from services.kyc.evidence import DocumentType, Evidence, Pin
from services.runtime.errors import FailedPrecondition

REQUIRED = (DocumentType.IDENTITY, DocumentType.PROOF_OF_INCOME)


class FakeEvidence:
    """services.kyc.ports.Documents: all required documents are accepted, unless their types are in `lacking`.

    `versions` says which version of a type is there, the first unless set; `pinned` are the documents of decisions;
    `others` are accepted ones that are not required.
    """

    def __init__(self) -> None:
        self.lacking: set[DocumentType] = set()
        self.versions: dict[DocumentType, int] = {}
        self.pinned: dict[str, tuple[Pin, ...]] = {}
        self.others: set[str] = set()

    def evidence(self, application_id: str) -> Evidence:
        return Evidence(tuple(self._pin(kind) for kind in REQUIRED), tuple(k for k in REQUIRED if k in self.lacking))

    def pin(self, application_id: str, documents: tuple[Pin, ...]) -> None:
        present = self.evidence(application_id)
        present.require_accepted()
        if set(documents) != set(present.documents):
            raise FailedPrecondition("they are others by now", reason="DOCUMENTS_CHANGED")
        self.pinned[application_id] = documents

    def accepted_document(self, application_id: str, document_id: str) -> Pin:
        if document_id not in self.others:
            raise FailedPrecondition("it is none", reason="EVIDENCE_MISSING")
        return Pin(DocumentType.OTHER, document_id, 1, "0f" * 32)

    def _pin(self, kind: DocumentType) -> Pin:
        version = self.versions.get(kind, 1)
        return Pin(kind, f"00000000-0000-4000-8000-{kind.value:06}{version:06}", version, f"{version:02x}" * 32)
