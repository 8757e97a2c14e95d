"""What the use cases need: of other services, and of the store."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto
from typing import Protocol

from services.risk.assessment import RiskRating
from services.risk.bureau_record import BureauAnswer, BureauRecord, BureauScore, BureauSource
from services.risk.collateral_valuation import Evidence
from services.risk.connections import Person
from services.risk.exposure import Commitment
from services.risk.model import Report, RiskStatus
from services.runtime.errors import Unavailable
from services.runtime.stores.paging import PageResult


class Applications(Protocol):
    """The application service, as far as a decision needs it."""

    def check_ongoing(self, application_id: str) -> None:
        """FailedPrecondition WRONG_STATUS when it has ended, also while the event of the end is still on its way."""
        ...

    def commitments(self, customer_ids: Collection[str]) -> Iterable[Commitment]:
        """All loans, handed in and not ended, that bind any of these customers; each once. errors.Unavailable."""
        ...


@dataclass(frozen=True)
class Party:
    """The customer as a notice names them: name, and address line by line; both empty once they are erased.

    `language` is that of their papers, empty for the lender's.
    """

    full_name: str
    address: tuple[str, ...]
    language: str = ""


@dataclass(frozen=True)
class BureauSubject:
    """The person whom a bureau is asked about, as it needs to know them and no further."""

    full_name: str
    birth_date: date
    street: str
    postal_code: str
    city: str
    country: str


class Customers(Protocol):
    """The customer service, as far as a notice or an inquiry needs it."""

    def party(self, customer_id: str) -> Party:
        """Returns the customer's name and address. errors.Unavailable."""
        ...

    def subject(self, customer_id: str) -> BureauSubject | None:
        """Returns whom a bureau is asked about; None once they are erased. errors.Unavailable."""
        ...


class Persons(Protocol):
    """The customer service, as far as it says who is connected."""

    def person(self, customer_id: str) -> Person | None:
        """Returns a customer with the company for which they act; None once they are erased. errors.Unavailable."""
        ...


@dataclass(frozen=True)
class BureauReply:
    """An answer of a bureau: what it came to, and `content` as it came.

    `faulty_field` names by which field it could not be read; then nothing else of it is there.
    """

    answer: BureauAnswer
    content: bytes = b""
    faulty_field: str = ""
    bureau_report_id: str = ""
    record: BureauRecord | None = None
    score: BureauScore | None = None
    source: BureauSource | None = None


class Untaken(Unavailable):
    """The bureau has not taken the question, and charges nothing for it: it may be asked again."""


class Bureau(Protocol):
    """A credit bureau. errors.Unavailable: it is not known whether it took the question."""

    # Whether what was asked can be looked up by its reference.
    looks_up: bool

    def pull(self, reference: str, subject: BureauSubject) -> BureauReply:
        """Asks for a report on a person, under the lender's own reference; Untaken, errors.Unavailable."""
        ...

    def look_up(self, reference: str, subject: BureauSubject | None = None) -> BureauReply | None:
        """The answer to what was asked under a reference; None when nothing was. errors.Unavailable.

        `subject` is whom it was asked about, None once they are erased.
        """
        ...


class Documents(Protocol):
    """The document service, as far as evidence needs it. errors.Unavailable."""

    def content(self, document_id: str) -> tuple[str, bytes]:
        """Returns the media type of a document and what is in it.

        errors.NotFound, FailedPrecondition DOCUMENT_QUARANTINED; more than a statement may be is cut off there.
        """
        ...

    def accepted_evidence(self, application_id: str, document_id: str) -> Evidence:
        """Returns an accepted document of the application; FailedPrecondition EVIDENCE_MISSING for any other."""
        ...


class DeliveryState(Enum):
    """How far a notice is on its way."""

    UNDER_WAY = auto()
    DELIVERED = auto()
    FAILED = auto()


@dataclass(frozen=True)
class Delivered:
    """What became of a notice; a time only where it was delivered."""

    state: DeliveryState
    deliver_time: datetime | None = None


class Notices(Protocol):
    """The notification service, as far as a refusal needs it."""

    def delivery(self, customer_id: str, application_id: str, since: datetime) -> Delivered:
        """Says how far the notice of a refusal is that was issued then. errors.Unavailable."""
        ...


class Kyc(Protocol):
    """The kyc service, as far as a decision needs it."""

    def check_approved(self, application_id: str) -> None:
        """FailedPrecondition WRONG_STATUS when no manager approved it, whatever an event says."""
        ...


@dataclass(frozen=True)
class ReportFilter:
    """Which reports a search finds: those that fit all that is given; scores are inclusive, `query` is words."""

    query: str = ""
    status: RiskStatus | None = None
    rating: RiskRating | None = None
    min_score: int | None = None
    max_score: int | None = None
    facility_type: str = ""
    reason_code: str = ""


@dataclass(frozen=True)
class FacetCount:
    """How many have one value."""

    value: str
    count: int


@dataclass(frozen=True)
class Facet:
    """How many of the reports that were found have each value of a field, the most frequent first."""

    field: str
    counts: tuple[FacetCount, ...]


@dataclass(frozen=True)
class FoundReports:
    """One page of the reports that fit, with how many they are in all and counts over all of them.

    `degraded` when the database answered in place of the search engine: words are then compared as they are written,
    nothing is counted, and `unapplied_filters` were left out.
    """

    page: PageResult[Report]
    total: int = 0
    facets: tuple[Facet, ...] = ()
    degraded: bool = False
    unapplied_filters: tuple[str, ...] = ()
