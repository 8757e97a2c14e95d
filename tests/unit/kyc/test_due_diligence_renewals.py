"""Due diligence is done again every year: what was approved holds meanwhile, and not for ever."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kyc.cases import CASE_ALLOWED, DUE_DILIGENCE_ALLOWED, ScreeningCase, ScreeningCaseStatus
from services.kyc.due_diligence import (
    DUE_DILIGENCE_ASKED_BEFORE,
    DUE_DILIGENCE_HOLDS,
    DUE_DILIGENCE_LATE_AT_MOST,
    DueDiligenceStatus,
)
from services.kyc.events import KycCaseOverdue
from services.kyc.matches import settled
from services.kyc.screening import Listing
from services.runtime.errors import Aborted, Error, FailedPrecondition, PermissionDenied
from tests.unit.kyc.test_cases import MATCHED, NOW, PASSPORT
from tests.unit.kyc.test_due_diligence import EXPOSED, MONEY, case

S, D = ScreeningCaseStatus, DueDiligenceStatus
YEAR_OVER = NOW + DUE_DILIGENCE_HOLDS
ASKED = YEAR_OVER - DUE_DILIGENCE_ASKED_BEFORE
LAST = YEAR_OVER + DUE_DILIGENCE_LATE_AT_MOST


def renew(made: ScreeningCase, at: datetime) -> bool:
    return made.renew_due_diligence(at.date(), at)


def asked(listing: Listing = Listing.PEP) -> ScreeningCase:
    made = case("approved", listing)
    assert renew(made, ASKED)
    return made


def blocks(made: ScreeningCase) -> bool:
    return settled(MATCHED, [made]).blocks


@pytest.mark.parametrize("listing", EXPOSED)
def test_it_is_asked_for_once_before_the_year_is_over_and_what_was_approved_holds(listing: Listing) -> None:
    made = case("approved", listing)
    before = replace(made)
    assert not renew(made, ASKED - timedelta(days=1)) and made == before and not made.waits
    assert renew(made, ASKED) and not renew(made, ASKED + timedelta(days=1))
    assert (made.waits, made.renews_due_diligence, made.awaits_due_diligence) == (True, True, False)
    assert (made.due_time, made.escalate_time, made.status) == (YEAR_OVER, None, S.CONFIRMED)
    assert not blocks(made)
    made.record_due_diligence(MONEY, PASSPORT, "officer", ASKED)
    assert not blocks(made) and made.due_diligence == before.due_diligence


@pytest.mark.parametrize("stage", ["open", "confirmed", "recorded", "returned"])
def test_what_nobody_has_approved_is_not_asked_for_anew(stage: str) -> None:
    made = case(stage)
    before = replace(made)
    assert not renew(made, LAST + timedelta(days=900)) and made == before


def test_a_new_approval_holds_for_a_year_in_turn() -> None:
    made = asked()
    made.record_due_diligence(replace(MONEY, wealth_note="and a house"), PASSPORT, "officer", ASKED)
    made.review_due_diligence(True, "", "senior", ASKED)
    assert (made.due_diligence_renewal, made.waits, blocks(made)) == (None, False, False)
    assert made.due_diligence is not None and made.due_diligence.wealth_note == "and a house"
    assert not renew(made, YEAR_OVER) and renew(made, ASKED + DUE_DILIGENCE_HOLDS - DUE_DILIGENCE_ASKED_BEFORE)


def test_what_is_given_back_stands_in_the_way_until_a_senior_person_approves() -> None:
    made = asked()
    made.record_due_diligence(MONEY, PASSPORT, "officer", ASKED)
    made.review_due_diligence(False, "no papers", "senior", ASKED)
    assert blocks(made) and made.awaits_due_diligence
    made.record_due_diligence(MONEY, PASSPORT, "officer", ASKED)
    assert blocks(made), "who records lifts nothing"
    made.review_due_diligence(True, "", "senior", ASKED)
    assert not blocks(made)


@pytest.mark.parametrize("is_recorded", [True, False])
def test_what_nobody_renews_holds_no_more_at_last(is_recorded: bool) -> None:
    made = asked()
    if is_recorded:
        made.record_due_diligence(MONEY, PASSPORT, "officer", LAST)
    assert not renew(made, LAST) and not blocks(made)
    assert not renew(made, LAST + timedelta(days=1)) and blocks(made)
    assert made.due_diligence_renewal is None and made.waits
    found = made.due_diligence.status if made.due_diligence is not None else None
    assert found is (D.RECORDED if is_recorded else None)


def test_what_is_older_when_somebody_applies_again_counts_for_nothing() -> None:
    made = case("approved")
    much_later = LAST + timedelta(days=400)
    assert renew(made, much_later) and blocks(made) and made.due_diligence is None
    assert made.due_time == much_later + DUE_DILIGENCE_ALLOWED


def test_what_is_late_is_told_once_with_each_step() -> None:
    made = asked()
    assert not made.escalate(YEAR_OVER - timedelta(seconds=1))
    assert made.escalate(YEAR_OVER) and not made.escalate(YEAR_OVER)
    assert made.events == [KycCaseOverdue("k", "c", YEAR_OVER, YEAR_OVER)]
    made.record_due_diligence(MONEY, PASSPORT, "officer", YEAR_OVER)
    assert not made.escalate(YEAR_OVER) and made.escalate(YEAR_OVER + DUE_DILIGENCE_ALLOWED)


def test_another_officer_does_it_and_the_finding_stays() -> None:
    made = asked()
    found = made.resolution, made.resolved_by, made.due_diligence
    made.assign("other", ASKED)
    assert (made.status, made.officer_id, made.due_time) == (S.CONFIRMED, "other", YEAR_OVER)
    assert (made.resolution, made.resolved_by, made.due_diligence) == found and not blocks(made)
    with pytest.raises(PermissionDenied) as refused:
        made.record_due_diligence(MONEY, PASSPORT, "officer", ASKED)
    assert refused.value.reason == "NOT_ASSIGNED"
    made.record_due_diligence(MONEY, PASSPORT, "other", ASKED)
    for by in ("other", "officer"):
        with pytest.raises(PermissionDenied) as refused:
            made.review_due_diligence(True, "", by, ASKED)
        assert refused.value.reason == "MAKER_CHECKER"
    assert {"officer", "other", "senior"} == made.settled_by


def test_who_is_given_what_is_late_has_time_for_it() -> None:
    made = asked()
    made.escalate(YEAR_OVER)
    made.assign("other", YEAR_OVER)
    assert (made.due_time, made.escalate_time) == (YEAR_OVER + DUE_DILIGENCE_ALLOWED, None)


def test_nobody_approves_before_it_is_recorded() -> None:
    made = asked()
    before = replace(made)
    with pytest.raises(FailedPrecondition) as refused:
        made.review_due_diligence(True, "", "senior", ASKED)
    assert refused.value.reason == "WRONG_STATUS" and made == before


def test_nobody_approves_what_they_have_not_seen() -> None:
    made = case("recorded")
    made.record_due_diligence(replace(MONEY, funds_note="a loan of a friend"), PASSPORT, "officer", ASKED)
    before = replace(made)
    with pytest.raises(Aborted):
        made.review_due_diligence(True, "", "senior", ASKED, NOW)
    assert made == before
    made.review_due_diligence(True, "", "senior", ASKED, ASKED)
    assert not made.awaits_due_diligence


def test_what_is_no_hit_any_more_is_not_renewed() -> None:
    made = asked()
    made.supersede()
    assert not made.waits and not made.escalate(LAST) and not renew(made, LAST)


def test_a_case_goes_on_with_an_application_that_runs() -> None:
    made = asked()
    made.follow(["a", "b"], ASKED)
    assert made.application_id == "a"
    made.follow((), ASKED)
    assert made.application_id == "a", "nothing runs"
    made.follow(["b", "d"], ASKED)
    assert (made.application_id, made.due_time) == ("d", YEAR_OVER)
    rested = case("confirmed")
    rested.escalate(LAST)
    rested.follow(["b"], LAST)
    assert (rested.due_time, rested.escalate_time) == (LAST + DUE_DILIGENCE_ALLOWED, None), "nobody was asked meanwhile"
    hit = case("open")
    hit.follow(["b"], LAST)
    assert (hit.application_id, hit.due_time) == ("b", NOW + CASE_ALLOWED), "a hit is as late as it is"
    settled_case = case("approved")
    settled_case.follow(["b"], LAST)
    assert settled_case.application_id == "a", "it waits for nothing"


def recorder(made: ScreeningCase) -> str:
    """Who recorded what waits, or would."""
    found = made.due_diligence_renewal.found if made.due_diligence_renewal is not None else made.due_diligence
    return found.recorded_by if found is not None else made.officer_id


STEPS: dict[str, Callable[[ScreeningCase, datetime], object]] = {
    "record": lambda made, at: made.record_due_diligence(MONEY, PASSPORT, made.officer_id, at),
    "approve": lambda made, at: made.review_due_diligence(True, "", "senior", at),
    "give back": lambda made, at: made.review_due_diligence(False, "", "senior", at),
    "approve the own": lambda made, at: made.review_due_diligence(True, "", recorder(made), at),
    "assign": lambda made, at: made.assign("other", at) if made.renews_due_diligence else None,
    "follow": lambda made, at: made.follow(["b"], at),
    "escalate": lambda made, at: made.escalate(at),
    "wait": lambda made, at: None,
}


@given(st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 200)), max_size=25))
def test_whoever_goes_on_does_so_by_an_approval_that_is_not_too_old(steps: list[tuple[str, int]]) -> None:
    made, at, approved = case("confirmed"), NOW, date.min
    for step, days in steps:
        at += timedelta(days=days)
        renew(made, at)
        assert made.due_diligence_renewal is None or made.renews_due_diligence
        with suppress(Error):
            STEPS[step](made, at)
            if step == "approve":
                approved = at.date()
            if step == "give back":
                approved = date.min
        is_fresh = approved > date.min and at.date() - approved <= DUE_DILIGENCE_HOLDS + DUE_DILIGENCE_LATE_AT_MOST
        assert blocks(made) is not is_fresh, (step, at)
