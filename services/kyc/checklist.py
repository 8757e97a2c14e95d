"""The checklist of a verification, and the documents that each of its checks rests on; pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

from services.kyc.evidence import DocumentType, Evidence, Pin
from services.kyc.identity_papers import IdentityPaper
from services.runtime.errors import FailedPrecondition


class CheckResult(Enum):
    """The outcome of one check."""

    PASSED = auto()
    FAILED = auto()


class Check(Enum):
    """An item of the checklist."""

    IDENTITY = auto()
    COMPLIANCE = auto()
    PROJECT_FEASIBILITY = auto()
    DOCUMENTS = auto()


# Which documents are about a check; all of them are about DOCUMENTS.
_ABOUT = {
    Check.IDENTITY: frozenset({DocumentType.IDENTITY}),
    Check.COMPLIANCE: frozenset(
        {DocumentType.IDENTITY, DocumentType.PROOF_OF_ADDRESS, DocumentType.BUSINESS_REGISTRATION}
    ),
    Check.PROJECT_FEASIBILITY: frozenset(
        {DocumentType.PROJECT_PLAN, DocumentType.QUOTE, DocumentType.COLLATERAL, DocumentType.FINANCIAL_STATEMENT}
    ),
    Check.DOCUMENTS: frozenset(DocumentType),
}


@dataclass(frozen=True)
class NamedEvidence:
    """A version of a document that an officer says a check rests on."""

    check: Check
    document_id: str
    version: int


@dataclass(frozen=True)
class CheckEvidence(Pin):
    """The same as the document service has it."""

    check: Check


@dataclass(frozen=True)
class Checklist:
    """What the officer says about each of the four checks, with their notes and the documents they rest on.

    `identity_expiry_date` is the last day of the identity document, of the kind `identity_paper`; None where that has
    none, or where it was verified before it had to be said.
    """

    identity: CheckResult
    compliance: CheckResult
    project_feasibility: CheckResult
    documents: CheckResult
    notes: str = ""
    evidence: tuple[NamedEvidence, ...] = ()
    identity_expiry_date: date | None = None
    identity_paper: IdentityPaper | None = None

    def require_unexpired(self, day: date) -> None:
        """Refuses IDENTITY_EXPIRED when identity passed, and its document has expired by that day."""
        require_unexpired(self.identity, self.identity_expiry_date, day)


def require_unexpired(identity: CheckResult, expiry: date | None, day: date) -> None:
    """Refuses IDENTITY_EXPIRED when identity passed, and its document has expired by that day."""
    if identity is CheckResult.PASSED and expiry is not None and expiry < day:
        text = "the identity document has expired"
        raise FailedPrecondition(text, reason="IDENTITY_EXPIRED", metadata={"expiry_date": expiry.isoformat()})


def rested_on(there: Evidence, named: Iterable[NamedEvidence]) -> tuple[CheckEvidence, ...]:
    """What each check rests on: the documents that are named, or those about it that are there.

    Errors: FailedPrecondition DOCUMENTS_CHANGED when a named one is not there in that version.
    """
    known = {(pin.document_id, pin.version): pin for pin in there.documents}
    by_check: dict[Check, list[Pin]] = {}
    for each in named:
        pin = known.get((each.document_id, each.version))
        if pin is None:
            text = f"document {each.document_id} is not there in version {each.version}"
            raise FailedPrecondition(text, reason="DOCUMENTS_CHANGED", metadata={"changed": each.document_id})
        by_check.setdefault(each.check, []).append(pin)
    usual = {check: [pin for pin in there.documents if pin.type in about] for check, about in _ABOUT.items()}
    return tuple(CheckEvidence(**vars(pin), check=check) for check in Check for pin in {**usual, **by_check}[check])
