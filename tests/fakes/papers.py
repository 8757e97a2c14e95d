"""services.risk.ports.Documents, in memory: files by the ids of documents, and which of them are accepted."""

from services.risk.collateral_valuation import Evidence
from services.runtime.errors import FailedPrecondition, NotFound, Unavailable


class FakePapers:
    """Documents; of a `quarantined` one nobody gets the content, and while `away` nobody gets any."""

    def __init__(self) -> None:
        self.files: dict[str, tuple[str, bytes]] = {}
        self.owned: dict[str, str] = {}
        self.quarantined: set[str] = set()
        # Those that were replaced by another content since.
        self.replaced: set[str] = set()
        self.away = False

    def content(self, document_id: str) -> tuple[str, bytes]:
        if self.away:
            raise Unavailable("the document service is away")
        if document_id in self.quarantined:
            raise FailedPrecondition("no virus scanner has looked at it", reason="DOCUMENT_QUARANTINED")
        if document_id not in self.files:
            raise NotFound("no such document")
        return self.files[document_id]

    def accepted_evidence(self, application_id: str, document_id: str) -> Evidence:
        if self.owned.get(document_id) != application_id:
            raise FailedPrecondition("it is no accepted one", reason="EVIDENCE_MISSING")
        return Evidence(document_id, ("1" if document_id in self.replaced else "0") * 64)
