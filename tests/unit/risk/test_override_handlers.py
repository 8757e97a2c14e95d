"""Overrides go by what is owed elsewhere when they are proposed, and are not confirmed on what nobody has seen."""

from dataclasses import replace

import pytest

from services.risk.assessment import RiskRating
from services.risk.events import OverrideReason, RiskRejectionReason
from services.risk.model import Report, RiskStatus
from services.risk.override_handlers import Overrides, ProposeOverride, SettleOverride
from services.risk.overrides import OverrideStatus, RiskDecision
from services.runtime import context
from services.runtime.context import Caller, CallerKind, RequestContext
from services.runtime.errors import FailedPrecondition, Unavailable
from services.runtime.money import Money
from tests.unit.risk.test_handlers import INCOME, KYC_APPROVED, MOST, Risk, euros, loan

APPROVE = ProposeOverride("a0", RiskDecision.APPROVED, None, OverrideReason.GUARANTEE, "a deed")
REJECT = ProposeOverride("a0", RiskDecision.REJECTED, RiskRejectionReason.EXPOSURE, OverrideReason.OTHER, "all of it")
TOO_MUCH = loan(1, euros(MOST), 0, "c2")


def assessed(debts: int) -> Risk:
    """An application that was assessed with so many debts a month, and nothing owed elsewhere."""
    risk = Risk(debts=debts)
    risk.app.start(KYC_APPROVED)
    return risk


def hopeless() -> Risk:
    """One that the score recommends to reject."""
    return assessed(INCOME)


def propose(risk: Risk, command: ProposeOverride = APPROVE, by: str = "risk") -> Report:
    with context.bind(RequestContext(Caller(CallerKind.OPERATOR, subject=by), method="ProposeOverride")):
        return Overrides(risk.app).propose(command)


def settle(risk: Risk, confirmed: bool = True) -> Report:
    with context.bind(RequestContext(Caller(CallerKind.OPERATOR, subject="second"), method="SettleOverride")):
        return Overrides(risk.app).settle(SettleOverride("a0", confirmed, "seen"))


def total(report: Report) -> Money | None:
    return report.figures.total_exposure


def test_what_is_proposed_says_what_is_owed_by_then_and_which_rules_stand_against_it() -> None:
    risk = hopeless()
    risk.applications.loans = [TOO_MUCH]
    report = propose(risk)
    assert total(report) == euros(10000 + MOST)
    assert report.rules is not None and "EXPOSURE_ABOVE_7_INCOMES" in [each.name for each in report.rules.fired]
    assert settle(risk).status is RiskStatus.APPROVED, "both have seen it"


def test_what_rules_say_since_both_have_to_see() -> None:
    risk = hopeless()
    propose(risk)
    before = risk.report
    risk.applications.loans = [TOO_MUCH]
    with pytest.raises(FailedPrecondition) as refused:
        settle(risk)
    assert (refused.value.reason, refused.value.metadata["rules"]) == ("OVERRIDE_OUTDATED", "EXPOSURE_ABOVE_7_INCOMES")
    assert risk.report == before
    settle(risk, confirmed=False)
    propose(risk)
    report = settle(risk)
    assert (report.status, total(report)) == (RiskStatus.APPROVED, euros(10000 + MOST))


def test_what_no_rule_minds_is_taken_over_when_it_is_confirmed() -> None:
    risk = hopeless()
    propose(risk)
    risk.applications.loans = [loan(1, euros(500))]
    assert total(settle(risk)) == euros(10500)


def test_a_limit_that_was_below_the_amount_already_is_no_news() -> None:
    risk = hopeless()
    risk.applications.loans = [loan(1, euros(MOST - 9999))]
    propose(risk)
    risk.applications.loans = [loan(1, euros(MOST))]
    assert settle(risk).status is RiskStatus.APPROVED


def test_a_rejection_stands_whatever_rules_say_since() -> None:
    risk = assessed(0)
    risk.report.assessment = replace(risk.report.assessed(), rating=RiskRating.A)
    propose(risk, REJECT)
    risk.applications.loans = [TOO_MUCH]
    report = settle(risk)
    assert (report.status, report.rejection_reason) == (RiskStatus.REJECTED, RiskRejectionReason.EXPOSURE)
    assert total(report) == euros(10000 + MOST)


def test_what_is_declined_leaves_the_report_as_it_was_proposed_on() -> None:
    risk = hopeless()
    propose(risk)
    before = risk.report
    risk.applications.loans = [TOO_MUCH]
    report = settle(risk, confirmed=False)
    assert (report.figures, report.rules) == (before.figures, before.rules)
    assert [each.status for each in report.overrides] == [OverrideStatus.DECLINED]


def test_nothing_is_proposed_or_settled_while_it_cannot_be_asked() -> None:
    risk = hopeless()
    propose(risk)
    before = risk.report
    risk.applications.away = True
    with pytest.raises(Unavailable):
        settle(risk)
    assert risk.report == before
