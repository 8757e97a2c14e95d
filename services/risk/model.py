"""The risk report of one application: figures, assessment, decision. Pure Python, no I/O, no clock."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import Enum, auto

from services.risk.figures import Figures
from services.runtime.aggregate import Aggregate
from services.runtime.errors import FailedPrecondition, PermissionDenied
from services.runtime.money import Money


class RiskStatus(Enum):
    """Where an assessment stands; the last three are its ends."""

    PENDING = auto()
    ASSESSED = auto()
    APPROVED = auto()
    REJECTED = auto()
    CLOSED = auto()


S = RiskStatus
# How many assessments of offers a report keeps.
OFFERS_KEPT = 20


class RiskRating(Enum):
    """A band of scores, from very low risk to very high."""

    A = auto()
    B = auto()
    C = auto()
    D = auto()
    E = auto()


class RiskDecision(Enum):
    """What a risk manager can decide."""

    APPROVED = auto()
    REJECTED = auto()


class RiskRejectionReason(Enum):
    """Why a risk manager rejects."""

    DEBT_TO_INCOME = auto()
    REPAYMENT_CAPACITY = auto()
    COLLATERAL = auto()
    CREDIT_HISTORY = auto()
    SCORE = auto()
    OTHER = auto()


@dataclass(frozen=True)
class Indicators:
    """What follows from the figures; rates and shares in percent, None where there is nothing to divide by."""

    annual_rate_percent: Decimal
    monthly_instalment: Money
    debt_to_income_percent: Decimal | None
    repayment_capacity: Money
    collateral_cover_percent: Decimal
    bureau_score: int | None = None


@dataclass(frozen=True)
class ScoreReason:
    """What one characteristic is worth: a reason of a score where its points are below zero.

    `change` is what would have to change for more points, empty where nothing can.
    """

    code: str
    points: int
    description: str
    change: str = ""


@dataclass(frozen=True)
class ChallengerScore:
    """What a table makes of the application that is tried beside the one that decides."""

    scorecard_version: str
    score: int
    rating: RiskRating
    default_probability_percent: Decimal | None


@dataclass(frozen=True)
class Assessment:
    """The score, 0 worst to 1000 best, with all it rests on; `reasons` are what lowered it, the costliest first.

    `default_probability_percent` is None for a table that is not calibrated. `challenger` decides nothing.
    """

    indicators: Indicators
    score: int
    rating: RiskRating
    reasons: tuple[ScoreReason, ...]
    scorecard_version: str
    assess_time: datetime
    default_probability_percent: Decimal | None = None
    challenger: ChallengerScore | None = None


@dataclass(frozen=True)
class AssessedTerms:
    """The terms that an assessment is about, and what they cost a month."""

    amount: Money
    annual_rate_percent: Decimal
    tenure_months: int
    monthly_instalment: Money


@dataclass(frozen=True)
class OfferAssessment:
    """What the assessment of terms that were to be offered found; `terms_hash` is that of all the terms."""

    terms: AssessedTerms
    terms_hash: str
    debt_to_income_percent: Decimal | None
    repayment_capacity: Money
    score: int
    rating: RiskRating
    assess_time: datetime


@dataclass(frozen=True)
class RiskAssessmentCompleted:
    """The risk was assessed, or assessed anew."""

    application_id: str
    customer_id: str
    score: int
    rating: RiskRating
    debt_to_income_percent: Decimal | None
    reason_codes: tuple[str, ...]
    scorecard_version: str
    assess_time: datetime


@dataclass(frozen=True)
class RiskApprovedForDiscussion:
    """A risk manager released the application for discussion."""

    application_id: str
    customer_id: str
    score: int
    rating: RiskRating
    facility_type: str
    amount: Money
    tenure_months: int
    decided_by: str
    approve_time: datetime
    annual_rate_percent: Decimal
    monthly_instalment: Money


@dataclass(frozen=True)
class RiskRejected:
    """A risk manager rejected the application."""

    application_id: str
    customer_id: str
    score: int
    rating: RiskRating
    decided_by: str
    rejection_reason: RiskRejectionReason
    reject_time: datetime


@dataclass
class Report(Aggregate):
    """The report on one application. `earlier_deciders` are the accounts that took a decision on it before."""

    application_id: str
    customer_id: str
    figures: Figures
    submit_time: datetime
    status: RiskStatus = S.PENDING
    earlier_deciders: tuple[str, ...] = ()
    assessment: Assessment | None = None
    decided_by: str = ""
    rejection_reason: RiskRejectionReason | None = None
    reason: str = ""
    decide_time: datetime | None = None
    offers: tuple[OfferAssessment, ...] = ()

    def verify_income(self, income: Money | None) -> None:
        """Takes the income that KYC found; a report that has begun or ended stays as it is."""
        if self.status is S.PENDING and income is not None:
            self.figures = replace(self.figures, verified_income=income)

    def begin(self, deciders: tuple[str, ...], assessment: Assessment) -> None:
        """Takes the approval of KYC with those who took it; a report that has begun or ended stays as it is."""
        if self.status is S.PENDING:
            self.earlier_deciders = deciders
            self._assessed(assessment)

    @property
    def terms(self) -> AssessedTerms | None:
        """The terms that the assessment is about; None until there is one."""
        if self.assessment is None:
            return None
        found, figures = self.assessment.indicators, self.figures
        return AssessedTerms(figures.amount, found.annual_rate_percent, figures.tenure_months, found.monthly_instalment)

    def check_offerable(self) -> Assessment:
        """What was decided on; refuses a report that no risk manager released."""
        self._require(S.APPROVED)
        return self.assessed()

    def keep_offer(self, offer: OfferAssessment) -> None:
        """Keeps the assessment of terms that are to be offered, in the place of an earlier one of the same terms."""
        self.check_offerable()
        others = tuple(each for each in self.offers if each.terms_hash != offer.terms_hash)
        self.offers = (*others, offer)[-OFFERS_KEPT:]

    def check_assessable(self) -> None:
        """Refuses a report that waits for KYC, is decided or has ended."""
        self._require(S.ASSESSED)

    def assess(self, assessment: Assessment) -> None:
        """Replaces the assessment; possible until it is decided."""
        self.check_assessable()
        self._assessed(assessment)

    def approve(self, reason: str, by: str, at: datetime) -> None:
        """Releases the application for discussion."""
        assessment = self._decide(S.APPROVED, reason, by, at)
        self._emit(
            RiskApprovedForDiscussion(
                self.application_id, self.customer_id, assessment.score, assessment.rating, self.figures.facility_type,
                self.figures.amount, self.figures.tenure_months, by, at, assessment.indicators.annual_rate_percent,
                assessment.indicators.monthly_instalment,
            )
        )  # fmt: skip

    def reject(self, rejection_reason: RiskRejectionReason, reason: str, by: str, at: datetime) -> None:
        """Rejects the application; it ends."""
        assessment = self._decide(S.REJECTED, reason, by, at)
        self.rejection_reason = rejection_reason
        self._emit(
            RiskRejected(
                self.application_id, self.customer_id, assessment.score, assessment.rating, by, rejection_reason, at
            )
        )

    def close(self) -> None:
        """Ends an undecided report because the application ended elsewhere; one that has ended stays as it is."""
        if self.status in (S.PENDING, S.ASSESSED):
            self.status = S.CLOSED

    def assessed(self) -> Assessment:
        """The assessment; refuses a report that has none."""
        if self.assessment is None:
            raise FailedPrecondition.wrong_status("report", self.status, (S.ASSESSED, S.APPROVED, S.REJECTED))
        return self.assessment

    def _assessed(self, assessment: Assessment) -> None:
        self.status, self.assessment = S.ASSESSED, assessment
        self._emit(
            RiskAssessmentCompleted(
                self.application_id, self.customer_id, assessment.score, assessment.rating,
                assessment.indicators.debt_to_income_percent, tuple(each.code for each in assessment.reasons),
                assessment.scorecard_version, assessment.assess_time,
            )
        )  # fmt: skip

    def check_decidable(self, by: str) -> None:
        """Refuses what is not assessed, is decided or has ended, and anyone who took a decision before."""
        self._require(S.ASSESSED)
        if by in self.earlier_deciders:
            raise PermissionDenied("who took a decision on it before takes none here", reason="MAKER_CHECKER")

    def _decide(self, to: RiskStatus, reason: str, by: str, at: datetime) -> Assessment:
        self.check_decidable(by)
        self.status, self.decided_by, self.reason, self.decide_time = to, by, reason, at
        return self.assessed()

    def _require(self, *allowed: RiskStatus) -> None:
        if self.status not in allowed:
            raise FailedPrecondition.wrong_status("report", self.status, allowed)
