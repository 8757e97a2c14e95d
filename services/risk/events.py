"""The events of a risk report; named and shaped as in the contract."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum, auto

from services.risk.assessment import RiskRating
from services.risk.bureau_record import BureauAnswer
from services.risk.collateral_finding import CollateralType
from services.risk.collateral_valuation import ValuationSource
from services.risk.income_finding import IncomeAnswer
from services.risk.refusal_review import ReviewOutcome
from services.risk.refusals import RefusalStage
from services.runtime.money import Money


class RiskRejectionReason(Enum):
    """Why a risk manager rejects."""

    DEBT_TO_INCOME = auto()
    REPAYMENT_CAPACITY = auto()
    COLLATERAL = auto()
    CREDIT_HISTORY = auto()
    SCORE = auto()
    OTHER = auto()
    EXPOSURE = auto()


class OverrideReason(Enum):
    """Why a recommendation or a limit is overridden."""

    COMPENSATING_ASSETS = auto()
    GUARANTEE = auto()
    INCOME_NOT_IN_MODEL = auto()
    DATA_INCORRECT = auto()
    REPAYMENT_RECORD = auto()
    ADVERSE_INFORMATION = auto()
    PROJECT = auto()
    OTHER = auto()


class ConsentChannel(Enum):
    """How a consent reached the lender."""

    WEB = auto()
    MOBILE_APP = auto()
    IN_PERSON = auto()


class BureauPurpose(Enum):
    """What a credit bureau is asked for."""

    ASSESSMENT = auto()


@dataclass(frozen=True)
class RiskAssessmentCompleted:
    """The risk was assessed, or assessed anew; score and rating are None where no score is made, as of a company."""

    application_id: str
    customer_id: str
    score: int | None
    rating: RiskRating | None
    debt_to_income_percent: Decimal | None
    reason_codes: tuple[str, ...]
    scorecard_version: str
    assess_time: datetime


@dataclass(frozen=True)
class RiskApprovedForDiscussion:
    """A risk manager released the application for discussion; against the score, then somebody else had proposed it."""

    application_id: str
    customer_id: str
    score: int | None
    rating: RiskRating | None
    facility_type: str
    amount: Money
    tenure_months: int
    decided_by: str
    approve_time: datetime
    annual_rate_percent: Decimal
    monthly_instalment: Money
    proposed_by: str = ""
    override_reason: OverrideReason | None = None


@dataclass(frozen=True)
class RiskRejected:
    """A risk manager rejected the application; against the score, then somebody else had proposed it."""

    application_id: str
    customer_id: str
    score: int | None
    rating: RiskRating | None
    decided_by: str
    rejection_reason: RiskRejectionReason
    reject_time: datetime
    proposed_by: str = ""
    override_reason: OverrideReason | None = None


@dataclass(frozen=True)
class RiskRefusalNoticeIssued:
    """The customer is to have the notice of a refusal; `issue_count` is 1 the first time."""

    application_id: str
    customer_id: str
    refusal_number: int
    stage: RefusalStage
    issue_count: int
    review_until_time: datetime
    issue_time: datetime


@dataclass(frozen=True)
class RiskRefusalNoticeUndelivered:
    """The notice of a refusal failed, or has not reached the customer shortly before it is due: it goes by post."""

    application_id: str
    customer_id: str
    refusal_number: int
    due_time: datetime
    tell_time: datetime


@dataclass(frozen=True)
class RiskDecisionDue:
    """The customer is owed an answer to the application soon, and the risk is not decided yet."""

    application_id: str
    customer_id: str
    decision_due_time: datetime
    decision_tell_time: datetime


@dataclass(frozen=True)
class RiskReviewDue:
    """The answer to a review is owed soon."""

    application_id: str
    customer_id: str
    refusal_number: int
    answer_due_time: datetime
    remind_time: datetime


@dataclass(frozen=True)
class RiskReviewOverdue:
    """The answer to a review is overdue."""

    application_id: str
    customer_id: str
    refusal_number: int
    answer_due_time: datetime
    escalate_time: datetime


@dataclass(frozen=True)
class RiskReviewRequested:
    """The customer asks that a person reviews a refusal."""

    application_id: str
    customer_id: str
    refusal_number: int
    request_time: datetime
    answer_due_time: datetime | None = None


@dataclass(frozen=True)
class RiskReviewDecided:
    """A person who had no part in a refusal has reviewed it."""

    application_id: str
    customer_id: str
    refusal_number: int
    outcome: ReviewOutcome
    decided_by: str
    decide_time: datetime


@dataclass(frozen=True)
class RiskBureauConsentGiven:
    """The customer lets a credit bureau be asked."""

    application_id: str
    customer_id: str
    consent_version: str
    channel: ConsentChannel
    give_time: datetime


@dataclass(frozen=True)
class RiskBureauConsentWithdrawn:
    """The customer does not want one to be asked any more."""

    application_id: str
    customer_id: str
    withdraw_time: datetime


@dataclass(frozen=True)
class RiskBureauInquirySettled:
    """It is known what came of asking it, or that nothing did in time."""

    application_id: str
    customer_id: str
    purpose: BureauPurpose
    answer: BureauAnswer
    settle_time: datetime


@dataclass(frozen=True)
class RiskIncomeStatementRead:
    """It is known what came of reading a bank statement."""

    application_id: str
    customer_id: str
    document_id: str
    document_version: int
    answer: IncomeAnswer
    read_time: datetime


@dataclass(frozen=True)
class RiskCollateralAdded:
    """Something is to secure the loan."""

    application_id: str
    customer_id: str
    collateral_id: str
    collateral_type: CollateralType
    added_by: str
    add_time: datetime


@dataclass(frozen=True)
class RiskCollateralWithdrawn:
    """Something is not to secure the loan any more."""

    application_id: str
    customer_id: str
    collateral_id: str
    withdrawn_by: str
    withdraw_time: datetime


@dataclass(frozen=True)
class RiskCollateralValued:
    """A valuation was recorded; it counts at once, or waits for a second person."""

    application_id: str
    customer_id: str
    collateral_id: str
    valuation_number: int
    source: ValuationSource
    value: Money
    lendable_value: Money
    in_force: bool
    recorded_by: str
    record_time: datetime


@dataclass(frozen=True)
class RiskCollateralValuationSettled:
    """A second person confirmed or rejected a valuation."""

    application_id: str
    customer_id: str
    collateral_id: str
    valuation_number: int
    confirmed: bool
    settled_by: str
    settle_time: datetime
