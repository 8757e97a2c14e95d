"""Refusals of an application, by whichever decision: what they rest on, and where the notice of each stands. Pure.

The notice is owed by 12 CFR 1002.9 and Directive (EU) 2023/2225, art. 18(9). A customer who withdraws is owed none, and
one whose application is incomplete is asked for what lacks, by the kyc service, before it is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto

from services.law import Pack
from services.risk.refusal_review import RefusalReview
from services.runtime.errors import FailedPrecondition, NotFound


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
class Refusal:
    """One refusal, with its notice; `deliver_time` is None until a channel has taken it.

    `look_time` is when it is asked next whether one that was delivered has come back; None when it is not any more.
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

    @property
    def waits_for_review_since(self) -> datetime | None:
        """When a review was asked for that is not decided; None when none is."""
        return None if self.review is None or self.review.outcome is not None else self.review.request_time

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
        return (self.issue_time or self.due_time) + timedelta(days=self.review_days)

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
        count = self.issue_count + 1
        return replace(
            self, notice=notice, notice_status=N.ISSUED, issue_time=at, issue_count=count, deliver_time=None,
            look_time=None,
        )  # fmt: skip

    def settled(self, status: RefusalNoticeStatus, deliver_time: datetime | None, at: datetime) -> "Refusal":
        """With what became of the notice; one that was delivered is asked after again for days, each time later."""
        look = None
        if status is N.DELIVERED and deliver_time is not None:
            look = deliver_time + max(_FIRST_LOOK, _LATER * (at - deliver_time))
            look = look if look <= deliver_time + BOUNCES_FOLLOWED else None
        return replace(self, notice_status=status, deliver_time=deliver_time, look_time=look)


def added(before: Sequence[Refusal], new: Refused, law: Pack) -> tuple[Refusal, ...]:
    """With one more, whose notice is due by that law."""
    due = new.decide_time + timedelta(days=law.notice_days)
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
