"""Who is bound by a loan beside the customer, as their review sees them: each is screened and verified, too; pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum, auto

from services.kyc.checklist import CheckResult, require_unexpired
from services.kyc.evidence import DocumentType, Pin
from services.kyc.identity_papers import IdentityPaper, require_last_day
from services.kyc.risk_tier import RiskTier
from services.kyc.screening import Screening
from services.runtime.errors import FailedPrecondition


class ReviewedRole(Enum):
    """As what somebody is bound."""

    CO_BORROWER = auto()
    GUARANTOR = auto()


@dataclass(frozen=True)
class SubmittedParty:
    """Somebody who agreed to be bound when the application was handed in."""

    customer_id: str
    role: ReviewedRole


@dataclass(frozen=True)
class ReviewedParty:
    """Somebody with what the lists say about them, and how much care that needs."""

    customer_id: str
    role: ReviewedRole
    screening: Screening | None = None
    risk_tier: RiskTier = RiskTier.LOW

    def screened(self, customer_id: str, screening: Screening, tier: RiskTier) -> "ReviewedParty":
        """Them with what a screening found, if it was of them."""
        return replace(self, screening=screening, risk_tier=tier) if customer_id == self.customer_id else self

    @property
    def standing(self) -> tuple[str, ...]:
        """What stands in the way: the lists, that nobody looked into them, or due diligence."""
        return ("sanctions",) if self.screening is None else self.screening.standing


@dataclass(frozen=True)
class PartyChecks:
    """What an officer says about somebody, of that version of their details; 0 for whatever it is now."""

    customer_id: str
    identity: CheckResult
    compliance: CheckResult
    kyc_version: int = 0
    identity_document_id: str = ""
    identity_expiry_date: date | None = None
    identity_paper: IdentityPaper | None = None


@dataclass(frozen=True)
class PartyVerification:
    """The same with the version of the details, and of the document that the identity rests on."""

    customer_id: str
    identity: CheckResult
    compliance: CheckResult
    kyc_version: int
    identity_document: Pin | None
    identity_expiry_date: date | None = None
    identity_paper: IdentityPaper | None = None

    @property
    def failed(self) -> tuple[str, ...]:
        """The names of the checks that failed."""
        return tuple(name for name in ("identity", "compliance") if getattr(self, name) is not CheckResult.PASSED)

    def require_unexpired(self, day: date) -> None:
        """Refuses IDENTITY_EXPIRED when identity passed, and its document has expired by that day."""
        require_unexpired(self.identity, self.identity_expiry_date, day)

    def require_last_day(self) -> None:
        """Refuses IDENTITY_EXPIRY_MISSING when identity passed by a paper whose last day is not said."""
        if self.identity is CheckResult.PASSED:
            require_last_day(self.identity_paper, self.identity_expiry_date)


def check_all_named(parties: Iterable[ReviewedParty], named: Collection[str]) -> None:
    """Refuses PARTY_CHECKS_MISSING unless exactly they are named, each once."""
    wanted = [each.customer_id for each in parties]
    if sorted(wanted) != sorted(named):
        lacking = ",".join(each for each in wanted if each not in named)
        text = "the checks are not those of exactly the people who are bound beside the customer"
        raise FailedPrecondition(text, reason="PARTY_CHECKS_MISSING", metadata={"parties": lacking})


def check_identifies(shown: Pin | None) -> None:
    """Refuses EVIDENCE_MISSING a document that is of another kind than one by which somebody is known.

    The customer's first one has a kind of its own; those of others, and later ones, are handed in as others.
    """
    if shown is not None and shown.type not in (DocumentType.IDENTITY, DocumentType.OTHER):
        text = f"document {shown.document_id} is no identity document, but a {shown.type.name}"
        raise FailedPrecondition(text, reason="EVIDENCE_MISSING", metadata={"document_id": shown.document_id})


def check_own_documents(documents: Iterable[Pin], verified: Iterable[PartyVerification]) -> None:
    """Refuses EVIDENCE_MISSING when one document is to show who two of them are, or who the customer is."""
    named = [pin.document_id for pin in documents if pin.type is DocumentType.IDENTITY]
    named += [each.identity_document.document_id for each in verified if each.identity_document is not None]
    for each in named:
        if named.count(each) > 1:
            text = f"document {each} is named for two people"
            raise FailedPrecondition(text, reason="EVIDENCE_MISSING", metadata={"document_id": each})


def failed_of(parties: Iterable[ReviewedParty], verified: Iterable[PartyVerification]) -> tuple[str, ...]:
    """What of them stands in the way of an approval: `party.` and the check, each once."""
    checks = {each.customer_id: each for each in verified}
    found = [
        f"party.{name}"
        for each in parties
        for name in (
            *(checks[each.customer_id].failed if each.customer_id in checks else ("identity", "compliance")),
            *each.standing,
        )
    ]
    return tuple(dict.fromkeys(found))
