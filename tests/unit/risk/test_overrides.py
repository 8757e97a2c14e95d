"""Overrides: every sequence of steps by any three people leaves no decision that one of them took alone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.risk.assessment import RiskRating
from services.risk.events import OverrideReason, RiskApprovedForDiscussion, RiskRejected, RiskRejectionReason
from services.risk.model import Report, RiskStatus
from services.risk.overrides import Override, OverrideStatus, RiskDecision, recommendation
from services.runtime.errors import FailedPrecondition, PermissionDenied
from tests.unit.risk.test_model import ASSESSMENT, NOW, report


def proposal(made: Report, decision: RiskDecision, by: str) -> Override:
    return Override(decision, OverrideReason.GUARANTEE, "a deed", recommendation(made.assessed()), by, NOW)


def at(rating: RiskRating) -> Report:
    made = report()
    made.assess(replace(ASSESSMENT, rating=rating))
    made.events.clear()
    return made


STEPS: dict[str, Callable[[Report, str], object]] = {
    "approve": lambda made, by: made.approve("fine", by, NOW),
    "reject": lambda made, by: made.reject(RiskRejectionReason.OTHER, "no", by, NOW),
    "propose to approve": lambda made, by: made.propose(proposal(made, RiskDecision.APPROVED, by)),
    "propose to reject": lambda made, by: made.propose(proposal(made, RiskDecision.REJECTED, by)),
    "confirm": lambda made, by: made.settle(True, "seen", by, NOW),
    "decline": lambda made, by: made.settle(False, "no", by, NOW),
    "assess": lambda made, _: made.assess(replace(made.assessed(), assess_time=NOW + timedelta(days=1))),
}


@given(
    st.sampled_from(RiskRating),
    st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.sampled_from(["ada", "ben", "cleo"])), max_size=8),
)
def test_no_one_decides_alone_against_the_score(rating: RiskRating, steps: list[tuple[str, str]]) -> None:
    made = at(rating)
    for step, by in steps:
        before = replace(made)
        try:
            STEPS[step](made, by)
        except (FailedPrecondition, PermissionDenied):
            assert made == before
    open_ones = [each for each in made.overrides if each.status is OverrideStatus.PROPOSED]
    assert len(open_ones) <= (made.status is RiskStatus.ASSESSED)
    against = {RiskStatus.APPROVED: RiskRating.E, RiskStatus.REJECTED: RiskRating.A}
    decided = [each for each in made.events if isinstance(each, RiskApprovedForDiscussion | RiskRejected)]
    assert len(decided) == (made.status in against)
    for event in decided:
        two = bool(event.proposed_by) and event.proposed_by != event.decided_by
        assert two is (against[made.status] is rating) and (event.override_reason is not None) is two


@pytest.mark.parametrize("person", ["c", "guarantor"])
def test_who_is_bound_by_the_loan_takes_no_step(person: str) -> None:
    for step in ("approve", "reject", "propose to approve", "confirm", "decline"):
        made = at(RiskRating.E)
        made.party_ids = ("guarantor",)
        if step in ("confirm", "decline"):
            made.propose(proposal(made, RiskDecision.APPROVED, "ada"))
        before = replace(made)
        with pytest.raises(PermissionDenied) as refused:
            STEPS[step](made, person)
        assert (refused.value.reason, made) == ("MAKER_CHECKER", before)


@pytest.mark.parametrize("confirmed", [True, False])
def test_a_confirmed_one_is_the_decision_of_its_second_person(confirmed: bool) -> None:
    made = at(RiskRating.A)
    made.propose(proposal(made, RiskDecision.REJECTED, "ada"))
    done = made.settle(confirmed, "seen", "ben", NOW)
    assert (done.proposed_by, done.settled_by, done.settle_reason) == ("ada", "ben", "seen")
    assert made.status is (RiskStatus.REJECTED if confirmed else RiskStatus.ASSESSED)
    assert made.decided_by == ("ben" if confirmed else "") and made.overrides == (done,)


def test_an_end_elsewhere_leaves_none_open() -> None:
    made = at(RiskRating.E)
    made.propose(proposal(made, RiskDecision.APPROVED, "ada"))
    made.close()
    assert [each.status for each in made.overrides] == [OverrideStatus.LAPSED]
