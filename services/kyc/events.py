"""The events of a review; named and shaped as in the contract."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from services.runtime.money import Money


class KycRejectionReason(Enum):
    """Why a manager rejects."""

    IDENTITY = auto()
    COMPLIANCE = auto()
    PROJECT = auto()
    DOCUMENTS = auto()
    OTHER = auto()


class InformationNeed(Enum):
    """What an officer needs of a customer."""

    DOCUMENT = auto()
    DETAILS = auto()
    INCOME = auto()
    PROJECT = auto()
    OTHER = auto()


@dataclass(frozen=True)
class KycVerificationStarted:
    """An officer has the review."""

    application_id: str
    customer_id: str
    officer_id: str
    decided_by: str
    start_time: datetime


@dataclass(frozen=True)
class ProjectValidated:
    """The officer found the project feasible."""

    application_id: str
    customer_id: str
    decided_by: str
    validate_time: datetime


@dataclass(frozen=True)
class ApprovedParty:
    """Somebody who is bound beside the customer, and which version of their details was approved."""

    customer_id: str
    kyc_version: int


@dataclass(frozen=True)
class KycApproved:
    """A manager approved customer and project."""

    application_id: str
    customer_id: str
    verified_by: str
    decided_by: str
    approve_time: datetime
    kyc_version: int
    monthly_income: Money | None
    parties: tuple[ApprovedParty, ...] = ()


@dataclass(frozen=True)
class KycPartyVerified:
    """Somebody who is bound beside the customer was verified anew after the approval; `passed` every check or not."""

    application_id: str
    customer_id: str
    party_customer_id: str
    kyc_version: int
    passed: bool
    verified_by: str
    verify_time: datetime


@dataclass(frozen=True)
class KycRejected:
    """A manager rejected customer or project."""

    application_id: str
    customer_id: str
    verified_by: str
    decided_by: str
    rejection_reason: KycRejectionReason
    reject_time: datetime
    kyc_version: int
    customer_approved: bool


@dataclass(frozen=True)
class KycInformationRequested:
    """The officer waits for something from the customer."""

    application_id: str
    customer_id: str
    officer_id: str
    request_number: int
    need: InformationNeed
    request_time: datetime


@dataclass(frozen=True)
class KycReviewResumed:
    """The customer answered, or the officer goes on without an answer."""

    application_id: str
    customer_id: str
    request_number: int
    answered: bool
    resume_time: datetime


@dataclass(frozen=True)
class KycReviewOverdue:
    """The next step of a review was not taken in time, or a new identity paper is not there in time."""

    application_id: str
    customer_id: str
    due_time: datetime
    escalate_time: datetime


@dataclass(frozen=True)
class KycCaseOverdue:
    """A screening case was not resolved in time, or its due diligence not recorded or decided on."""

    case_id: str
    customer_id: str
    due_time: datetime
    escalate_time: datetime


@dataclass(frozen=True)
class KycIdentityExpiring:
    """The identity paper of somebody who is bound by a loan expires soon, or has; empty `party_customer_id`: theirs."""

    application_id: str
    customer_id: str
    party_customer_id: str
    due_time: datetime
    ask_time: datetime
