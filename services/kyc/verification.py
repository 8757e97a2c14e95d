"""What an officer found: the checklist as it was filled in, of the customer and of who is bound beside them; pure."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from services.kyc.checklist import Check, CheckEvidence, Checklist, CheckResult, require_unexpired
from services.kyc.evidence import DocumentType, Income, Pin
from services.kyc.identity_papers import IdentityPaper, RenewedPaper, require_last_day
from services.kyc.parties import PartyVerification, check_identifies, check_own_documents


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

    def require_last_days(self) -> None:
        """Refuses IDENTITY_EXPIRY_MISSING when an identity passed, of whomever, and its last day is not said."""
        if self.identity is CheckResult.PASSED:
            require_last_day(self.identity_paper, self.identity_expiry_date)
        for each in self.parties:
            each.require_last_day()

    def expiry_of(self, customer_id: str) -> date | None:
        """The last day of the identity paper of somebody who is bound; the customer's is that of no party."""
        of_parties = {each.customer_id: each.identity_expiry_date for each in self.parties}
        return of_parties.get(customer_id, self.identity_expiry_date)

    def lacks_last_day(self, customer_id: str) -> bool:
        """Whether the identity of somebody who is bound passed before the last day of its paper had to be said."""
        theirs = next((each for each in self.parties if each.customer_id == customer_id), self)
        is_unsaid = theirs.identity_expiry_date is None and theirs.identity_paper is not IdentityPaper.UNLIMITED
        return is_unsaid and theirs.identity is CheckResult.PASSED

    def with_identity(self, paper: RenewedPaper, shown: Pin, own_id: str, day: date) -> "Verification":
        """With a new identity paper of somebody who is bound; `own_id` is the customer's id.

        Errors: InvalidArgument IDENTITY_EXPIRY_MISSING, FailedPrecondition IDENTITY_EXPIRED; EVIDENCE_MISSING when the
        document shows somebody else already, or is of a kind that shows no one.
        """
        kind, last = paper.identity_paper, paper.identity_expiry_date
        require_last_day(kind, last)
        require_unexpired(CheckResult.PASSED, last, day)
        if paper.customer_id != own_id:
            before = next(each for each in self.parties if each.customer_id == paper.customer_id)
            renewed = replace(before, identity_document=shown, identity_expiry_date=last, identity_paper=kind)
            return self.with_party(renewed, day)
        check_identifies(shown)
        check_own_documents([replace(shown, type=DocumentType.IDENTITY)], self.parties)
        others = (each for each in self.check_evidence if each.check is not Check.IDENTITY)
        evidence = (CheckEvidence(**vars(shown), check=Check.IDENTITY), *others)
        return replace(self, check_evidence=evidence, identity_expiry_date=last, identity_paper=kind)

    def with_party(self, checked: PartyVerification, day: date) -> "Verification":
        """With these checks in place of somebody's earlier ones, if there are any.

        Errors: FailedPrecondition IDENTITY_EXPIRED; EVIDENCE_MISSING when the document shows somebody else already, or
        is of a kind that shows no one.
        """
        check_identifies(checked.identity_document)
        checked.require_unexpired(day)
        checked.require_last_day()
        parties = (*(each for each in self.parties if each.customer_id != checked.customer_id), checked)
        check_own_documents(self._own_papers, parties)
        return replace(self, parties=parties)

    def failed(self, whole: bool) -> tuple[str, ...]:
        """The names of the checks that failed, of the whole or of those that are about the customer alone."""
        names = ("identity", "compliance", *(("project_feasibility", "documents") if whole else ()))
        return tuple(name for name in names if getattr(self, name) is not CheckResult.PASSED)

    @property
    def _own_papers(self) -> list[Pin]:
        """The documents of the decision, and those that show by now who the customer is."""
        renewed = (
            Pin(DocumentType.IDENTITY, each.document_id, each.version, each.sha256)
            for each in self.check_evidence
            if each.check is Check.IDENTITY
        )
        return list({each.document_id: each for each in (*renewed, *self.verified_documents)}.values())
