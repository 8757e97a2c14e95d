"""Who is politically exposed: a confirmed hit is no refusal, and stands in the way until a senior person approves."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from services.kyc.cases import (
    CASE_ALLOWED,
    DUE_DILIGENCE_ALLOWED,
    ScreeningCase,
    ScreeningCaseStatus,
    ScreeningTrigger,
)
from services.kyc.due_diligence import DueDiligenceStatus, MoneySource, Sources
from services.kyc.events import KycCaseOverdue
from services.kyc.matches import settled
from services.kyc.risk_tier import RiskTier, screened_tier
from services.kyc.screening import Listing
from services.runtime.errors import FailedPrecondition, PermissionDenied
from tests.unit.kyc.test_cases import ADA, ELSEWHERE, ENTRY, HIT, MATCHED, NOW, PASSPORT, THERE, TRUE_MATCH
from tests.unit.kyc.test_cases import case as sanctioned
from tests.unit.kyc.test_model import APPROVE, decide, review

S, D = ScreeningCaseStatus, DueDiligenceStatus
EXPOSED = (Listing.PEP, Listing.RELATIVE_OR_CLOSE_ASSOCIATE)
MONEY = Sources(MoneySource.EMPLOYMENT, "a minister's pay", MoneySource.PROPERTY, "rent of two flats", "d1")


def case(stage: str = "confirmed", listing: Listing = Listing.PEP) -> ScreeningCase:
    """A case of somebody exposed, as far as its name says."""
    entry, hit = replace(ENTRY, listing=listing, positions=("Minister",)), replace(HIT, listing=listing)
    made = ScreeningCase(
        "k", "c", "a", ScreeningTrigger.DAILY, hit, entry, ADA, "peps 1", "officer", NOW, NOW + CASE_ALLOWED
    )
    stages = {"open": 0, "confirmed": 1, "recorded": 2, "approved": 3, "returned": 3}
    steps: list[Callable[[], None]] = [
        lambda: made.resolve(TRUE_MATCH, THERE, "officer", NOW),
        lambda: made.record_due_diligence(MONEY, PASSPORT, "officer", NOW),
        lambda: made.review_due_diligence(stage == "approved", "seen", "senior", NOW),
    ]
    for step in steps[: stages[stage]]:
        step()
    return made


@pytest.mark.parametrize("listing", EXPOSED)
def test_a_confirmed_hit_waits_for_due_diligence_and_then_stands_in_no_ones_way(listing: Listing) -> None:
    for stage in ("open", "confirmed", "recorded", "returned", "approved"):
        made = case(stage, listing)
        found = settled(MATCHED, [made])
        assert found.blocks is (stage != "approved"), stage
        assert found.politically_exposed is (stage != "open"), stage
        assert found.awaits_due_diligence is (stage in ("confirmed", "recorded", "returned")), stage
        names = {"open": ("sanctions",), "approved": ()}
        assert found.standing == names.get(stage, ("due_diligence",))
        # More care is asked for as long as they are a customer.
        assert screened_tier(found, RiskTier.LOW) is RiskTier.HIGH
    assert settled(MATCHED, [case("approved")]).cleared_by == ("officer", "senior"), "who had a part does not decide"


def test_a_confirmed_sanction_stands_in_the_way_whatever_is_recorded() -> None:
    made = sanctioned(S.CONFIRMED)
    before = replace(made)
    with pytest.raises(FailedPrecondition) as refused:
        made.record_due_diligence(MONEY, PASSPORT, "officer", NOW)
    assert (refused.value.reason, made) == ("NOT_POLITICALLY_EXPOSED", before)
    found = settled(MATCHED, [made])
    assert (found.blocks, found.politically_exposed, found.standing) == (True, False, ("sanctions",))


def test_beside_a_sanction_due_diligence_opens_no_way() -> None:
    hits = (replace(HIT, listing=Listing.PEP), replace(HIT, entry_number="ofac:2"))
    two = replace(MATCHED, matched_entries=("ofac:1", "ofac:2"), hits=hits)
    other = replace(sanctioned(S.CONFIRMED), hit=hits[1])
    found = settled(two, [case("approved"), other])
    assert (found.blocks, found.standing, found.awaits_due_diligence) == (True, ("sanctions",), False)


ACTIONS: dict[str, Callable[[ScreeningCase], None]] = {
    "record": lambda made: made.record_due_diligence(MONEY, PASSPORT, "officer", NOW),
    "approve": lambda made: made.review_due_diligence(True, "", "senior", NOW),
    "give back": lambda made: made.review_due_diligence(False, "no papers", "senior", NOW),
}
ALLOWED = {
    ("record", "confirmed"): D.RECORDED,
    ("record", "recorded"): D.RECORDED,
    ("record", "returned"): D.RECORDED,
    ("approve", "recorded"): D.APPROVED,
    ("give back", "recorded"): D.RETURNED,
}


@pytest.mark.parametrize(
    "action, stage", list(product(ACTIONS, ("open", "confirmed", "recorded", "returned", "approved", "cleared")))
)
def test_every_action_at_every_stage(action: str, stage: str) -> None:
    made = case("open" if stage == "cleared" else stage)
    if stage == "cleared":
        made.resolve(ELSEWHERE, THERE, "officer", NOW)
    if (action, stage) in ALLOWED:
        ACTIONS[action](made)
        assert made.due_diligence is not None and made.due_diligence.status is ALLOWED[action, stage]
        return
    before = replace(made)
    with pytest.raises(FailedPrecondition) as refused:
        ACTIONS[action](made)
    assert refused.value.reason == "WRONG_STATUS" and made == before


def test_what_is_recorded_says_where_the_money_comes_from_and_what_shows_it() -> None:
    found = case("approved").due_diligence
    assert found is not None and found.evidence == PASSPORT
    assert (found.wealth_source, found.funds_source) == (MoneySource.EMPLOYMENT, MoneySource.PROPERTY)
    assert (found.recorded_by, found.reviewed_by, found.review_note) == ("officer", "senior", "seen")


@pytest.mark.parametrize("by", ["officer", "recorder"])
def test_who_confirmed_or_recorded_does_not_approve(by: str) -> None:
    made = case("recorded")
    assert made.due_diligence is not None
    made.due_diligence = replace(made.due_diligence, recorded_by="recorder")
    with pytest.raises(PermissionDenied) as refused:
        made.review_due_diligence(True, "", by, NOW)
    assert (refused.value.reason, made.awaits_due_diligence) == ("MAKER_CHECKER", True)


def test_only_the_assigned_officer_records() -> None:
    with pytest.raises(PermissionDenied) as refused:
        case().record_due_diligence(MONEY, PASSPORT, "somebody", NOW)
    assert refused.value.reason == "NOT_ASSIGNED"


def test_what_is_looked_at_again_has_no_due_diligence() -> None:
    made = case("approved")
    made.assign("other", NOW)
    assert (made.status, made.due_diligence) == (S.OPEN, None)


def test_due_diligence_that_nobody_does_is_escalated_once_with_each_step() -> None:
    made = case("confirmed")
    late = NOW + DUE_DILIGENCE_ALLOWED
    assert not made.escalate(late - timedelta(seconds=1))
    assert made.escalate(late) and not made.escalate(late)
    assert made.events == [KycCaseOverdue("k", "c", late, late)]
    made.record_due_diligence(MONEY, PASSPORT, "officer", late)
    assert not made.escalate(late) and made.escalate(late + DUE_DILIGENCE_ALLOWED)
    assert not case("approved").escalate(late + timedelta(days=90))


def test_an_approval_waits_for_due_diligence_and_is_not_given_by_who_approved_it() -> None:
    made = review()
    made.screened("c", settled(MATCHED, [case("recorded")]), RiskTier.HIGH)
    with pytest.raises(FailedPrecondition) as refused:
        decide(made, APPROVE, "manager")
    assert refused.value.metadata == {"failed": "due_diligence"}
    made.screened("c", settled(MATCHED, [case("approved")]), RiskTier.HIGH)
    with pytest.raises(PermissionDenied):
        decide(made, APPROVE, "senior")
    decide(made, APPROVE, "manager")
