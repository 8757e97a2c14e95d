"""What a credit bureau says of a customer, whichever bureau it is; plain values."""

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
    """What an assessment knows from a bureau; `record` and `score` only with a HIT."""

    answer: BureauAnswer
    record: BureauRecord | None = None
    score: int | None = None
