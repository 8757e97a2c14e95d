"""The review: every pair of a status and an action, and the rules of each step."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product

import pytest

from services.kyc.checklist import Check, Checklist, CheckResult, NamedEvidence
from services.kyc.decision import Decision
from services.kyc.events import (
    InformationNeed,
    KycApproved,
    KycInformationRequested,
    KycRejected,
    KycRejectionReason,
    KycReviewResumed,
    KycVerificationStarted,
    ProjectValidated,
)
from services.kyc.evidence import DocumentType, Evidence, Income, Pin
from services.kyc.model import Review
from services.kyc.officers import OfficerSkill
from services.kyc.risk_tier import ANSWER_ALLOWED, REVIEW_ALLOWED, RiskTier
from services.kyc.screening import Screening, ScreeningResult
from services.kyc.status import OPEN, ReviewStatus
from services.kyc.verification import Verification
from services.runtime.errors import Aborted, FailedPrecondition, PermissionDenied
from services.runtime.money import Money

S = ReviewStatus
NOW = datetime(2030, 1, 2, tzinfo=UTC)
PASSED, FAILED = CheckResult.PASSED, CheckResult.FAILED
GOOD = Checklist(PASSED, PASSED, PASSED, PASSED, identity_expiry_date=date(2040, 1, 31))
CLEAR = Screening(ScreeningResult.CLEAR, "1", (), 20, NOW)
MATCHED = Screening(ScreeningResult.MATCHED, "1", ("LF-1",), 97, NOW)
APPROVE = Decision(True, True, None, "in order")
REJECT = Decision(True, False, KycRejectionReason.PROJECT, "costs twice as much")
INCOME = Income(Money(Decimal(3000), "EUR"), None)
PIN = Pin(DocumentType.IDENTITY, "d1", 1, "ab" * 32)
SEEN = (Evidence((PIN,), ()), INCOME)


def review(status: ReviewStatus = S.VERIFIED, checklist: Checklist = GOOD, screening: Screening = CLEAR) -> Review:
    made = Review("a", "c", NOW)
    if status is S.PENDING:
        return made
    made.assign("officer", "manager", NOW)
    if status is S.INFORMATION_REQUESTED:
        ask(made)
    if status in (S.ASSIGNED, S.INFORMATION_REQUESTED):
        return forget(made)
    made.verify(checklist, screening, 3, *SEEN, "officer", NOW)
    if status in (S.APPROVED, S.REJECTED):
        decide(made, APPROVE if status is S.APPROVED else REJECT, "manager")
    elif status is S.CLOSED:
        made.close()
    assert made.status is status
    return forget(made)


def ask(made: Review) -> None:
    """The officer needs a document."""
    made.request_information(InformationNeed.DOCUMENT, "The second page, please.", "officer", NOW)


def decide(made: Review, decision: Decision, by: str) -> None:
    """Decides on the verification that is there."""
    nothing = Verification(**vars(GOOD))
    made.decide(decision, made.verification or nothing, by, NOW)


def forget(made: Review) -> Review:
    made.events.clear()
    return made


ACTIONS: dict[str, Callable[[Review], None]] = {
    "assign": lambda made: made.assign("other", "manager", NOW),
    "verify": lambda made: made.verify(GOOD, CLEAR, 3, *SEEN, "officer", NOW),
    "ask": ask,
    "answer": lambda made: made.answer("It is there.", NOW),
    "approve": lambda made: decide(made, APPROVE, "manager"),
    "reject": lambda made: decide(made, REJECT, "manager"),
}
ALLOWED = {
    ("assign", S.PENDING): S.ASSIGNED,
    ("assign", S.ASSIGNED): S.ASSIGNED,
    ("verify", S.ASSIGNED): S.VERIFIED,
    ("verify", S.VERIFIED): S.VERIFIED,
    ("assign", S.INFORMATION_REQUESTED): S.INFORMATION_REQUESTED,
    ("ask", S.ASSIGNED): S.INFORMATION_REQUESTED,
    ("ask", S.VERIFIED): S.INFORMATION_REQUESTED,
    ("answer", S.INFORMATION_REQUESTED): S.ASSIGNED,
    ("verify", S.INFORMATION_REQUESTED): S.VERIFIED,
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
    is_open = status in (S.PENDING, S.ASSIGNED, S.VERIFIED, S.INFORMATION_REQUESTED)
    assert made.status is (S.CLOSED if is_open else status)
    assert not made.events


def test_verification_starts_once_however_often_it_is_assigned() -> None:
    made = Review("a", "c", NOW)
    made.assign("one", "manager", NOW)
    made.assign("two", "manager", NOW)
    assert made.officer_id == "two"
    assert made.events == [KycVerificationStarted("a", "c", "one", "manager", NOW)]


def test_what_an_officer_needs_is_asked_for_as_often_as_it_takes() -> None:
    made = review()
    for number in (1, 2):
        ask(made)
        made.answer("", NOW)
        assert made.events == [
            KycInformationRequested("a", "c", "officer", number, InformationNeed.DOCUMENT, NOW),
            KycReviewResumed("a", "c", number, True, NOW),
        ]
        forget(made)
    with pytest.raises(FailedPrecondition):
        decide(made, APPROVE, "manager")
    assert [each.answer_time for each in made.information_requests] == [NOW, NOW]


def test_an_officer_goes_on_without_the_answer_and_that_is_reported() -> None:
    made = review(S.INFORMATION_REQUESTED)
    made.verify(GOOD, CLEAR, 3, *SEEN, "officer", NOW)
    assert made.events[0] == KycReviewResumed("a", "c", 1, False, NOW)
    assert made.last_information_request().answer_time is None


def test_only_the_assigned_officer_asks() -> None:
    made = review(S.ASSIGNED)
    with pytest.raises(PermissionDenied) as refused:
        made.request_information(InformationNeed.OTHER, "?", "somebody", NOW)
    assert (refused.value.reason, made.status) == ("NOT_ASSIGNED", S.ASSIGNED)


def test_only_the_assigned_officer_verifies() -> None:
    made = review(S.ASSIGNED)
    with pytest.raises(PermissionDenied) as refused:
        made.verify(GOOD, CLEAR, 3, *SEEN, "somebody", NOW)
    assert refused.value.reason == "NOT_ASSIGNED"
    assert made.status is S.ASSIGNED and made.verification is None


def test_the_project_is_validated_once_and_only_when_it_is_feasible() -> None:
    made = review(S.ASSIGNED)
    made.verify(replace(GOOD, project_feasibility=FAILED), CLEAR, 3, *SEEN, "officer", NOW)
    assert made.events == []
    made.verify(GOOD, CLEAR, 3, *SEEN, "officer", NOW)
    made.verify(GOOD, CLEAR, 3, *SEEN, "officer", NOW)
    assert made.events == [ProjectValidated("a", "c", "officer", NOW)]


def test_who_verified_does_not_decide() -> None:
    made = review()
    for decision in (APPROVE, REJECT):
        with pytest.raises(PermissionDenied) as refused:
            decide(made, decision, "officer")
        assert refused.value.reason == "MAKER_CHECKER"
    assert made.status is S.VERIFIED


def test_an_approval_reports_who_verified_and_who_decided_and_on_what() -> None:
    made = review()
    decide(made, APPROVE, "manager")
    assert made.events == [KycApproved("a", "c", "officer", "manager", NOW, 3, INCOME.relied_on)]
    assert made.rejection_reason is None and made.reason == "in order"


@pytest.mark.parametrize("customer_approved", [True, False])
def test_a_rejection_reports_why_and_whether_it_is_of_the_project_alone(customer_approved: bool) -> None:
    made = review()
    decide(made, replace(REJECT, customer_approved=customer_approved), "manager")
    assert made.events == [
        KycRejected("a", "c", "officer", "manager", KycRejectionReason.PROJECT, NOW, 3, customer_approved)
    ]


def test_the_version_decided_on_is_that_of_the_last_verification() -> None:
    made = review()
    made.verify(GOOD, CLEAR, 5, *SEEN, "officer", NOW)
    decide(made, APPROVE, "manager")
    assert made.events == [KycApproved("a", "c", "officer", "manager", NOW, 5, INCOME.relied_on)]


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
        decide(made, APPROVE, "manager")
    assert refused.value.reason == "CHECKLIST_FAILED"
    assert refused.value.metadata == {"failed": check}
    decide(made, replace(REJECT, customer_approved=False), "manager")
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
        decide(made, REJECT, "manager")
    assert refused.value.metadata == {"failed": check}
    assert (made.status, made.events) == (S.VERIFIED, [])


def test_a_customer_is_approved_though_project_and_documents_failed() -> None:
    made = review(checklist=replace(GOOD, project_feasibility=FAILED, documents=FAILED))
    decide(made, REJECT, "manager")
    assert made.status is S.REJECTED


def test_a_sanctions_match_blocks_until_it_is_cleared_and_who_cleared_it_does_not_decide() -> None:
    made = review(screening=MATCHED)
    with pytest.raises(FailedPrecondition) as refused:
        decide(made, APPROVE, "manager")
    assert refused.value.metadata == {"failed": "sanctions"}
    made.screened("c", replace(MATCHED, ruled_out=True, cleared_by=("manager",)), RiskTier.LOW)
    with pytest.raises(PermissionDenied) as own:
        decide(made, APPROVE, "manager")
    assert own.value.reason == "MAKER_CHECKER"
    decide(made, APPROVE, "another manager")
    assert made.status is S.APPROVED


@pytest.mark.parametrize("status", S)
def test_a_later_match_shows_in_whatever_may_still_be_paid(status: ReviewStatus) -> None:
    made = review(status)
    made.screened("c", MATCHED, RiskTier.HIGH)
    is_over = status in (S.REJECTED, S.CLOSED)
    assert (made.screening is not None and made.screening.blocks) is not is_over
    assert (made.risk_tier is RiskTier.HIGH) is not is_over
    assert made.needed_skills == (() if is_over else (OfficerSkill.ENHANCED_DUE_DILIGENCE,))


def test_a_screening_that_says_the_same_changes_nothing() -> None:
    made = review()
    made.screened("c", replace(CLEAR, screen_time=NOW + timedelta(days=1)), RiskTier.LOW)
    assert made == review()


def test_each_step_has_its_deadline_and_the_next_step_ends_an_escalation() -> None:
    made = Review.open("a", "c", NOW, None, None)
    late = NOW + REVIEW_ALLOWED[RiskTier.LOW]
    assert not made.escalate(late - timedelta(seconds=1))
    assert made.escalate(late) and not made.escalate(late), "once"
    assert vars(made)["escalate_time"] == late
    made.assign("officer", "manager", late)
    deadline = vars(made)["due_time"], vars(made)["escalate_time"]
    assert deadline == (late + REVIEW_ALLOWED[RiskTier.LOW], None)
    made.request_information(InformationNeed.OTHER, "?", "officer", late)
    assert made.due_time == late + ANSWER_ALLOWED
    assert made.escalate(made.due_time)
    made.answer("", late)
    deadline = vars(made)["due_time"], vars(made)["escalate_time"]
    assert deadline == (late + REVIEW_ALLOWED[RiskTier.LOW], None)
    made.close()
    assert vars(made)["due_time"] is None
    assert not made.escalate(late + timedelta(days=90))


def test_another_officer_does_not_gain_time() -> None:
    made = Review.open("a", "c", NOW, None, None)
    for hour in range(3):
        made.assign("officer", "manager", NOW + timedelta(hours=hour))
    assert made.due_time == NOW + REVIEW_ALLOWED[RiskTier.LOW]


def test_more_risk_leaves_less_time_and_never_more() -> None:
    made = Review.open("a", "c", NOW, None, None)
    made.screened("c", replace(MATCHED, screen_time=NOW), RiskTier.HIGH)
    assert made.due_time == NOW + REVIEW_ALLOWED[RiskTier.HIGH]
    made.screened("c", replace(CLEAR, screen_time=NOW), RiskTier.LOW)
    assert (made.risk_tier, made.due_time) == (RiskTier.LOW, NOW + REVIEW_ALLOWED[RiskTier.HIGH])


def test_what_is_open_is_what_can_still_be_closed() -> None:
    assert {status for status in S if review(status).is_open} == set(OPEN)


def test_each_check_names_the_documents_it_rests_on() -> None:
    proof = Pin(DocumentType.PROOF_OF_ADDRESS, "d2", 3, "cd" * 32)
    there = Evidence((PIN, proof), ())
    made = review(S.ASSIGNED)
    named = replace(GOOD, evidence=(NamedEvidence(Check.IDENTITY, "d2", 3),))
    made.verify(named, CLEAR, 3, there, INCOME, "officer", NOW)
    assert made.verification is not None
    rested = [(each.check, each.document_id, each.version) for each in made.verification.check_evidence]
    assert rested == [
        (Check.IDENTITY, "d2", 3),
        (Check.COMPLIANCE, "d1", 1),
        (Check.COMPLIANCE, "d2", 3),
        (Check.DOCUMENTS, "d1", 1),
        (Check.DOCUMENTS, "d2", 3),
    ]


@pytest.mark.parametrize("named", [("d2", 1), ("d1", 2)])
def test_a_check_rests_on_no_document_that_is_not_there(named: tuple[str, int]) -> None:
    made = review(S.ASSIGNED)
    with pytest.raises(FailedPrecondition) as refused:
        made.verify(replace(GOOD, evidence=(NamedEvidence(Check.IDENTITY, *named),)), CLEAR, 3, *SEEN, "officer", NOW)
    assert refused.value.reason == "DOCUMENTS_CHANGED"
    assert forget(made) == review(S.ASSIGNED)


def test_an_expired_identity_document_proves_no_identity() -> None:
    last_day = replace(GOOD, identity_expiry_date=NOW.date())
    made = review(S.ASSIGNED)
    with pytest.raises(FailedPrecondition) as refused:
        made.verify(last_day, CLEAR, 3, *SEEN, "officer", NOW + timedelta(days=1))
    assert refused.value.reason == "IDENTITY_EXPIRED"
    assert refused.value.metadata == {"expiry_date": NOW.date().isoformat()}
    made.verify(last_day, CLEAR, 3, *SEEN, "officer", NOW)
    with pytest.raises(FailedPrecondition) as late:
        made.decide(APPROVE, made.check_decision(APPROVE, "manager"), "manager", NOW + timedelta(days=1))
    assert (late.value.reason, made.status) == ("IDENTITY_EXPIRED", S.VERIFIED)
    decide(made, APPROVE, "manager")
    failed = replace(last_day, identity=FAILED)
    other = review(S.ASSIGNED)
    other.verify(failed, CLEAR, 3, *SEEN, "officer", NOW + timedelta(days=1))


def test_documents_pass_only_with_evidence_and_fail_without() -> None:
    made = review(S.ASSIGNED)
    lacking = Evidence((PIN,), (DocumentType.IDENTITY, DocumentType.QUOTE))
    with pytest.raises(FailedPrecondition) as refused:
        made.verify(GOOD, CLEAR, 3, lacking, INCOME, "officer", NOW)
    assert (refused.value.reason, refused.value.metadata) == ("DOCUMENTS_NOT_ACCEPTED", {"lacking": "IDENTITY,QUOTE"})
    assert forget(made) == review(S.ASSIGNED)
    with pytest.raises(FailedPrecondition) as refused:
        made.verify(replace(GOOD, documents=FAILED), CLEAR, 3, lacking, INCOME, "officer", NOW)
    assert refused.value.metadata == {"lacking": "IDENTITY"}
    made.verify(replace(GOOD, identity=FAILED, documents=FAILED), CLEAR, 3, lacking, INCOME, "officer", NOW)
    assert made.verification is not None and made.verification.verified_documents == (PIN,)


def test_a_decision_is_on_the_verification_that_the_manager_has_seen() -> None:
    made = review()
    seen = made.verification
    assert seen is not None
    made.verify(replace(GOOD, notes="looked again"), CLEAR, 3, *SEEN, "officer", NOW)
    with pytest.raises(Aborted):
        made.decide(APPROVE, seen, "manager", NOW)
    assert made.status is S.VERIFIED
