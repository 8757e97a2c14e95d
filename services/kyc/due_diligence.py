"""Enhanced due diligence of who is politically exposed, or close to who is: where their money comes from; pure.

Business with them takes the sources of wealth and funds, and the approval of senior management: FATF, recommendation
12; Directive (EU) 2015/849, art. 20 and 23; from 10 July 2027 Regulation (EU) 2024/1624, art. 42 and 46. That somebody
left their function (art. 22, art. 45) is for whoever approves to weigh: it ends nothing by itself. The business is
monitored as long as it lasts (art. 20(b)(iii)): what was approved is done again every year.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum, auto

from services.kyc.evidence import Pin
from services.runtime.errors import FailedPrecondition, PermissionDenied

# So long what a senior person approved holds, so long before that it is asked for anew, and so long after it at most
# an answer may be late before there is none.
DUE_DILIGENCE_HOLDS = timedelta(days=365)
DUE_DILIGENCE_ASKED_BEFORE = timedelta(days=30)
DUE_DILIGENCE_LATE_AT_MOST = timedelta(days=30)


class MoneySource(Enum):
    """Where wealth or funds come from."""

    EMPLOYMENT = auto()
    BUSINESS = auto()
    INVESTMENTS = auto()
    PROPERTY = auto()
    INHERITANCE_OR_GIFT = auto()
    PENSION_OR_BENEFITS = auto()
    OTHER = auto()


class DueDiligenceStatus(Enum):
    """Where due diligence stands."""

    RECORDED = auto()
    APPROVED = auto()
    RETURNED = auto()


@dataclass(frozen=True)
class Sources:
    """What an officer found: wealth as a whole, the funds that pay the loan back, and the document that shows it."""

    wealth_source: MoneySource
    wealth_note: str
    funds_source: MoneySource
    funds_note: str
    document_id: str


@dataclass(frozen=True)
class DueDiligence:
    """The same as it is on file, with what a senior person said of it."""

    wealth_source: MoneySource
    wealth_note: str
    funds_source: MoneySource
    funds_note: str
    evidence: Pin
    recorded_by: str
    record_time: datetime
    status: DueDiligenceStatus = DueDiligenceStatus.RECORDED
    reviewed_by: str = ""
    review_time: datetime | None = None
    review_note: str = ""

    @classmethod
    def record(cls, found: Sources, shown: Pin, by: str, at: datetime) -> "DueDiligence":
        """Puts on file what an officer found; nobody has said anything of it yet."""
        money = found.wealth_source, found.wealth_note, found.funds_source, found.funds_note
        return cls(*money, evidence=shown, recorded_by=by, record_time=at)

    @property
    def is_approved(self) -> bool:
        """Whether a senior person approved."""
        return self.status is DueDiligenceStatus.APPROVED

    @property
    def hold_time(self) -> datetime | None:
        """Until when it holds; None when nobody approved."""
        return self.review_time + DUE_DILIGENCE_HOLDS if self.is_approved and self.review_time is not None else None

    @property
    def persons(self) -> frozenset[str]:
        """Who recorded it and who decided on it."""
        return frozenset(filter(None, (self.recorded_by, self.reviewed_by)))

    def reviewed(self, agreed: bool, note: str, by: str, at: datetime) -> "DueDiligence":
        """With what a senior person says.

        Errors: FailedPrecondition WRONG_STATUS when that was said already; PermissionDenied MAKER_CHECKER for who
        recorded it.
        """
        if self.status is not DueDiligenceStatus.RECORDED:
            raise FailedPrecondition.wrong_status("due diligence", self.status, (DueDiligenceStatus.RECORDED,))
        if by == self.recorded_by:
            raise PermissionDenied("who recorded the due diligence does not approve it", reason="MAKER_CHECKER")
        status = DueDiligenceStatus.APPROVED if agreed else DueDiligenceStatus.RETURNED
        return replace(self, status=status, reviewed_by=by, review_time=at, review_note=note)


@dataclass(frozen=True)
class DueDiligenceRenewal:
    """That due diligence is done again, since when, with what was recorded for it so far.

    What was approved before holds meanwhile.
    """

    ask_time: datetime
    found: DueDiligence | None = None


def is_to_be_renewed(hold: datetime, day: date) -> bool:
    """Whether what holds until then is asked for anew by that day."""
    return (hold - DUE_DILIGENCE_ASKED_BEFORE).date() <= day


def holds_no_more(hold: datetime, day: date) -> bool:
    """Whether what held until then is older by that day than anything may be that nobody has renewed."""
    return (hold + DUE_DILIGENCE_LATE_AT_MOST).date() < day
