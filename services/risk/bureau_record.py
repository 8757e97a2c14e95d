"""What a credit bureau says of a customer, whichever bureau it is, and what the score takes of it; plain values."""

from dataclasses import dataclass
from datetime import date
from enum import Enum, auto


class BureauAnswer(Enum):
    """What came of asking it. Only a HIT has a record; the other ones say why there is none."""

    HIT = auto()
    NO_HIT = auto()
    FROZEN = auto()
    UNDER_REVIEW = auto()
    REFUSED = auto()
    UNREADABLE = auto()
    UNREACHABLE = auto()
    UNKNOWN = auto()
    NO_CONSENT = auto()
    NOT_NEEDED = auto()


class CreditRecordUse(Enum):
    """As what a score counted a bureau's record; the last four say why it counted none, which costs and brings nothing.

    THIN is a report without an account, by which nothing can be said; NOT_IN_MODEL where no table that looks at a
    record made the score.
    """

    CLEAN = auto()
    ADVERSE = auto()
    THIN = auto()
    NO_REPORT = auto()
    NOT_ASKED = auto()
    NOT_IN_MODEL = auto()


COUNTED = (CreditRecordUse.CLEAN, CreditRecordUse.ADVERSE)
_UNASKED = (BureauAnswer.NO_CONSENT, BureauAnswer.NOT_NEEDED)


@dataclass(frozen=True)
class BureauRecord:
    """What its report says, in numbers.

    Delinquent is what is 30 days overdue now, or more; recent inquiries are those of the six months before the report.
    """

    report_date: date
    account_count: int
    delinquent_count: int
    written_off_count: int
    collection_count: int
    insolvency_count: int
    recent_inquiry_count: int

    @property
    def adverse_count(self) -> int:
        """How much of it is adverse: accounts overdue now or written off, debts in collection, bankruptcies.

        As far back as the bureau reports it, which the law bounds: seven years, and ten for a bankruptcy (15 U.S.C.
        1681c(a)).
        """
        return self.delinquent_count + self.written_off_count + self.collection_count + self.insolvency_count

    @property
    def use(self) -> CreditRecordUse:
        """What it is to a score."""
        if self.adverse_count:
            return CreditRecordUse.ADVERSE
        return CreditRecordUse.CLEAN if self.account_count else CreditRecordUse.THIN


@dataclass(frozen=True)
class BureauScore:
    """A score that came with a report, from `least`, worst, to `greatest`, best; `factors` are what lowered it."""

    score: int
    model: str
    least: int
    greatest: int
    factors: tuple[str, ...] = ()


@dataclass(frozen=True)
class BureauSource:
    """The agency that a report comes from; `reached_at` is its postal address and telephone number."""

    agency: str
    reached_at: str


@dataclass(frozen=True)
class BureauFinding:
    """What an assessment knows from a bureau; the others only with a HIT.

    `source` is None also of what was found before it was kept here.
    """

    answer: BureauAnswer
    record: BureauRecord | None = None
    score: int | None = None
    source: BureauSource | None = None


def record_use(found: BureauFinding | None) -> CreditRecordUse:
    """What a finding is to a score that looks at a record; None where no bureau is connected."""
    if found is None or found.answer in _UNASKED:
        return CreditRecordUse.NOT_ASKED
    return CreditRecordUse.NO_REPORT if found.record is None else found.record.use
