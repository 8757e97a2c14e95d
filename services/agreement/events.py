"""What the agreement service publishes, as its model says it; pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from services.lending import LoanCost, LoanTerms


class SigningMethod(Enum):
    """How an agreement was signed."""

    ONE_TIME_CODE = auto()
    MANUAL = auto()
    DOCUSIGN = auto()
    ADOBE_SIGN = auto()


class SignerRole(Enum):
    """As what somebody is bound by an agreement."""

    BORROWER = auto()
    CO_BORROWER = auto()
    GUARANTOR = auto()


class CopyRejectionReason(Enum):
    """Why a copy is not taken, as the customer is notified of it."""

    UNSPECIFIED = auto()
    NOT_SIGNED = auto()
    INFECTED = auto()


@dataclass(frozen=True)
class AgreementGenerated:
    """The PDF is made."""

    application_id: str
    customer_id: str
    terms_hash: str
    pdf_sha256: str
    cost: LoanCost
    currency: str


@dataclass(frozen=True)
class AgreementSigned:
    """The agreement is signed; carries what the loan is opened from."""

    application_id: str
    customer_id: str
    method: SigningMethod
    decided_by: str
    terms: LoanTerms
    terms_hash: str
    pdf_sha256: str
    sign_time: datetime
    party_customer_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class AgreementPartySigned:
    """One of several has signed; `remaining_count` others still have to."""

    application_id: str
    customer_id: str
    signer_customer_id: str
    role: SignerRole
    remaining_count: int
    sign_time: datetime


@dataclass(frozen=True)
class AgreementUploaded:
    """A copy signed by hand waits for an officer."""

    application_id: str
    customer_id: str
    uploaded_by: str
    sha256: str


@dataclass(frozen=True)
class AgreementCopyRejected:
    """A copy signed by hand is not taken."""

    application_id: str
    customer_id: str
    decided_by: str
    sha256: str
    rejection_reason: CopyRejectionReason
