"""The review of a refusal by a person who had no part in it, which the customer may ask for; pure.

GDPR art. 22(3), and Directive (EU) 2023/2225, art. 18(8): once for each refusal, within the time that its notice says.
A refusal that does not stand brings the application back to no status: the customer is invited to a new one.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto
from typing import Protocol

from services.runtime.errors import FailedPrecondition, PermissionDenied


class ReviewOutcome(Enum):
    """Whether a refusal stands."""

    UPHELD = auto()
    OVERTURNED = auto()


@dataclass(frozen=True)
class RefusalReview:
    """What the customer asked for, in their words, and what became of it; `explanation` is for the customer."""

    request_time: datetime
    grounds: str
    outcome: ReviewOutcome | None = None
    explanation: str = ""
    decided_by: str = ""
    decide_time: datetime | None = None


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


def requested(refusal: Reviewed, grounds: str, at: datetime) -> RefusalReview:
    """A review that waits; FailedPrecondition WRONG_STATUS when there was one, or the time is over."""
    if refusal.review is not None:
        raise FailedPrecondition("a review of this refusal was asked for already", reason="WRONG_STATUS")
    if at > refusal.review_until_time:
        until = refusal.review_until_time.isoformat()
        raise FailedPrecondition(
            "the time for a review is over", reason="WRONG_STATUS", metadata={"review_until_time": until}
        )
    return RefusalReview(at, grounds)


def decided(refusal: Reviewed, outcome: ReviewOutcome, explanation: str, by: str, at: datetime) -> RefusalReview:
    """The review with its outcome.

    Errors: FailedPrecondition WRONG_STATUS when none waits, PermissionDenied MAKER_CHECKER for who had a part in it.
    """
    if refusal.review is None or refusal.review.outcome is not None:
        raise FailedPrecondition("no review of the refusal waits", reason="WRONG_STATUS")
    if by in (refusal.decided_by, *refusal.earlier_deciders):
        raise PermissionDenied("who had a part in the refusal does not review it", reason="MAKER_CHECKER")
    return replace(refusal.review, outcome=outcome, explanation=explanation, decided_by=by, decide_time=at)
