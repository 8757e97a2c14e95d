"""The review of one application: who checks it, what they found, what was decided. Pure Python, no I/O, no clock."""

from dataclasses import dataclass
from datetime import datetime

from services.kyc.anew import Anew
from services.kyc.checklist import Checklist, CheckResult, rested_on
from services.kyc.decision import Decision
from services.kyc.events import (
    ApprovedParty,
    KycApproved,
    KycRejected,
    KycRejectionReason,
    KycVerificationStarted,
    ProjectValidated,
)
from services.kyc.evidence import DocumentType, Evidence, Income
from services.kyc.identity_papers import IdentityRenewal
from services.kyc.information import InformationRequest
from services.kyc.officers import OfficerSkill
from services.kyc.parties import (
    PartyVerification,
    ReviewedParty,
    SubmittedParty,
    check_all_named,
    check_identifies,
    check_own_documents,
    failed_of,
)
from services.kyc.risk_tier import REVIEW_ALLOWED, RiskTier, amount_tier
from services.kyc.screening import Screening
from services.kyc.status import ReviewStatus as S
from services.kyc.verification import Verification
from services.runtime.errors import Aborted, FailedPrecondition, PermissionDenied
from services.runtime.money import Money


@dataclass
class Review(Anew):
    """The review of one application."""

    application_id: str
    customer_id: str
    submit_time: datetime
    status: S = S.PENDING
    officer_id: str = ""
    assign_time: datetime | None = None
    verification: Verification | None = None
    screening: Screening | None = None
    project_validated: bool = False
    decided_by: str = ""
    rejection_reason: KycRejectionReason | None = None
    reason: str = ""
    decide_time: datetime | None = None
    applied_income: Money | None = None
    information_requests: tuple[InformationRequest, ...] = ()
    applied_amount: Money | None = None
    risk_tier: RiskTier = RiskTier.LOW
    due_time: datetime | None = None
    escalate_time: datetime | None = None
    parties: tuple[ReviewedParty, ...] = ()
    identity_renewals: tuple[IdentityRenewal, ...] = ()

    @classmethod
    def open(
        cls, application_id: str, customer_id: str, submit_time: datetime, amount: Money | None, income: Money | None,
        parties: tuple[SubmittedParty, ...] = (),
    ) -> "Review":  # fmt: skip
        """Makes the review of an application that was submitted; it is due from then on."""
        tier = amount_tier(amount, income)
        return cls(
            application_id, customer_id, submit_time, applied_income=income, applied_amount=amount, risk_tier=tier,
            due_time=submit_time + REVIEW_ALLOWED[tier],
            parties=tuple(ReviewedParty(each.customer_id, each.role) for each in parties),
        )  # fmt: skip

    @property
    def risk_rank(self) -> int:
        """Its place by risk: 0 is the highest."""
        return len(RiskTier) - self.risk_tier.value

    @property
    def needed_skills(self) -> tuple[OfficerSkill, ...]:
        """What its officer should be trained for."""
        return (OfficerSkill.ENHANCED_DUE_DILIGENCE,) if self.risk_tier is RiskTier.HIGH else ()

    def screening_of(self, customer_id: str) -> Screening | None:
        """What the lists say about one of them; None before anybody looked."""
        of_parties = {each.customer_id: each.screening for each in self.parties}
        return self.screening if customer_id == self.customer_id else of_parties.get(customer_id)

    def screened(self, customer_id: str, screening: Screening, tier: RiskTier) -> None:
        """Takes what a screening of one of them found, also of a loan that runs; more risk leaves less time."""
        if self.status in (S.REJECTED, S.CLOSED):
            return
        before = self.screening_of(customer_id)
        found = screening if before is None or not before.says_the_same(screening) else before
        if customer_id == self.customer_id:
            self.screening, lowest = found, amount_tier(self.applied_amount, self.applied_income)
        else:
            # What the customer's own screening calls for is known again with the next of theirs.
            self.parties, lowest = (
                tuple(each.screened(customer_id, found, tier) for each in self.parties),
                self.risk_tier,
            )
        tiers = lowest, tier, *(each.risk_tier for each in self.parties)
        self.risk_tier = max(tiers, key=lambda each: each.value)
        if self.is_open and self.due_time is not None and self.status is not S.INFORMATION_REQUESTED:
            self.due_time = min(self.due_time, screening.screen_time + REVIEW_ALLOWED[self.risk_tier])

    def check_assignable(self, by: str) -> None:
        """Refuses a review that is verified already, or has ended; and a manager who is bound by the loan."""
        self._require(S.PENDING, S.ASSIGNED, S.INFORMATION_REQUESTED)
        self.require_outsider(by)

    def assign(self, officer_id: str, by: str, at: datetime) -> None:
        """Gives the review to an officer; until it is verified another may take over."""
        self.check_assignable(by)
        first = self.status is S.PENDING
        self.officer_id, self.assign_time = officer_id, at
        if self.escalate_time is not None:
            self._due(at)
        if first:
            self.status = S.ASSIGNED
            self._emit(KycVerificationStarted(self.application_id, self.customer_id, officer_id, by, at))

    def verify(
        self, checklist: Checklist, screening: Screening, kyc_version: int, evidence: Evidence, income: Income,
        by: str, at: datetime, parties: tuple[PartyVerification, ...] = (),
    ) -> None:  # fmt: skip
        """Fills the checklist in, or replaces it; it is about this version of the customer's details and this evidence,
        and has the checks of everybody who is bound beside them.

        An officer who waits for the customer may go on without the answer, so that no review waits for ever.
        """
        self.check_verifier(by)
        filled = Verification(
            **vars(checklist), verified_by=by, verify_time=at, kyc_version=kyc_version,
            verified_documents=evidence.documents, income=income,
            check_evidence=rested_on(evidence, checklist.evidence), parties=parties,
        )  # fmt: skip
        check_all_named(self.parties, [each.customer_id for each in parties])
        check_own_documents(evidence.documents, parties)
        for each in parties:
            check_identifies(each.identity_document)
        filled.require_unexpired(at.date())
        filled.require_last_days()
        if checklist.documents is CheckResult.PASSED:
            evidence.require_accepted()
        if checklist.identity is CheckResult.PASSED:
            # The customer can be approved without the project, and without its documents.
            evidence.require_accepted(DocumentType.IDENTITY)
        if not filled.failed(whole=True):
            income.require_explained()
        self.screening = screening
        if self.status is S.INFORMATION_REQUESTED:
            self._resume(False, at)
        self.verification, self.status = filled, S.VERIFIED
        self._due(at)
        if checklist.project_feasibility is CheckResult.PASSED and not self.project_validated:
            self.project_validated = True
            self._emit(ProjectValidated(self.application_id, self.customer_id, by, at))

    def check_decision(self, decision: Decision, by: str) -> Verification:
        """What is decided on; refuses who verified or cleared a hit, or is bound, and to approve what did not pass."""
        verification = self._verified()
        self.require_outsider(by)
        screenings = filter(None, map(self.screening_of, self.persons))
        if by == verification.verified_by or any(by in each.cleared_by for each in screenings):
            raise PermissionDenied("who verified or cleared a hit does not decide", reason="MAKER_CHECKER")
        if decision.customer_approved:
            self._check_passed(verification, whole=decision.approves)
        return verification

    def decide(self, decision: Decision, seen: Verification, by: str, at: datetime) -> None:
        """Takes the manager's decision on the verification that they have seen."""
        verification = self.check_decision(decision, by)
        if verification != seen:
            raise Aborted("it was verified again at the same moment")
        if decision.customer_approved:
            verification.require_unexpired(at.date())
        self.decided_by, self.decide_time, self.reason = by, at, decision.reason
        self.due_time = self.escalate_time = None
        ids = self.application_id, self.customer_id, verification.verified_by, by
        if decision.approves:
            self.status = S.APPROVED
            income = verification.income.relied_on if verification.income else None
            others = tuple(ApprovedParty(each.customer_id, each.kyc_version) for each in verification.parties)
            self._emit(KycApproved(*ids, at, verification.kyc_version, income, others))
        else:
            self.status, self.rejection_reason = S.REJECTED, decision.rejection_reason or KycRejectionReason.OTHER
            self._emit(
                KycRejected(*ids, self.rejection_reason, at, verification.kyc_version, decision.customer_approved)
            )

    def close(self) -> None:
        """Ends an open review because the application ended elsewhere; one that has ended stays as it is."""
        if self.is_open:
            self.status, self.due_time, self.escalate_time = S.CLOSED, None, None
        # The loan is over: nobody needs a new paper for it.
        self.identity_renewals = ()

    def _verified(self) -> Verification:
        self._require(S.VERIFIED)
        assert self.verification is not None
        return self.verification

    def _check_passed(self, verification: Verification, whole: bool) -> None:
        sanctions = ("sanctions",) if self.screening is None else self.screening.standing
        others = failed_of(self.parties, verification.parties) if whole else ()
        failed = verification.failed(whole) + sanctions + others
        if failed:
            listed = ",".join(failed)
            raise FailedPrecondition(f"not passed: {listed}", reason="CHECKLIST_FAILED", metadata={"failed": listed})
