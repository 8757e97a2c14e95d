"""Overrides: what is decided against the score's recommendation, or offered beyond the decision; by two people. Pure.

The score alone recommends only at its ends; between them the judgement is the risk manager's. What goes the other way
is proposed by one person with a coded reason, and confirmed by another.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto

from services.risk.assessment import AssessedTerms, Assessment, RiskRating
from services.risk.events import OverrideReason, RiskRejectionReason
from services.risk.rules import RuleOutcome
from services.runtime.errors import FailedPrecondition, PermissionDenied
from services.runtime.money import Money


class RiskDecision(Enum):
    """What a risk manager can decide."""

    APPROVED = auto()
    REJECTED = auto()


class RiskRecommendation(Enum):
    """What the score recommends."""

    APPROVE = auto()
    REFER = auto()
    REJECT = auto()


class OverrideStatus(Enum):
    """Where an override stands; all but the first are its ends."""

    PROPOSED = auto()
    CONFIRMED = auto()
    DECLINED = auto()
    LAPSED = auto()


_AGAINST = {RiskDecision.APPROVED: RiskRecommendation.REJECT, RiskDecision.REJECTED: RiskRecommendation.APPROVE}


@dataclass(frozen=True)
class Override:
    """One that was proposed: of the decision, or of the limit of offers; then `terms_hash` names the terms.

    `limit` is what those terms go beyond, as services.risk.mandate names it. `reason` and `settle_reason` are words for
    the file.
    """

    decision: RiskDecision
    override_reason: OverrideReason
    reason: str
    recommendation: RiskRecommendation
    proposed_by: str
    propose_time: datetime
    rejection_reason: RiskRejectionReason | None = None
    terms: AssessedTerms | None = None
    terms_hash: str = ""
    limit: str = ""
    status: OverrideStatus = OverrideStatus.PROPOSED
    settled_by: str = ""
    settle_reason: str = ""
    settle_time: datetime | None = None

    @property
    def of_limit(self) -> bool:
        """Whether it is about terms beyond the decision, and not about the decision."""
        return bool(self.terms_hash)


def recommendation(found: Assessment) -> RiskRecommendation:
    """What an assessment recommends: by its rating, if it has one, and to reject what the income cannot carry."""
    if found.known_rating is RiskRating.E or found.indicators.repayment_capacity.amount < 0:
        return RiskRecommendation.REJECT
    return RiskRecommendation.APPROVE if found.known_rating is RiskRating.A else RiskRecommendation.REFER


def contradicts(decision: RiskDecision, recommended: RiskRecommendation) -> bool:
    """Whether a decision is the opposite of what is recommended."""
    return _AGAINST[decision] is recommended


def require_recommended(decision: RiskDecision, found: Assessment) -> None:
    """Refuses a decision against what is recommended: FailedPrecondition OVERRIDE_REQUIRED, with `recommendation`."""
    recommended = recommendation(found)
    if contradicts(decision, recommended):
        raise FailedPrecondition(
            f"the score recommends to {recommended.name}; propose an override, which another person confirms",
            reason="OVERRIDE_REQUIRED", metadata={"recommendation": recommended.name},
        )  # fmt: skip


def require_scored(rejected: RiskRejectionReason, found: Assessment) -> None:
    """Refuses a rejection for a score that there is not: FailedPrecondition NOT_SCORED."""
    if rejected is RiskRejectionReason.SCORE and found.unscored is not None:
        raise not_scored()


def not_scored() -> FailedPrecondition:
    """The refusal of what needs a score, of an application that is judged without one."""
    return FailedPrecondition("the application of a company is not scored", reason="NOT_SCORED")


def require_contradiction(decision: RiskDecision, recommended: RiskRecommendation) -> None:
    """Refuses an override of what is recommended, or left open: FailedPrecondition OVERRIDE_NOT_NEEDED."""
    if not contradicts(decision, recommended):
        raise not_needed(f"the score recommends to {recommended.name}, so this can be decided without an override")


def not_needed(text: str) -> FailedPrecondition:
    """The refusal of an override that would change nothing."""
    return FailedPrecondition(text, reason="OVERRIDE_NOT_NEEDED")


def proposed(before: Sequence[Override], new: Override) -> tuple[Override, ...]:
    """With one more; FailedPrecondition OVERRIDE_OPEN while an earlier one waits."""
    if open_one(before) is not None:
        raise FailedPrecondition("an override is proposed already, and waits", reason="OVERRIDE_OPEN")
    return (*before, new)


def open_one(overrides: Sequence[Override]) -> Override | None:
    """The one that waits for its second person; there is one at most."""
    return next((each for each in overrides if each.status is OverrideStatus.PROPOSED), None)


def require_current(waiting: Override, amount: Money, before: RuleOutcome | None, now: RuleOutcome) -> None:
    """Refuses an approval of an amount that rules stand against by now which did not when it was proposed.

    Two people answer for an override, for what both have seen: FailedPrecondition OVERRIDE_OUTDATED, with `rules`.
    """
    new = now.against(amount) - (frozenset() if before is None else before.against(amount))
    if new and waiting.decision is RiskDecision.APPROVED:
        names = ", ".join(sorted(new))
        text = f"{names} of the rules {now.rule_set_version} came up since it was proposed; decline it and propose anew"
        raise FailedPrecondition(text, reason="OVERRIDE_OUTDATED", metadata={"rules": names})


def settled(
    before: Sequence[Override], confirmed: bool, reason: str, by: str, at: datetime
) -> tuple[tuple[Override, ...], Override]:
    """With the open one confirmed or declined by another than who proposed it, and that one.

    Errors: FailedPrecondition NO_OVERRIDE when none waits, PermissionDenied MAKER_CHECKER.
    """
    if (waiting := open_one(before)) is None:
        raise FailedPrecondition("no override is proposed", reason="NO_OVERRIDE")
    if by == waiting.proposed_by:
        raise PermissionDenied("who proposed the override does not settle it", reason="MAKER_CHECKER")
    to = OverrideStatus.CONFIRMED if confirmed else OverrideStatus.DECLINED
    done = replace(waiting, status=to, settle_reason=reason, settled_by=by, settle_time=at)
    return tuple(done if each is waiting else each for each in before), done


def lapsed(before: Sequence[Override], at: datetime | None = None) -> tuple[Override, ...]:
    """With the open one, if there is one, without effect: what it was about was decided or assessed otherwise."""
    return tuple(
        replace(each, status=OverrideStatus.LAPSED, settle_time=at) if each.status is OverrideStatus.PROPOSED else each
        for each in before
    )


def released(overrides: Sequence[Override], terms_hash: str) -> bool:
    """Whether a confirmed override lets these terms be offered beyond the decision."""
    return any(each.terms_hash == terms_hash and each.status is OverrideStatus.CONFIRMED for each in overrides)


def had_a_part() -> PermissionDenied:
    """The refusal of who takes a second decision on an application."""
    return PermissionDenied("who took a decision on it before takes none here", reason="MAKER_CHECKER")


def why_overridden(override: Override | None) -> tuple[str, OverrideReason | None]:
    """Who proposed an override and why, as events have it; nobody and nothing where there is none."""
    return ("", None) if override is None else (override.proposed_by, override.override_reason)
