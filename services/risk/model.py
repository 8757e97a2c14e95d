"""The risk report of one application: figures, assessment, decision. Pure Python, no I/O, no clock."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto
from typing import Any

from services.law import Pack
from services.risk import overrides
from services.risk.assessment import AssessedTerms, Assessment, OfferAssessment
from services.risk.events import (
    RiskApprovedForDiscussion,
    RiskAssessmentCompleted,
    RiskDecisionDue,
    RiskRejected,
    RiskRejectionReason,
)
from services.risk.exposure import Exposure
from services.risk.figures import Figures
from services.risk.overrides import Override, RiskDecision, RiskRecommendation
from services.risk.refusable import Refusable
from services.risk.refusals import DECISION_TOLD_AHEAD, Refusal
from services.risk.rules import RuleOutcome
from services.runtime.errors import FailedPrecondition
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


@dataclass
class Report(Refusable):
    """The report on one application. `earlier_deciders` are the accounts that took a decision on it before.

    `party_ids` are the customers who are bound by the loan beside the one who applied; of reports of before, nobody.
    `for_legal_entity` where the customer applied for the company for which they act; of reports of before, not.
    `decision_due_time` is by when the customer is owed an answer, None where the law counts otherwise, and of reports
    of before; `decision_tell_time` when staff were told that it is owed soon.
    `rules` is what the lender's rules found, None of what was assessed before there were any.
    """

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
    overrides: tuple[Override, ...] = ()
    rules: RuleOutcome | None = None
    refusals: tuple[Refusal, ...] = ()
    party_ids: tuple[str, ...] = ()
    for_legal_entity: bool = False
    decision_due_time: datetime | None = None
    decision_tell_time: datetime | None = None

    def verify(self, deciders: tuple[str, ...], income: Money | None) -> None:
        """Takes KYC's approval: by whom, on which income; a report that has begun or ended stays as it is."""
        if self.status is S.PENDING:
            self.earlier_deciders = deciders
            self.figures = self.figures if income is None else replace(self.figures, verified_income=income)

    def expose(self, exposure: Exposure) -> None:
        """Takes what is owed beside the loan; a report that is decided or has ended stays as it is."""
        self.learn(exposure=exposure)

    @property
    def is_undecided(self) -> bool:
        """Whether it is neither decided nor ended."""
        return self.status in (S.PENDING, S.ASSESSED)

    def learn(self, **known: Any) -> None:
        """Takes figures that others than the customer know; a report that is decided or has ended stays as it is."""
        if self.is_undecided:
            self.figures = replace(self.figures, **known)

    def begin(self, assessment: Assessment, rules: RuleOutcome | None = None) -> None:
        """Takes the first assessment, once KYC is approved; a report that has begun or ended stays as it is."""
        if self.status is S.PENDING:
            self._assessed(assessment, rules)

    def update(self, assessment: Assessment, rules: RuleOutcome | None = None) -> None:
        """Takes one for which something was asked: the first, or one anew; a report that is decided or ended stays."""
        if self.is_undecided:
            self._assessed(assessment, rules)

    @property
    def recommendation(self) -> RiskRecommendation | None:
        """What the score recommends; None until there is one."""
        return None if self.assessment is None else overrides.recommendation(self.assessment)

    @property
    def terms(self) -> AssessedTerms | None:
        """The terms that the assessment is about; None until there is one."""
        return (
            None if self.assessment is None else self.assessment.terms(self.figures.amount, self.figures.tenure_months)
        )

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

    def assess(self, assessment: Assessment, rules: RuleOutcome | None = None) -> None:
        """Replaces the assessment; possible until it is decided."""
        self.check_assessable()
        self._assessed(assessment, rules)

    def renew(self, exposure: Exposure, hold: Callable[[Figures, Assessment], RuleOutcome]) -> RuleOutcome:
        """Takes what is owed beside the loan and what the rules in force find by now, instead of at the assessment."""
        self.check_assessable()
        self.expose(exposure)
        self.rules = found = hold(self.figures, self.assessed())
        return found

    def renew_override(self, exposure: Exposure, hold: Callable[[Figures, Assessment], RuleOutcome]) -> None:
        """The same before an override of the decision is confirmed: OVERRIDE_OUTDATED, as overrides.require_current."""
        before, waiting = self.rules, overrides.open_one(self.overrides)
        if waiting is not None and not waiting.of_limit:
            overrides.require_current(waiting, self.figures.amount, before, self.renew(exposure, hold))

    def approve(self, reason: str, by: str, at: datetime, addressed: Sequence[str] = ()) -> None:
        """Releases the application for discussion; OVERRIDE_REQUIRED where the score recommends to reject it.

        `addressed` are the rules that referred it and were looked at.
        """
        self._decide_alone(RiskDecision.APPROVED, by)
        if self.rules is not None:
            self.rules.require_approvable(self.figures.amount, addressed)
        self._approved(reason, by, at)

    def reject(self, rejection_reason: RiskRejectionReason, reason: str, by: str, at: datetime) -> None:
        """Rejects the application, which ends; OVERRIDE_REQUIRED where the score recommends to approve it.

        NOT_SCORED for a score that there is not.
        """
        self._decide_alone(RiskDecision.REJECTED, by)
        overrides.require_scored(rejection_reason, self.assessed())
        self._rejected(rejection_reason, reason, by, at)

    def propose(self, override: Override) -> None:
        """Keeps an override of the decision, until another person settles it."""
        self.check_decidable(override.proposed_by)
        overrides.require_contradiction(override.decision, override.recommendation)
        self.overrides = overrides.proposed(self.overrides, override)

    def propose_limit(self, override: Override) -> None:
        """Keeps an override of the limit of what may be offered, until another person settles it."""
        self.check_offerable()
        self._require_outsider(override.proposed_by)
        self.overrides = overrides.proposed(self.overrides, override)

    def settle(self, confirmed: bool, reason: str, by: str, at: datetime) -> Override:
        """Confirms or declines the override that waits; confirmed, one of the decision is the decision."""
        self._require_outsider(by)
        if by in (*self.earlier_deciders, self.decided_by):
            raise overrides.had_a_part()
        self.overrides, done = overrides.settled(self.overrides, confirmed, reason, by, at)
        if confirmed and not done.of_limit:
            self._require(S.ASSESSED)
            if done.decision is RiskDecision.APPROVED:
                self._approved(done.reason, by, at, done)
            else:
                self._rejected(done.rejection_reason or RiskRejectionReason.OTHER, done.reason, by, at, done)
        return done

    def _decide_alone(self, decision: RiskDecision, by: str) -> None:
        self.check_decidable(by)
        overrides.require_recommended(decision, self.assessed())

    def _approved(self, reason: str, by: str, at: datetime, override: Override | None = None) -> None:
        assessment = self._decide(S.APPROVED, reason, by, at)
        self._emit(
            RiskApprovedForDiscussion(
                self.application_id, self.customer_id, assessment.known_score, assessment.known_rating,
                self.figures.facility_type, self.figures.amount, self.figures.tenure_months, by, at,
                assessment.indicators.annual_rate_percent, assessment.indicators.monthly_instalment,
                *overrides.why_overridden(override),
            )
        )  # fmt: skip

    def _rejected(
        self, why: RiskRejectionReason, reason: str, by: str, at: datetime, override: Override | None = None
    ) -> None:
        found = self._decide(S.REJECTED, reason, by, at)
        self.rejection_reason = why
        about = self.application_id, self.customer_id, found.known_score, found.known_rating
        self._emit(RiskRejected(*about, by, why, at, *overrides.why_overridden(override)))

    @property
    def deadline_time(self) -> datetime | None:
        """When next staff are to be told of what is owed soon, or late; None when nothing is."""
        of_refusal = self.refusals[-1].deadline_time if self.refusals else None
        return min((each for each in (self._tell_due_time, of_refusal) if each is not None), default=None)

    def tell_of_deadlines(self, law: Pack, at: datetime) -> None:
        """Has staff told, each once, of what is owed soon, or late: a decision, and what a refusal brings."""
        if self._tell_due_time is not None and self.decision_due_time is not None and at >= self._tell_due_time:
            self.decision_tell_time = at
            self._emit(RiskDecisionDue(self.application_id, self.customer_id, self.decision_due_time, at))
        super().tell_of_deadlines(law, at)

    @property
    def _tell_due_time(self) -> datetime | None:
        is_open = self.status in (S.PENDING, S.ASSESSED) and not self.refusals
        if not is_open or self.decision_due_time is None or self.decision_tell_time is not None:
            return None
        return self.decision_due_time - DECISION_TOLD_AHEAD

    @property
    def lacks_refusal(self) -> bool:
        """Whether it was rejected before refusals were recorded."""
        return self.status is S.REJECTED and not self.refusals

    def close(self) -> None:
        """Ends an undecided report because the application ended elsewhere; one that has ended stays as it is."""
        if self.status in (S.PENDING, S.ASSESSED):
            self.status, self.overrides = S.CLOSED, overrides.lapsed(self.overrides)

    def assessed(self) -> Assessment:
        """The assessment; refuses a report that has none."""
        if self.assessment is None:
            raise FailedPrecondition.wrong_status("report", self.status, (S.ASSESSED, S.APPROVED, S.REJECTED))
        return self.assessment

    def _assessed(self, assessment: Assessment, rules: RuleOutcome | None) -> None:
        self.status, self.assessment, self.rules = S.ASSESSED, assessment, rules
        self.overrides = overrides.lapsed(self.overrides, assessment.assess_time)
        self._emit(
            RiskAssessmentCompleted(
                self.application_id, self.customer_id, assessment.known_score, assessment.known_rating,
                assessment.indicators.debt_to_income_percent, tuple(each.code for each in assessment.reasons),
                assessment.scorecard_version, assessment.assess_time,
            )
        )  # fmt: skip

    def check_decidable(self, by: str) -> None:
        """Refuses what is not assessed, is decided or has ended; who decided before, or is bound by the loan."""
        self._require(S.ASSESSED)
        self._require_outsider(by)
        if by in self.earlier_deciders:
            raise overrides.had_a_part()

    def _decide(self, to: RiskStatus, reason: str, by: str, at: datetime) -> Assessment:
        self.status, self.decided_by, self.reason, self.decide_time = to, by, reason, at
        self.overrides = overrides.lapsed(self.overrides, at)
        return self.assessed()

    def _require(self, *allowed: RiskStatus) -> None:
        if self.status not in allowed:
            raise FailedPrecondition.wrong_status("report", self.status, allowed)
