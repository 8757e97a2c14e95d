"""What the use cases need: of other services, and of the store."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from services.application.status import ApplicationStatus
from services.runtime.errors import InvalidArgument
from services.runtime.money import Money


class Documents(Protocol):
    """The document service, as far as an application needs it."""

    def freeze(self, application_id: str, freeze_id: str) -> None:
        """Keeps the documents as they are, under a name of the caller's; FailedPrecondition DOCUMENTS_MISSING."""
        ...

    def release(self, application_id: str, freeze_id: str) -> None:
        """Ends the freeze of that name, if there is one."""
        ...


@dataclass(frozen=True)
class Applicant:
    """Whether a customer has handed in everything that a KYC review needs, and acts for a company."""

    kyc_details_complete: bool
    has_legal_entity: bool = False


class Customers(Protocol):
    """The customer service, as far as an application needs it."""

    def applicant(self, customer_id: str) -> Applicant:
        """What a customer has handed in; errors.NotFound."""
        ...


@dataclass(frozen=True)
class LoanFilter:
    """Which loans a list shows; what is empty does not filter. The dates are whole days, both included, in UTC."""

    customer_id: str = ""
    status: ApplicationStatus | None = None
    facility_type: str = ""
    create_date_from: date | None = None
    create_date_to: date | None = None

    def __post_init__(self) -> None:
        """InvalidArgument IMPOSSIBLE_DATE when the days are in the wrong order."""
        first, last = self.create_date_from, self.create_date_to
        if first is not None and last is not None and last < first:
            raise InvalidArgument.field(
                "create_date_to", "must not be before create_date_from", reason="IMPOSSIBLE_DATE"
            )


@dataclass(frozen=True)
class StageMetrics:
    """One status in one currency: how many loans stand there with what amount, and how long those that left stayed."""

    status: ApplicationStatus
    count: int
    amount: Money
    left_count: int
    average_duration_seconds: int
    longest_duration_seconds: int


@dataclass(frozen=True)
class StageFlow:
    """How loans go on from one status: how many left it, by the status that they went to, and after how long.

    `advanced_count` went on along the way, the rest ended. Percentiles, in seconds, are at most a fifth too long.
    """

    status: ApplicationStatus
    left_count: int
    advanced_count: int
    conversion_percent: Decimal
    p50_seconds: int
    p90_seconds: int
    p95_seconds: int


@dataclass(frozen=True)
class BandDecisions:
    """The risk managers' decisions on one band of scores; an override goes against the score."""

    rating: str
    approved_count: int
    rejected_count: int
    approval_percent: Decimal
    override_count: int


@dataclass(frozen=True)
class QueueAge:
    """How many loans wait in a status, by the days that they have been there; `oldest_days` is 0 when none waits."""

    status: ApplicationStatus
    waiting_count: int
    oldest_days: int
    under_1_day: int
    under_3_days: int
    under_7_days: int
    under_30_days: int
    over_30_days: int


@dataclass(frozen=True)
class Dashboard:
    """The pipeline: where loans stand, how they go on, how risk is decided, and who waits."""

    stages: tuple[StageMetrics, ...]
    flows: tuple[StageFlow, ...]
    bands: tuple[BandDecisions, ...]
    queues: tuple[QueueAge, ...]
    compute_time: datetime

    @property
    def total_count(self) -> int:
        """How many applications there are in all."""
        return sum(stage.count for stage in self.stages)
