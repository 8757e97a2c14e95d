"""What the use cases need: of other services, and of the store."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Protocol

from services.kyc.cases import ScreeningCaseStatus
from services.kyc.evidence import Evidence, Pin
from services.kyc.related import Related
from services.kyc.screening import Entry, Screening, Subject
from services.kyc.status import ReviewStatus
from services.runtime.errors import FailedPrecondition
from services.runtime.money import Money


class Applications(Protocol):
    """The application service, as far as a review needs it."""

    def check_ongoing(self, application_id: str) -> None:
        """FailedPrecondition WRONG_STATUS when it has ended, also while the event of the end is still on its way."""
        ...


class Officers(Protocol):
    """The auth service, as far as a review needs it."""

    def all(self) -> tuple[str, ...]:
        """Names the accounts of all officers."""
        ...


@dataclass(frozen=True)
class Party:
    """A customer's name as in the identity document, and of which version it and the KYC details are, from 1.

    `monthly_income` is that of the details; None when they don't say. `birth_date` is an ISO date, `countries` are
    nationality and residence, ISO 3166-1 alpha-2; empty until the details are there. `related_subjects` are screened
    with them.
    """

    full_name: str
    kyc_version: int
    monthly_income: Money | None = None
    birth_date: str = ""
    countries: tuple[str, ...] = ()
    related_subjects: tuple[Related, ...] = ()

    def check(self, seen: int) -> None:
        """FailedPrecondition DETAILS_CHANGED when somebody saw another version; 0 when no version is named."""
        if seen not in (0, self.kyc_version):
            present = str(self.kyc_version)
            raise FailedPrecondition(
                "the customer's details have changed", reason="DETAILS_CHANGED", metadata={"kyc_version": present}
            )


class Customers(Protocol):
    """The customer service, as far as a review needs it."""

    def party(self, customer_id: str) -> Party:
        """Returns the customer's name and version."""
        ...


class Documents(Protocol):
    """The document service, as far as a review needs it."""

    def evidence(self, application_id: str) -> Evidence:
        """Returns which required documents are there, and which are not accepted."""
        ...

    def accepted_document(self, application_id: str, document_id: str) -> Pin:
        """An accepted document of the application, required or not; FailedPrecondition EVIDENCE_MISSING."""
        ...

    def pin(self, application_id: str, documents: tuple[Pin, ...]) -> None:
        """Keeps the documents as they were seen.

        Errors: FailedPrecondition DOCUMENTS_CHANGED, DOCUMENTS_NOT_ACCEPTED.
        """
        ...


class Sanctions(Protocol):
    """The sanctions list, as far as a review needs it."""

    def screen(self, subject: Subject, at: datetime) -> Screening:
        """What the list in force says about a person; errors.Unavailable while it has never been read."""
        ...

    def listed(self, numbers: Iterable[str]) -> Mapping[str, Entry]:
        """The entries with these numbers, as far as they are in force."""
        ...

    def list_version(self) -> str:
        """Which list is in force; errors.Unavailable while it has never been read."""
        ...


class QueueOrder(Enum):
    """An order of the queue."""

    AGE = auto()
    RISK = auto()
    DUE = auto()


@dataclass(frozen=True)
class QueueFilter:
    """Which reviews a queue shows: those in one of the statuses, and of one officer unless `officer_id` is empty.

    `renewal`: only those for which a new identity paper is asked for, in the order in which they are due.
    """

    statuses: tuple[ReviewStatus, ...]
    officer_id: str = ""
    order: QueueOrder = QueueOrder.AGE
    escalated: bool = False
    renewal: bool = False


@dataclass(frozen=True)
class CaseFilter:
    """Which cases a list shows; of any officer or customer when their id is empty.

    `waiting`: also those that wait for due diligence.
    """

    statuses: tuple[ScreeningCaseStatus, ...]
    officer_id: str = ""
    customer_id: str = ""
    waiting: bool = False
