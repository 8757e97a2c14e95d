"""What an officer found: the checklist as it was filled in, of the customer and of who is bound beside them; pure."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from services.kyc.checklist import CheckEvidence, Checklist, CheckResult
from services.kyc.evidence import Income, Pin
from services.kyc.parties import PartyVerification, check_own_documents


@dataclass(frozen=True)
class Verification(Checklist):
    """A checklist as it was filled in: by whom, when, and on which version of the customer's details and documents."""

    verified_by: str = ""
    verify_time: datetime | None = None
    kyc_version: int = 0
    verified_documents: tuple[Pin, ...] = ()
    income: Income | None = None
    check_evidence: tuple[CheckEvidence, ...] = ()
    parties: tuple[PartyVerification, ...] = ()

    def require_unexpired(self, day: date) -> None:
        """Refuses IDENTITY_EXPIRED when an identity passed, of whomever, and its document has expired by that day."""
        super().require_unexpired(day)
        for each in self.parties:
            each.require_unexpired(day)

    def with_party(self, checked: PartyVerification, day: date) -> "Verification":
        """With these checks in place of somebody's earlier ones, if there are any.

        Errors: FailedPrecondition IDENTITY_EXPIRED; EVIDENCE_MISSING when the document shows somebody else already.
        """
        checked.require_unexpired(day)
        parties = (*(each for each in self.parties if each.customer_id != checked.customer_id), checked)
        check_own_documents(self.verified_documents, parties)
        return replace(self, parties=parties)

    def failed(self, whole: bool) -> tuple[str, ...]:
        """The names of the checks that failed, of the whole or of those that are about the customer alone."""
        names = ("identity", "compliance", *(("project_feasibility", "documents") if whole else ()))
        return tuple(name for name in names if getattr(self, name) is not CheckResult.PASSED)
