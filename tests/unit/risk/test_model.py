"""The risk report: every pair of a status and an action, and the rules of each step."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import product

import pytest

from services.risk.assessment import Assessment, Indicators, RiskRating, ScoreReason
from services.risk.events import RiskApprovedForDiscussion, RiskAssessmentCompleted, RiskRejected, RiskRejectionReason
from services.risk.figures import Figures
from services.risk.model import Report, RiskStatus
from services.runtime.errors import FailedPrecondition, PermissionDenied
from services.runtime.money import Money

S = RiskStatus
NOW = datetime(2030, 1, 2, tzinfo=UTC)


def euros(amount: int) -> Money:
    return Money(Decimal(amount), "EUR")


FIGURES = Figures("PERSONAL", euros(10000), 36, euros(12000), euros(4000), euros(300), euros(0))
INDICATORS = Indicators(Decimal("7.9"), euros(313), Decimal("15.33"), euros(3387), Decimal("0.00"))
ASSESSMENT = Assessment(INDICATORS, 755, RiskRating.B, (ScoreReason("TENURE_MEDIUM", 15, "Five years."),), "1", NOW)
WORSE = replace(ASSESSMENT, score=400, rating=RiskRating.D)


def report(status: RiskStatus = S.ASSESSED) -> Report:
    made = Report("a", "c", FIGURES, NOW)
    if status is not S.PENDING:
        made.verify(("officer", "manager"), None)
        made.begin(ASSESSMENT)
    if status is S.APPROVED:
        made.approve("fine", "risk", NOW)
    elif status is S.REJECTED:
        made.reject(RiskRejectionReason.SCORE, "too low", "risk", NOW)
    elif status is S.CLOSED:
        made.close()
    assert made.status is status
    made.events.clear()
    return made


ACTIONS: dict[str, Callable[[Report], None]] = {
    "assess": lambda made: made.assess(WORSE),
    "approve": lambda made: made.approve("fine", "risk", NOW),
    "reject": lambda made: made.reject(RiskRejectionReason.OTHER, "no", "risk", NOW),
}
ALLOWED = {
    ("assess", S.ASSESSED): S.ASSESSED,
    ("approve", S.ASSESSED): S.APPROVED,
    ("reject", S.ASSESSED): S.REJECTED,
}


@pytest.mark.parametrize("action, status", list(product(ACTIONS, S)))
def test_every_action_from_every_status(action: str, status: RiskStatus) -> None:
    made = report(status)
    if (action, status) in ALLOWED:
        ACTIONS[action](made)
        assert made.status is ALLOWED[action, status]
        return
    before = replace(made)
    with pytest.raises(FailedPrecondition) as refused:
        ACTIONS[action](made)
    assert refused.value.metadata == {"status": status.name, "allowed_from": "ASSESSED"}
    assert made == before and not made.events


@pytest.mark.parametrize("status", S)
def test_an_approval_of_kyc_begins_only_what_waits_for_it(status: RiskStatus) -> None:
    made = report(status)
    made.verify(("x", "y"), None)
    made.begin(WORSE)
    if status is S.PENDING:
        assert made.status is S.ASSESSED and made.earlier_deciders == ("x", "y")
        assert [type(event) for event in made.events] == [RiskAssessmentCompleted]
    else:
        assert made == report(status) and not made.events


@pytest.mark.parametrize("status", S)
def test_an_ending_elsewhere_closes_only_what_is_undecided(status: RiskStatus) -> None:
    made = report(status)
    made.close()
    assert made.status is (S.CLOSED if status in (S.PENDING, S.ASSESSED) else status)
    assert not made.events


def test_a_new_assessment_replaces_the_old_one_and_is_reported() -> None:
    made = report()
    made.assess(WORSE)
    assert made.assessed() is WORSE
    assert made.events == [
        RiskAssessmentCompleted("a", "c", 400, RiskRating.D, Decimal("15.33"), ("TENURE_MEDIUM",), "1", NOW)
    ]


def test_an_approval_carries_what_the_discussion_needs() -> None:
    made = report()
    made.approve("fine", "risk", NOW)
    assert made.events == [
        RiskApprovedForDiscussion(
            "a", "c", 755, RiskRating.B, "PERSONAL", euros(10000), 36, "risk", NOW, Decimal("7.9"), euros(313)
        )
    ]


def test_a_rejection_reports_why() -> None:
    made = report()
    made.reject(RiskRejectionReason.COLLATERAL, "nothing secures it", "risk", NOW)
    assert made.events == [RiskRejected("a", "c", 755, RiskRating.B, "risk", RiskRejectionReason.COLLATERAL, NOW)]
    assert (made.decided_by, made.reason, made.decide_time) == ("risk", "nothing secures it", NOW)


@pytest.mark.parametrize("by", ["officer", "manager"])
@pytest.mark.parametrize("action", ["approve", "reject"])
def test_who_decided_before_does_not_decide_here(by: str, action: str) -> None:
    made = report()
    with pytest.raises(PermissionDenied) as refused:
        if action == "approve":
            made.approve("fine", by, NOW)
        else:
            made.reject(RiskRejectionReason.OTHER, "no", by, NOW)
    assert refused.value.reason == "MAKER_CHECKER"
    assert made.status is S.ASSESSED and not made.events


def test_there_is_no_score_before_the_assessment() -> None:
    with pytest.raises(FailedPrecondition) as refused:
        report(S.PENDING).assessed()
    assert refused.value.reason == "WRONG_STATUS"
