"""What a report does about its refusals: their notices, their reviews, and what is told when either is late; pure."""

from dataclasses import replace
from datetime import datetime

from services.law import Pack
from services.outsiders import require_outsider
from services.risk import refusal_review, refusals
from services.risk.events import (
    RiskRefusalNoticeIssued,
    RiskRefusalNoticeUndelivered,
    RiskReviewDecided,
    RiskReviewDue,
    RiskReviewOverdue,
    RiskReviewRequested,
)
from services.risk.refusal_review import RefusalReview, RefusalReviewStatus, ReviewOutcome
from services.risk.refusals import UNDELIVERED, NoticePosting, Refusal, RefusalNoticeStatus, Refused, StoredNotice
from services.runtime.aggregate import Aggregate


class Refusable(Aggregate):
    """The part of services.risk.model.Report that is about its refusals; the fields are the report's."""

    application_id: str
    customer_id: str
    party_ids: tuple[str, ...]
    submit_time: datetime
    refusals: tuple[Refusal, ...]

    def refuse(self, refused: Refused, law: Pack) -> None:
        """Records a decision against the application, whoever took it; the customer is owed a notice of it."""
        self.refusals = refusals.added(self.refusals, refused, law, self.submit_time)

    def refusal(self, number: int = 0) -> Refusal:
        """A refusal by its number, the latest for 0; NotFound, or FailedPrecondition WRONG_STATUS without any."""
        return refusals.numbered(self.refusals, number)

    def issue_notice(self, notice: StoredNotice, at: datetime) -> None:
        """Has the notice of the latest refusal go to the customer."""
        self._issue(self.refusal().unmade(), notice, at)

    def resend_notice(self, at: datetime) -> None:
        """Has it go once more; refuses one that is not made yet, or that nobody is owed any more."""
        refusal = self.refusal()
        self._issue(refusal, refusal.resendable(), at)

    def settle_notice(
        self, seen: Refusal, status: RefusalNoticeStatus, at: datetime, deliver_time: datetime | None = None
    ) -> bool:
        """Notes what became of the notice that was `seen`; False when it, or a later one, was sent since."""
        if self.refusal() != seen:
            return False
        self._keep(seen.settled(status, deliver_time, at))
        return True

    def post_notice(self, posting: NoticePosting) -> None:
        """Notes that a person posted the notice of the latest refusal; refuses who is bound by the loan."""
        self._require_outsider(posting.recorded_by)
        self._keep(self.refusal().posted(posting))

    def end_refusal(self, at: datetime) -> None:
        """Nobody is owed the notice of the latest refusal any more, unless they have it, or the answer to a review."""
        if not self.refusals:
            return
        refusal = self.refusal()
        if refusal.notice_status in UNDELIVERED:
            refusal = refusal.settled(RefusalNoticeStatus.VOID, None, at)
        review = None if refusal.review is None else refusal.review.lapsed(at)
        self._keep(replace(refusal, review=review))

    def request_review(self, grounds: str, law: Pack, at: datetime) -> None:
        """The customer asks that somebody who had no part in the latest refusal looks at it."""
        refusal = self.refusal()
        review = refusal_review.requested(refusal, grounds, law, at)
        self._keep(replace(refusal, review=review))
        self._emit(RiskReviewRequested(*self._about(refusal), at, review.due_time))

    def decide_review(self, outcome: ReviewOutcome, explanation: str, by: str, at: datetime) -> None:
        """Takes what somebody who had no part in the latest refusal says of it."""
        self._require_outsider(by)
        refusal = self.refusal()
        review = refusal_review.decided(refusal, outcome, explanation, by, at)
        self._keep(replace(refusal, review=review))
        self._emit(RiskReviewDecided(*self._about(refusal), outcome, by, at))

    def tell_of_deadlines(self, law: Pack, at: datetime) -> None:
        """Has staff told of what is owed soon, or late, about the latest refusal: each once.

        A review that was asked for before its time was kept has it from now on.
        """
        if not self.refusals:
            return
        refusal = self.refusal()
        if refusal.is_untold(at):
            refusal = replace(refusal, tell_time=at)
            self._emit(RiskRefusalNoticeUndelivered(*self._about(refusal), refusal.due_time, at))
        if refusal.review is not None and refusal.review.waits:
            refusal = replace(refusal, review=self._struck(refusal, refusal.review.dated(law), at))
        self._keep(refusal)

    def _struck(self, refusal: Refusal, review: RefusalReview, at: datetime) -> RefusalReview:
        struck = review.struck(at)
        if struck.status is not review.status and struck.due_time is not None:
            said = *self._about(refusal), struck.due_time, at
            overdue = struck.status is RefusalReviewStatus.OVERDUE
            self._emit(RiskReviewOverdue(*said) if overdue else RiskReviewDue(*said))
        return struck

    def _issue(self, refusal: Refusal, notice: StoredNotice, at: datetime) -> None:
        issued = refusal.issued(notice, at)
        self._keep(issued)
        about = *self._about(issued), issued.stage, issued.issue_count
        self._emit(RiskRefusalNoticeIssued(*about, issued.review_until_time, at))

    def _keep(self, refusal: Refusal) -> None:
        self.refusals = refusals.changed(self.refusals, refusal)

    def _about(self, refusal: Refusal) -> tuple[str, str, int]:
        return self.application_id, self.customer_id, refusal.refusal_number

    def _require_outsider(self, by: str) -> None:
        require_outsider(by, (self.customer_id, *self.party_ids))
