"""Screening cases: every pair of a status and an action, who may do what, and what later screenings make of them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from services.kyc.cases import (
    CASE_ALLOWED,
    HitResolution,
    Resolution,
    ScreeningCase,
    ScreeningCaseStatus,
    ScreeningTrigger,
)
from services.kyc.evidence import DocumentType, Evidence, Pin
from services.kyc.identifiers import DetailAgreement
from services.kyc.matches import Match, settled, supersede_others, unknown
from services.kyc.screening import Entry, Hit, HitOutcome, ScreenedRole, Screening, ScreeningResult, Subject
from services.runtime.errors import FailedPrecondition, PermissionDenied

S = ScreeningCaseStatus
NOW = datetime(2030, 1, 2, tzinfo=UTC)
ENTRY = Entry("ofac:1", ("Ada Lovelace",), ("1961",), ("GB",))
ADA = Subject("Ada Lovelace", "1990-01-31", ("DE",))
HIT = Hit("ofac:1", "Ada Lovelace", 90, (), DetailAgreement.NEAR, DetailAgreement.DIFFERENT, HitOutcome.POSSIBLE)
MATCHED = Screening(ScreeningResult.MATCHED, "ofac 1", ("ofac:1",), 90, NOW, hits=(HIT,))
PASSPORT = Pin(DocumentType.IDENTITY, "d1", 1, "ab" * 32)
THERE = Evidence((PASSPORT,), ())
ELSEWHERE = Resolution(HitResolution.OTHER_BIRTH_DATE, "d1", "born thirty years later")
TRUE_MATCH = Resolution(HitResolution.TRUE_MATCH, "", "the same passport")


def case(status: ScreeningCaseStatus = S.OPEN, hit: Hit = HIT, officer: str = "officer") -> ScreeningCase:
    made = ScreeningCase(
        "k", "c", "a", ScreeningTrigger.DAILY, hit, ENTRY, ADA, "ofac 1", officer, NOW, NOW + CASE_ALLOWED
    )
    if status is S.PROPOSED:
        made.hit = replace(hit, score=95)
    if status in (S.PROPOSED, S.CLEARED):
        made.resolve(ELSEWHERE, THERE, "officer", NOW)
    elif status is S.CONFIRMED:
        made.resolve(TRUE_MATCH, THERE, "officer", NOW)
    elif status is S.SUPERSEDED:
        made.supersede()
    assert made.status is status
    return made


ACTIONS: dict[str, Callable[[ScreeningCase], None]] = {
    "assign": lambda made: made.assign("other", NOW),
    "clear": lambda made: made.resolve(ELSEWHERE, THERE, "officer", NOW),
    "confirm": lambda made: made.resolve(TRUE_MATCH, THERE, "officer", NOW),
    "agree": lambda made: made.review(True, "", "second", NOW),
    "give back": lambda made: made.review(False, "not the same", "second", NOW),
}
ALLOWED = {
    ("assign", S.OPEN): S.OPEN,
    ("assign", S.PROPOSED): S.OPEN,
    ("assign", S.CLEARED): S.OPEN,
    ("assign", S.CONFIRMED): S.OPEN,
    ("clear", S.OPEN): S.CLEARED,
    ("confirm", S.OPEN): S.CONFIRMED,
    ("agree", S.PROPOSED): S.CLEARED,
    ("give back", S.PROPOSED): S.OPEN,
}


@pytest.mark.parametrize("action, status", list(product(ACTIONS, S)))
def test_every_action_from_every_status(action: str, status: ScreeningCaseStatus) -> None:
    made = case(status)
    if (action, status) in ALLOWED:
        ACTIONS[action](made)
        assert made.status is ALLOWED[action, status]
        return
    before = replace(made)
    with pytest.raises(FailedPrecondition) as refused:
        ACTIONS[action](made)
    assert refused.value.reason == "WRONG_STATUS" and made == before


@pytest.mark.parametrize(
    "hit", [replace(HIT, score=95), replace(HIT, score=100), replace(HIT, outcome=HitOutcome.CONFIRMED)]
)
def test_a_high_score_is_cleared_by_two_persons(hit: Hit) -> None:
    made = case(hit=hit)
    made.resolve(ELSEWHERE, THERE, "officer", NOW)
    assert made.status is S.PROPOSED and made.needs_second_person
    with pytest.raises(PermissionDenied) as refused:
        made.review(True, "", "officer", NOW)
    assert refused.value.reason == "MAKER_CHECKER" and made.status is S.PROPOSED
    made.review(True, "seen it", "second", NOW)
    assert (made.status, made.reviewed_by, made.evidence) == (S.CLEARED, "second", PASSPORT)
    assert not case(hit=replace(HIT, score=94)).needs_second_person


@pytest.mark.parametrize("resolution", [each for each in HitResolution if each is not HitResolution.TRUE_MATCH])
@pytest.mark.parametrize(
    ("document_id", "there"),
    [("", THERE), ("d2", THERE), ("d1", Evidence((PASSPORT,), (DocumentType.IDENTITY,)))],
)
def test_a_hit_is_cleared_only_by_an_accepted_document(
    resolution: HitResolution, document_id: str, there: Evidence
) -> None:
    made = case()
    with pytest.raises(FailedPrecondition) as refused:
        made.resolve(Resolution(resolution, document_id, "so they say"), there, "officer", NOW)
    assert refused.value.reason == "EVIDENCE_MISSING" and made == case()


def test_only_the_assigned_officer_resolves_and_who_takes_what_no_one_has_keeps_it() -> None:
    with pytest.raises(PermissionDenied) as refused:
        case().resolve(ELSEWHERE, THERE, "somebody", NOW)
    assert refused.value.reason == "NOT_ASSIGNED"
    free = case(officer="")
    free.resolve(ELSEWHERE, THERE, "somebody", NOW)
    assert (free.officer_id, free.status) == ("somebody", S.CLEARED)


def test_what_is_looked_at_again_has_no_finding() -> None:
    for status in (S.PROPOSED, S.CLEARED, S.CONFIRMED):
        made = case(status)
        made.assign("other", NOW)
        assert made == replace(case(), hit=made.hit, officer_id="other")


@pytest.mark.parametrize("status", S)
def test_an_unresolved_case_is_escalated_once(status: ScreeningCaseStatus) -> None:
    made = case(status)
    late = NOW + CASE_ALLOWED
    assert not made.escalate(late - timedelta(seconds=1))
    assert made.escalate(late) is (status in (S.OPEN, S.PROPOSED))
    assert not made.escalate(late)


FOUND = Match(HIT, ENTRY, ADA)
OTHERS = [
    replace(FOUND, compared=replace(ADA, birth_date="1961-01-01")),
    replace(FOUND, entry=replace(ENTRY, birth_dates=("1990-01-31",))),
    replace(FOUND, hit=replace(HIT, screened_role=ScreenedRole.DIRECTOR, screened_name="Ada Lovelace")),
]


@pytest.mark.parametrize("status", [S.OPEN, S.PROPOSED, S.CLEARED, S.CONFIRMED])
def test_a_resolution_holds_while_person_and_entry_stay_as_they_are(status: ScreeningCaseStatus) -> None:
    assert unknown([case(status)], [FOUND]) == []
    for other in OTHERS:
        assert unknown([case(status)], [FOUND, other]) == [other]


def test_what_is_superseded_stands_for_nothing() -> None:
    assert unknown([case(S.SUPERSEDED)], [FOUND]) == [FOUND]


@pytest.mark.parametrize("status", S)
def test_what_is_no_hit_any_more_stands_in_no_ones_way(status: ScreeningCaseStatus) -> None:
    made = case(status)
    supersede_others([made], [FOUND])
    assert made.status is status
    supersede_others([made], OTHERS)
    assert made.status is (S.CLEARED if status is S.CLEARED else S.SUPERSEDED)


@pytest.mark.parametrize("status", S)
def test_a_match_is_ruled_out_only_when_its_newest_case_is_cleared(status: ScreeningCaseStatus) -> None:
    found = settled(MATCHED, [case(status)])
    assert found.ruled_out is (status is S.CLEARED)
    assert found.cleared_by == (("officer",) if status is S.CLEARED else ())
    newer = replace(case(), open_time=NOW + timedelta(days=1))
    assert settled(MATCHED, [newer, case(status)]).blocks, "the details are others since"
    two = replace(MATCHED, hits=(HIT, replace(HIT, screened_role=ScreenedRole.OWNER, screened_name="Bert Beispiel")))
    assert settled(two, [case(status)]).blocks, "the other one is not cleared"
    assert settled(MATCHED, []).blocks
