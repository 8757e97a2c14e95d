"""What a review does while it waits: for its next step, for its customer, and when that takes too long; pure."""

from dataclasses import replace
from datetime import datetime

from services.kyc.events import InformationNeed, KycInformationRequested, KycReviewOverdue, KycReviewResumed
from services.kyc.information import InformationRequest
from services.kyc.parties import ReviewedParty
from services.kyc.risk_tier import ANSWER_ALLOWED, REVIEW_ALLOWED, RiskTier
from services.kyc.status import OPEN
from services.kyc.status import ReviewStatus as S
from services.outsiders import require_outsider
from services.runtime.aggregate import Aggregate
from services.runtime.errors import FailedPrecondition, NotFound, PermissionDenied


class Waiting(Aggregate):
    """The part of services.kyc.model.Review about who has the next step, and by when; the fields are its own."""

    application_id: str
    customer_id: str
    status: S
    officer_id: str
    risk_tier: RiskTier
    due_time: datetime | None
    escalate_time: datetime | None
    information_requests: tuple[InformationRequest, ...]
    parties: tuple[ReviewedParty, ...]

    @property
    def is_open(self) -> bool:
        """Whether it has not ended."""
        return self.status in OPEN

    @property
    def persons(self) -> tuple[str, ...]:
        """Who is screened and verified: the customer first, and then who is bound beside them."""
        return (self.customer_id, *(each.customer_id for each in self.parties))

    def require_outsider(self, by: str) -> None:
        """Refuses whoever is bound by the loan, as the customer or beside them."""
        require_outsider(by, self.persons)

    def check_verifier(self, by: str) -> None:
        """Refuses anyone but the officer that the review is assigned to, and an officer who is bound by the loan."""
        self._require(S.ASSIGNED, S.VERIFIED, S.INFORMATION_REQUESTED)
        self.require_outsider(by)
        if by != self.officer_id:
            raise PermissionDenied("the review is assigned to another officer", reason="NOT_ASSIGNED")

    def escalate(self, at: datetime) -> bool:
        """Notes that the next step was not taken in time, and has staff told; whether that is new."""
        if not self.is_open or self.escalate_time is not None or self.due_time is None or self.due_time > at:
            return False
        self.escalate_time = at
        self._emit(KycReviewOverdue(self.application_id, self.customer_id, self.due_time, at))
        return True

    def request_information(self, need: InformationNeed, message: str, by: str, at: datetime) -> None:
        """Asks the customer for something; what was verified before has to be verified anew with the answer."""
        self.check_verifier(by)
        self._require(S.ASSIGNED, S.VERIFIED)
        self.information_requests = (*self.information_requests, InformationRequest(need, message, by, at))
        self.status, number = S.INFORMATION_REQUESTED, len(self.information_requests)
        self._due(at)
        self._emit(KycInformationRequested(self.application_id, self.customer_id, by, number, need, at))

    def answer(self, answer: str, at: datetime) -> None:
        """The customer has said or handed in what was asked for: the officer goes on."""
        self._require(S.INFORMATION_REQUESTED)
        *before, last = self.information_requests
        self.information_requests = (*before, replace(last, answer=answer, answer_time=at))
        self._resume(True, at)

    def last_information_request(self) -> InformationRequest:
        """What the customer is asked for, or was at last; errors.NotFound."""
        if not self.information_requests:
            raise NotFound("nothing was asked for")
        return self.information_requests[-1]

    def _resume(self, answered: bool, at: datetime) -> None:
        self.status, number = S.ASSIGNED, len(self.information_requests)
        self._due(at)
        self._emit(KycReviewResumed(self.application_id, self.customer_id, number, answered, at))

    def _due(self, at: datetime) -> None:
        """The next step is to be taken from now on; whatever was late is not any more."""
        allowed = ANSWER_ALLOWED if self.status is S.INFORMATION_REQUESTED else REVIEW_ALLOWED[self.risk_tier]
        self.due_time, self.escalate_time = at + allowed, None

    def _require(self, *allowed: S) -> None:
        if self.status not in allowed:
            raise FailedPrecondition.wrong_status("review", self.status, allowed)
