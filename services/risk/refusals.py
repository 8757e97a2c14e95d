"""Refusals of an application, by whichever decision: what they rest on, and where the notice of each stands. Pure.

The notice is owed by 12 CFR 1002.9 and Directive (EU) 2023/2225, art. 18(9). It is given when it is delivered, or is
posted to the last known address (12 CFR 1002, comment 9-3). A customer who withdraws is owed none, and one whose
application is incomplete is asked for what lacks, by the kyc service, before it is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum, auto

from services.law import Pack
from services.risk.refusal_review import RefusalReview
from services.runtime.errors import FailedPrecondition, InvalidArgument, NotFound


class RefusalStage(Enum):
    """Which decision refused."""

    KYC = auto()
    RISK = auto()
    INTERNAL = auto()
    MANAGEMENT = auto()
    FINAL = auto()


class RefusalNoticeStatus(Enum):
    """Where a notice stands."""

    DUE = auto()
    ISSUED = auto()
    DELIVERED = auto()
    FAILED = auto()
    VOID = auto()


N = RefusalNoticeStatus
# What may still have to be done before the customer has it.
UNDELIVERED = (N.DUE, N.ISSUED, N.FAILED)
# So long after a mail was taken it may come back still: RFC 5321, 4.5.4.1 has servers try for four or five days.
BOUNCES_FOLLOWED = timedelta(days=5)
_FIRST_LOOK, _LATER = timedelta(hours=1), 4
# So long before it has to be delivered staff are told that it is not: a day to print it, and one to post it.
TOLD_AHEAD = timedelta(days=2)
# So long a notice that is sent has by mail, however soon it is due.
MAIL_HAS = timedelta(days=1)
# A civil date is that of where the paper was posted: so long before UTC a day begins in the east, so long after it one
# ends in the west.
_EAST, _WEST = timedelta(hours=14), timedelta(hours=12)
# So long before an answer to an application is owed staff are told that there is none.
DECISION_TOLD_AHEAD = timedelta(days=7)
# Before any offer, which is an answer to the application.
_UNANSWERED = frozenset({RefusalStage.KYC, RefusalStage.RISK})


@dataclass(frozen=True)
class Refused:
    """A decision against an application: the principal reasons by code, who took it, and who had a part before.

    `on_bureau` where it rests on a credit bureau's report, in whole or in part.
    """

    stage: RefusalStage
    reason_codes: tuple[str, ...]
    decided_by: str
    earlier_deciders: tuple[str, ...]
    decide_time: datetime
    on_bureau: bool = False


@dataclass(frozen=True)
class StoredNotice:
    """The notice as it was made: the key of its file and the hash of its content, in hex."""

    key: str
    sha256: str


@dataclass(frozen=True)
class NoticePosting:
    """That a person posted the notice on paper: on which day, by whom it is carried, and what proves it."""

    post_date: date
    postal_service: str
    evidence: str
    recorded_by: str
    record_time: datetime


@dataclass(frozen=True)
class Refusal:
    """One refusal, with its notice; `deliver_time` is None until a channel has taken it, or it was posted.

    `look_time` is when it is asked next whether one that was delivered has come back; None when it is not any more.
    `tell_time` is when staff were told that it is not delivered; None until then, and once it is sent again.
    `issue_time` is when it was sent last, `first_issue_time` when first: None until it is sent again, and of one that
    was sent again before that was kept, for which the last time stands.
    """

    refusal_number: int
    stage: RefusalStage
    reason_codes: tuple[str, ...]
    decided_by: str
    earlier_deciders: tuple[str, ...]
    decide_time: datetime
    due_time: datetime
    review_days: int
    notice_status: RefusalNoticeStatus = N.DUE
    notice: StoredNotice | None = None
    issue_time: datetime | None = None
    issue_count: int = 0
    deliver_time: datetime | None = None
    look_time: datetime | None = None
    review: RefusalReview | None = None
    on_bureau: bool = False
    tell_time: datetime | None = None
    posting: NoticePosting | None = None
    first_issue_time: datetime | None = None

    @property
    def waits_for_review_since(self) -> datetime | None:
        """When a review was asked for that is not decided; None when none is."""
        return self.review.request_time if self.review is not None and self.review.waits else None

    @property
    def answer_due_time(self) -> datetime | None:
        """By when the answer to that review is owed; None when none is, or that was not kept."""
        return self.review.due_time if self.review is not None and self.review.waits else None

    @property
    def is_owed(self) -> bool:
        """Whether the customer has yet to get the notice; one that was posted is given, also while it is sent again."""
        return self.notice_status in UNDELIVERED and self.posting is None

    @property
    def deadline_time(self) -> datetime | None:
        """When next somebody is to be told of what is owed soon, or late; None when nothing is."""
        review = None if self.review is None else self.review.strike_time
        return min((each for each in (self._tell_due_time, review) if each is not None), default=None)

    @property
    def check_time(self) -> datetime | None:
        """Since when something is to be done about the notice; None while nothing is."""
        if self.notice_status is N.DELIVERED:
            return self.look_time
        return (self.issue_time or self.decide_time) if self.notice_status in (N.DUE, N.ISSUED) else None

    @property
    def notice_sha256(self) -> str:
        """The hash of the notice; empty until it is made."""
        return "" if self.notice is None else self.notice.sha256

    @property
    def review_until_time(self) -> datetime:
        """Until when the customer may ask for a review: it counts from when the notice is sent first, or was due."""
        return (self.first_issue_time or self.issue_time or self.due_time) + timedelta(days=self.review_days)

    def unmade(self) -> "Refusal":
        """Itself; refuses one whose notice is made already."""
        if self.notice_status is not N.DUE:
            raise FailedPrecondition.wrong_status("notice", self.notice_status, (N.DUE,))
        return self

    def made(self) -> StoredNotice:
        """The notice; refuses one that is not made yet."""
        if self.notice is None:
            raise FailedPrecondition.wrong_status("notice", self.notice_status, (N.ISSUED, N.DELIVERED, N.FAILED))
        return self.notice

    def resendable(self) -> StoredNotice:
        """The notice; refuses one that is not made yet, or that nobody is owed any more."""
        notice = self.made()
        if self.notice_status is N.VOID:
            raise FailedPrecondition.wrong_status("notice", self.notice_status, (N.ISSUED, N.DELIVERED, N.FAILED))
        return notice

    def issued(self, notice: StoredNotice, at: datetime) -> "Refusal":
        """With the notice on its way, for the first time or again."""
        first = self.first_issue_time or self.issue_time
        return replace(
            self, notice=notice, notice_status=N.ISSUED, issue_time=at, issue_count=self.issue_count + 1,
            deliver_time=None, look_time=None, tell_time=None, first_issue_time=first,
        )  # fmt: skip

    def posted(self, posting: NoticePosting) -> "Refusal":
        """With the notice given to the post; WRONG_STATUS for one that is not made, that the customer has, or is void.

        InvalidArgument for a day before the decision, or one that has not come.
        """
        self.made()
        if self.notice_status not in (N.ISSUED, N.FAILED):
            raise FailedPrecondition.wrong_status("notice", self.notice_status, (N.ISSUED, N.FAILED))
        first, last = (self.decide_time - _WEST).date(), (posting.record_time + _EAST).date()
        if not first <= posting.post_date <= last:
            raise InvalidArgument.field("post_date", "must be from the day of the decision until today")
        taken = max(datetime.combine(posting.post_date, time(), UTC), self.decide_time)
        taken = min(taken, posting.record_time)
        return replace(self, notice_status=N.DELIVERED, deliver_time=taken, look_time=None, posting=posting)

    def is_untold(self, at: datetime) -> bool:
        """Whether staff are to be told that the notice is not delivered: it failed, or its time is nearly over."""
        return self._tell_due_time is not None and at >= self._tell_due_time

    @property
    def _tell_due_time(self) -> datetime | None:
        if not self.is_owed or self.tell_time is not None:
            return None
        sent = self.issue_time or self.decide_time
        return sent if self.notice_status is N.FAILED else max(self.due_time - TOLD_AHEAD, sent + MAIL_HAS)

    def settled(self, status: RefusalNoticeStatus, deliver_time: datetime | None, at: datetime) -> "Refusal":
        """With what became of the notice; one that was delivered is asked after again for days, each time later."""
        look = None
        if status is N.DELIVERED and deliver_time is not None:
            look = deliver_time + max(_FIRST_LOOK, _LATER * (at - deliver_time))
            look = look if look <= deliver_time + BOUNCES_FOLLOWED else None
        return replace(self, notice_status=status, deliver_time=deliver_time, look_time=look)


def decision_due(submit_time: datetime, law: Pack) -> datetime | None:
    """By when the customer is owed an answer to a complete application; None where the law gives no such time."""
    return submit_time + timedelta(days=law.notice_days) if law.notice_from_application else None


def added(before: Sequence[Refusal], new: Refused, law: Pack, submit_time: datetime) -> tuple[Refusal, ...]:
    """With one more, whose notice is due by that law: at once where the time that it gives was over by the decision."""
    owed = decision_due(submit_time, law) if new.stage in _UNANSWERED else None
    due = max(owed or new.decide_time + timedelta(days=law.notice_days), new.decide_time)
    return (*before, Refusal(len(before) + 1, **vars(new), due_time=due, review_days=law.review_days))


def changed(before: Sequence[Refusal], new: Refusal) -> tuple[Refusal, ...]:
    """With that one as it is now."""
    return tuple(new if each.refusal_number == new.refusal_number else each for each in before)


def numbered(refusals: Sequence[Refusal], number: int) -> Refusal:
    """The one of that number, the latest for 0; NotFound, and FailedPrecondition WRONG_STATUS when there is none."""
    if not refusals:
        raise FailedPrecondition("the application is not refused", reason="WRONG_STATUS")
    if number > len(refusals):
        raise NotFound(f"there is no refusal {number}")
    return refusals[number - 1]
