"""The review: every pair of a status and an action, and the rules of each step."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import pytest

from services.kyc.model import (
    Checklist,
    CheckResult,
    Decision,
    KycApproved,
    KycRejected,
    KycRejectionReason,
    KycVerificationStarted,
    ProjectValidated,
    Review,
    ReviewStatus,
    Screening,
    ScreeningResult,
)
from services.runtime.errors import FailedPrecondition, PermissionDenied

S = ReviewStatus
NOW = datetime(2030, 1, 2, tzinfo=UTC)
PASSED, FAILED = CheckResult.PASSED, CheckResult.FAILED
GOOD = Checklist(PASSED, PASSED, PASSED, PASSED)
CLEAR = Screening(ScreeningResult.CLEAR, "1", (), 20, NOW)
MATCHED = Screening(ScreeningResult.MATCHED, "1", ("LF-1",), 97, NOW)
APPROVE = Decision(True, True, None, "in order")
REJECT = Decision(True, False, KycRejectionReason.PROJECT, "costs twice as much")


def review(status: ReviewStatus = S.VERIFIED, checklist: Checklist = GOOD, screening: Screening = CLEAR) -> Review:
    made = Review("a", "c", NOW)
    if status is S.PENDING:
        return made
    made.assign("officer", "manager", NOW)
    if status is S.ASSIGNED:
        return forget(made)
    made.verify(checklist, screening, 3, "officer", NOW)
    if status in (S.APPROVED, S.REJECTED):
        made.decide(APPROVE if status is S.APPROVED else REJECT, "manager", NOW)
    elif status is S.CLOSED:
        made.close()
    assert made.status is status
    return forget(made)


def forget(made: Review) -> Review:
    made.events.clear()
    return made


ACTIONS: dict[str, Callable[[Review], None]] = {
    "assign": lambda made: made.assign("other", "manager", NOW),
    "verify": lambda made: made.verify(GOOD, CLEAR, 3, "officer", NOW),
    "approve": lambda made: made.decide(APPROVE, "manager", NOW),
    "reject": lambda made: made.decide(REJECT, "manager", NOW),
}
ALLOWED = {
    ("assign", S.PENDING): S.ASSIGNED,
    ("assign", S.ASSIGNED): S.ASSIGNED,
    ("verify", S.ASSIGNED): S.VERIFIED,
    ("verify", S.VERIFIED): S.VERIFIED,
    ("approve", S.VERIFIED): S.APPROVED,
    ("reject", S.VERIFIED): S.REJECTED,
}


@pytest.mark.parametrize("action, status", list(product(ACTIONS, S)))
def test_every_action_from_every_status(action: str, status: ReviewStatus) -> None:
    made = review(status)
    if (action, status) in ALLOWED:
        ACTIONS[action](made)
        assert made.status is ALLOWED[action, status]
        return
    before = replace(made)
    with pytest.raises(FailedPrecondition) as refused:
        ACTIONS[action](made)
    assert refused.value.reason == "WRONG_STATUS"
    assert refused.value.metadata["status"] == status.name
    assert made == before and not made.events


@pytest.mark.parametrize("status", S)
def test_an_ending_elsewhere_closes_only_what_is_open(status: ReviewStatus) -> None:
    made = review(status)
    made.close()
    assert made.status is (S.CLOSED if status in (S.PENDING, S.ASSIGNED, S.VERIFIED) else status)
    assert not made.events


def test_verification_starts_once_however_often_it_is_assigned() -> None:
    made = Review("a", "c", NOW)
    made.assign("one", "manager", NOW)
    made.assign("two", "manager", NOW)
    assert made.officer_id == "two"
    assert made.events == [KycVerificationStarted("a", "c", "one", "manager", NOW)]


def test_only_the_assigned_officer_verifies() -> None:
    made = review(S.ASSIGNED)
    with pytest.raises(PermissionDenied) as refused:
        made.verify(GOOD, CLEAR, 3, "somebody", NOW)
    assert refused.value.reason == "NOT_ASSIGNED"
    assert made.status is S.ASSIGNED and made.verification is None


def test_the_project_is_validated_once_and_only_when_it_is_feasible() -> None:
    made = review(S.ASSIGNED)
    made.verify(replace(GOOD, project_feasibility=FAILED), CLEAR, 3, "officer", NOW)
    assert made.events == []
    made.verify(GOOD, CLEAR, 3, "officer", NOW)
    made.verify(GOOD, CLEAR, 3, "officer", NOW)
    assert made.events == [ProjectValidated("a", "c", "officer", NOW)]


def test_whoever_verified_does_not_decide() -> None:
    made = review()
    for decision in (APPROVE, REJECT):
        with pytest.raises(PermissionDenied) as refused:
            made.decide(decision, "officer", NOW)
        assert refused.value.reason == "MAKER_CHECKER"
    assert made.status is S.VERIFIED


def test_an_approval_tells_who_verified_and_who_decided_and_on_what() -> None:
    made = review()
    made.decide(APPROVE, "manager", NOW)
    assert made.events == [KycApproved("a", "c", "officer", "manager", NOW, 3)]
    assert made.rejection_reason is None and made.reason == "in order"


@pytest.mark.parametrize("customer_approved", [True, False])
def test_a_rejection_tells_why_and_whether_it_is_of_the_project_alone(customer_approved: bool) -> None:
    made = review()
    made.decide(replace(REJECT, customer_approved=customer_approved), "manager", NOW)
    assert made.events == [
        KycRejected("a", "c", "officer", "manager", KycRejectionReason.PROJECT, NOW, 3, customer_approved)
    ]


def test_the_version_decided_on_is_that_of_the_last_verification() -> None:
    made = review()
    made.verify(GOOD, CLEAR, 5, "officer", NOW)
    made.decide(APPROVE, "manager", NOW)
    assert made.events == [KycApproved("a", "c", "officer", "manager", NOW, 5)]


@pytest.mark.parametrize(
    "check, checklist",
    [
        ("identity", replace(GOOD, identity=FAILED)),
        ("compliance", replace(GOOD, compliance=FAILED)),
        ("project_feasibility", replace(GOOD, project_feasibility=FAILED)),
        ("documents", replace(GOOD, documents=FAILED)),
    ],
)
def test_a_failed_check_stands_in_the_way_of_an_approval_but_not_of_a_rejection(
    check: str, checklist: Checklist
) -> None:
    made = review(checklist=checklist)
    with pytest.raises(FailedPrecondition) as refused:
        made.decide(APPROVE, "manager", NOW)
    assert refused.value.reason == "CHECKLIST_FAILED"
    assert refused.value.metadata == {"failed": check}
    made.decide(replace(REJECT, customer_approved=False), "manager", NOW)
    assert made.status is S.REJECTED


@pytest.mark.parametrize(
    "check, checklist, screening",
    [
        ("identity", replace(GOOD, identity=FAILED), CLEAR),
        ("compliance", replace(GOOD, compliance=FAILED), CLEAR),
        ("sanctions", GOOD, MATCHED),
    ],
)
def test_a_customer_who_failed_is_not_approved_though_the_project_is_rejected(
    check: str, checklist: Checklist, screening: Screening
) -> None:
    made = review(checklist=checklist, screening=screening)
    with pytest.raises(FailedPrecondition) as refused:
        made.decide(REJECT, "manager", NOW)
    assert refused.value.metadata == {"failed": check}
    assert (made.status, made.events) == (S.VERIFIED, [])


def test_a_customer_is_approved_though_project_and_documents_failed() -> None:
    made = review(checklist=replace(GOOD, project_feasibility=FAILED, documents=FAILED))
    made.decide(REJECT, "manager", NOW)
    assert made.status is S.REJECTED


def test_a_sanctions_match_blocks_until_the_officer_rules_it_out_knowing_it() -> None:
    denial = replace(GOOD, notes="born thirty years later")
    made = review(S.ASSIGNED)
    made.verify(denial, MATCHED, 3, "officer", NOW)
    with pytest.raises(FailedPrecondition) as refused:
        made.decide(APPROVE, "manager", NOW)
    assert refused.value.metadata == {"failed": "sanctions"}
    made.verify(GOOD, MATCHED, 3, "officer", NOW)
    assert made.screening is not None and made.screening.blocks, "no word why"
    made.verify(denial, replace(MATCHED, matched_entries=("LF-1", "LF-2")), 3, "officer", NOW)
    assert made.screening.blocks, "a match that was not shown before"
    made.verify(replace(GOOD, notes="born elsewhere, too"), MATCHED, 3, "officer", NOW)
    made.decide(APPROVE, "manager", NOW)
    assert made.status is S.APPROVED


def test_a_request_that_is_sent_twice_rules_no_match_out() -> None:
    made, first = review(), replace(GOOD, notes="seen in person")
    for _ in range(2):
        made.verify(first, MATCHED, 3, "officer", NOW)
        assert made.screening is not None and made.screening.blocks
    denial = replace(GOOD, notes="another birth date")
    for _ in range(2):
        made.verify(denial, MATCHED, 3, "officer", NOW)
        assert made.screening is not None and not made.screening.blocks


@pytest.mark.parametrize("seen", [replace(MATCHED, list_version="0"), CLEAR])
def test_a_match_of_another_list_is_not_ruled_out(seen: Screening) -> None:
    made = review(screening=seen)
    made.verify(replace(GOOD, notes="not him"), MATCHED, 3, "officer", NOW)
    assert made.screening is not None and made.screening.blocks
