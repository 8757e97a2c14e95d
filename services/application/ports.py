"""What the use cases need: of other services, and of the store."""

from dataclasses import dataclass
from datetime import date
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
