"""What is verified anew after the approval: who is bound and has other details, whoever has a new paper; pure."""

from dataclasses import replace
from datetime import date, datetime

from services.kyc.checklist import CheckResult
from services.kyc.events import KycIdentityExpiring, KycPartyVerified, KycReviewOverdue
from services.kyc.evidence import Pin
from services.kyc.identity_papers import IdentityRenewal, RenewedPaper, expires_soon
from services.kyc.parties import PartyVerification
from services.kyc.status import ReviewStatus as S
from services.kyc.verification import Verification
from services.kyc.waiting import Waiting
from services.runtime.errors import NotFound, PermissionDenied


class Anew(Waiting):
    """The part of services.kyc.model.Review that is about what changes while the loan runs; the fields are its own."""

    verification: Verification | None
    decided_by: str
    identity_renewals: tuple[IdentityRenewal, ...]

    @property
    def renewal_due_time(self) -> datetime | None:
        """By when the first of the new identity papers is to be there; None when none is asked for."""
        return min((each.due_time for each in self.identity_renewals), default=None)

    @property
    def renewal_tell_time(self) -> datetime | None:
        """When next staff are told that one is not there in time; None when there is nothing more to tell."""
        return min((each.due_time for each in self.identity_renewals if each.escalate_time is None), default=None)

    def approved(self) -> Verification:
        """What was approved; refuses a review that was not."""
        self._require(S.APPROVED)
        assert self.verification is not None, "what is approved was verified"
        return self.verification

    def check_anew(self, customer_id: str, by: str) -> Verification:
        """What was approved; refuses who decided or is bound, and to verify somebody anew who is not bound."""
        verification = self.approved()
        self.require_outsider(by)
        if by == self.decided_by:
            raise PermissionDenied("who decided on the review verifies nobody anew", reason="MAKER_CHECKER")
        if customer_id not in self.persons:
            raise NotFound(f"customer {customer_id} is not bound by the loan")
        return verification

    def check_party(self, customer_id: str, by: str) -> Verification:
        """The same of who is bound beside the customer."""
        verification = self.check_anew(customer_id, by)
        if customer_id == self.customer_id:
            raise NotFound(f"customer {customer_id} is not bound beside the customer")
        return verification

    def verify_party(self, checked: PartyVerification, by: str, at: datetime) -> None:
        """Replaces the checks of somebody whose details have changed since the approval."""
        self.verification = self.check_party(checked.customer_id, by).with_party(checked, at.date())
        if checked.identity is CheckResult.PASSED:
            self._end_renewals(checked.customer_id, checked.identity_expiry_date)
        ids, version = (self.application_id, self.customer_id, checked.customer_id), checked.kyc_version
        self._emit(KycPartyVerified(*ids, version, not checked.failed, by, at))

    def watch_identity(self, customer_id: str, day: date, at: datetime) -> bool:
        """Asks for a new identity paper when that of somebody who is bound is about to expire, or has; whether it did.

        It is asked for once: until there is another one, or the loan ends. Where nobody said the last day, an officer
        reads it from the document: the customer is not told.
        """
        if self.status is not S.APPROVED or self._renewals_of(customer_id):
            return False
        verification = self.approved()
        expiry = verification.expiry_of(customer_id)
        if not (expires_soon(expiry, day) or verification.lacks_last_day(customer_id)):
            return False
        renewal = IdentityRenewal.ask(customer_id, expiry, at)
        self.identity_renewals = (*self.identity_renewals, renewal)
        if expiry is not None:
            party = customer_id if customer_id != self.customer_id else ""
            self._emit(KycIdentityExpiring(self.application_id, self.customer_id, party, renewal.due_time, at))
        return True

    def renew_identity(self, paper: RenewedPaper, shown: Pin, by: str, at: datetime) -> None:
        """Takes the new paper of somebody who is bound, which an accepted document shows."""
        verification = self.check_anew(paper.customer_id, by)
        renewed = verification.with_identity(paper, shown, self.customer_id, at.date())
        for each in self._renewals_of(paper.customer_id):
            each.require_answered(paper.identity_expiry_date)
        self.verification = renewed
        self._end_renewals(paper.customer_id, paper.identity_expiry_date)

    def escalate_renewals(self, at: datetime) -> bool:
        """Notes which new papers are not there in time, and has staff told; whether any is new."""
        late = [each for each in self.identity_renewals if each.escalate_time is None and each.due_time <= at]
        if not late:
            return False
        self.identity_renewals = tuple(
            replace(each, escalate_time=at) if each in late else each for each in self.identity_renewals
        )
        due = min(each.due_time for each in late)
        self._emit(KycReviewOverdue(self.application_id, self.customer_id, due, at))
        return True

    def _renewals_of(self, customer_id: str) -> tuple[IdentityRenewal, ...]:
        return tuple(each for each in self.identity_renewals if each.customer_id == customer_id)

    def _end_renewals(self, customer_id: str, expiry: date | None) -> None:
        """Ends what a paper that is good until then answers: by the old one nobody needs to ask less."""
        ended = tuple(each for each in self._renewals_of(customer_id) if each.is_answered(expiry))
        self.identity_renewals = tuple(each for each in self.identity_renewals if each not in ended)
