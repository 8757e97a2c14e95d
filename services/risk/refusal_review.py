"""The review of a refusal by a person who had no part in it, which the customer may ask for; pure.

GDPR art. 22(3), and Directive (EU) 2023/2225, art. 18(8): once for each refusal, within the time that its notice says.
The answer is owed by a day that the law of the facility type gives; a while before, staff are reminded, and when it is
over, those are told who answer for it.
A refusal that does not stand brings the application back to no status: the customer is invited to a new one.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Protocol

from services.law import Pack
from services.runtime.errors import FailedPrecondition, PermissionDenied

# So long before the answer is owed those are reminded who may give it.
REMINDED_AHEAD = timedelta(days=7)


class ReviewOutcome(Enum):
    """Whether a refusal stands."""

    UPHELD = auto()
    OVERTURNED = auto()


class RefusalReviewStatus(Enum):
    """Where a review stands; nobody is owed the answer any more to one that lapsed."""

    WAITING = auto()
    DUE = auto()
    OVERDUE = auto()
    ANSWERED = auto()
    LAPSED = auto()


R = RefusalReviewStatus
WAITING = (R.WAITING, R.DUE, R.OVERDUE)


@dataclass(frozen=True)
class RefusalReview:
    """What the customer asked for, in their words, and what became of it; `explanation` is for the customer.

    The answer is owed by `due_time`, None of one that was asked for before that was kept. Staff were reminded at
    `remind_time`, and told that it is overdue at `escalate_time`; both None until then.
    """

    request_time: datetime
    grounds: str
    outcome: ReviewOutcome | None = None
    explanation: str = ""
    decided_by: str = ""
    decide_time: datetime | None = None
    due_time: datetime | None = None
    remind_time: datetime | None = None
    escalate_time: datetime | None = None
    lapse_time: datetime | None = None

    @property
    def status(self) -> RefusalReviewStatus:
        """Where it stands."""
        marks = (
            (self.outcome, R.ANSWERED), (self.lapse_time, R.LAPSED), (self.escalate_time, R.OVERDUE),
            (self.remind_time, R.DUE),
        )  # fmt: skip
        return next((status for mark, status in marks if mark is not None), R.WAITING)

    @property
    def waits(self) -> bool:
        """Whether its answer is owed."""
        return self.status in WAITING

    @property
    def strike_time(self) -> datetime | None:
        """When staff are to be reminded or told next; None when they are not any more."""
        if self.due_time is None or self.status not in (R.WAITING, R.DUE):
            return None
        return self.due_time - REMINDED_AHEAD if self.status is R.WAITING else self.due_time

    def dated(self, law: Pack) -> "RefusalReview":
        """With the time by which the answer is owed by that law; one that has it keeps it."""
        due = self.due_time or self.request_time + timedelta(days=law.answer_days)
        return replace(self, due_time=due)

    def struck(self, at: datetime) -> "RefusalReview":
        """With staff reminded, or told that it is overdue, where it is time; itself where it is not.

        Where the reminder comes so late that it is overdue already, that is all that is told.
        """
        if self.strike_time is None or self.due_time is None or at < self.strike_time:
            return self
        return replace(self, escalate_time=at) if at >= self.due_time else replace(self, remind_time=at)

    def lapsed(self, at: datetime) -> "RefusalReview":
        """With nobody who is owed the answer any more; one that is answered stays."""
        return replace(self, lapse_time=at) if self.waits else self


class Reviewed(Protocol):
    """A refusal, as far as its review needs it; services.risk.refusals.Refusal."""

    @property
    def decided_by(self) -> str:
        """Who refused."""
        ...

    @property
    def earlier_deciders(self) -> tuple[str, ...]:
        """Who had a part before."""
        ...

    @property
    def review_until_time(self) -> datetime:
        """Until when a review may be asked for."""
        ...

    @property
    def review(self) -> RefusalReview | None:
        """The review that was asked for."""
        ...


def requested(refusal: Reviewed, grounds: str, law: Pack, at: datetime) -> RefusalReview:
    """A review that waits; FailedPrecondition WRONG_STATUS when there was one, or the time is over."""
    if refusal.review is not None:
        raise FailedPrecondition("a review of this refusal was asked for already", reason="WRONG_STATUS")
    if at > refusal.review_until_time:
        until = refusal.review_until_time.isoformat()
        raise FailedPrecondition(
            "the time for a review is over", reason="WRONG_STATUS", metadata={"review_until_time": until}
        )
    return RefusalReview(at, grounds).dated(law)


def decided(refusal: Reviewed, outcome: ReviewOutcome, explanation: str, by: str, at: datetime) -> RefusalReview:
    """The review with its outcome.

    Errors: FailedPrecondition WRONG_STATUS when none waits, PermissionDenied MAKER_CHECKER for who had a part in it.
    """
    if refusal.review is None or not refusal.review.waits:
        raise FailedPrecondition("no review of the refusal waits", reason="WRONG_STATUS")
    if by in (refusal.decided_by, *refusal.earlier_deciders):
        raise PermissionDenied("who had a part in the refusal does not review it", reason="MAKER_CHECKER")
    return replace(refusal.review, outcome=outcome, explanation=explanation, decided_by=by, decide_time=at)
