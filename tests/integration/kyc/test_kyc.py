"""Reviews over gRPC: queue, assignment, checklist, screening, decision, and what each leaves behind."""

from collections.abc import Callable
from typing import Any

import pytest

from loanflow.application.v1 import application_events_pb2 as application
from loanflow.kyc.v1 import kyc_events_pb2 as events
from loanflow.kyc.v1 import kyc_service_pb2 as pb
from loanflow.kyc.v1 import review_pb2
from services.kyc.related import Related
from services.kyc.sanctions import current_list
from services.kyc.screening import ScreenedRole
from services.runtime.errors import (
    Error,
    FailedPrecondition,
    InvalidArgument,
    NotFound,
    PermissionDenied,
    Unavailable,
)
from services.runtime.ids import new_id
from tests.harness import customer, service, staff
from tests.integration.kyc.conftest import FAILED, MANAGER, PASSED, Kyc

Status = review_pb2.ReviewStatus


def refusal(error: type[Error], reason: str) -> Any:
    return pytest.raises(error, check=lambda raised: raised.reason == reason)


def test_a_review_from_submission_to_approval(kyc: Kyc) -> None:
    customer_id = new_id()
    application_id = kyc.submit(customer_id)
    assert kyc.assign(application_id, kyc.officers.accounts[0]).status == Status.REVIEW_STATUS_ASSIGNED
    verified = kyc.verify(application_id, notes="seen in person")
    assert verified.status == Status.REVIEW_STATUS_VERIFIED
    assert verified.verification.verified_by == kyc.officers.accounts[0]
    assert verified.screening.result == review_pb2.SCREENING_RESULT_CLEAR
    assert verified.screening.list_version
    decided = kyc.decide(application_id)
    assert decided.status == Status.REVIEW_STATUS_APPROVED
    assert (decided.decided_by, decided.reason) == (MANAGER.subject, "all in order")
    read = kyc.client(MANAGER).GetReview(pb.GetReviewRequest(application_id=application_id)).review
    assert read == decided and read.customer_id == customer_id
    started, validated, approved = kyc.traffic.published(
        events.KycVerificationStarted, events.ProjectValidated, events.KycApproved
    )
    assert (started.officer_id, started.decided_by) == (kyc.officers.accounts[0], MANAGER.subject)
    assert validated.decided_by == kyc.officers.accounts[0]
    assert (approved.verified_by, approved.decided_by) == (kyc.officers.accounts[0], MANAGER.subject)
    assert {each.customer_id for each in (started, validated, approved)} == {customer_id}


def test_every_step_leaves_one_audit_row(kyc: Kyc) -> None:
    application_id = kyc.verified()
    kyc.decide(application_id)
    opened, assigned, verified, decided = kyc.traffic.audit(application_id)
    assert (opened["actor"], opened["method"]) == ("service:application", "application.submitted")
    assert assigned["actor"] == decided["actor"] == f"staff:{MANAGER.subject}"
    assert verified["actor"] == f"staff:{kyc.officers.accounts[0]}"
    assert (decided["before"]["status"], decided["after"]["status"]) == ("VERIFIED", "APPROVED")
    assert decided["why"] == "all in order"
    assert [row["version"] for row in (opened, assigned, verified, decided)] == [0, 1, 2, 3]


def test_a_rejection(kyc: Kyc) -> None:
    application_id = kyc.verified()
    reason = review_pb2.KYC_REJECTION_REASON_PROJECT
    rejected = kyc.decide(application_id, project_approved=False, rejection_reason=reason, reason="too costly")
    assert (rejected.status, rejected.rejection_reason) == (Status.REVIEW_STATUS_REJECTED, reason)
    *_, event = kyc.traffic.published(events.KycVerificationStarted, events.ProjectValidated, events.KycRejected)
    assert (event.rejection_reason, event.decided_by) == (reason, MANAGER.subject)
    assert (event.kyc_version, event.customer_approved) == (1, True)
    assert "too costly" not in str(event)


def test_what_is_decided_on_is_what_was_verified(kyc: Kyc) -> None:
    kyc.customers.kyc_version = 3
    application_id = kyc.verified()
    with refusal(FailedPrecondition, "DETAILS_CHANGED") as refused:
        kyc.verify(application_id, kyc_version=2)
    assert refused.value.metadata == {"kyc_version": "3"}
    assert kyc.verify(application_id, kyc_version=3).verification.kyc_version == 3
    kyc.customers.kyc_version = 4
    with refusal(FailedPrecondition, "DETAILS_CHANGED"):
        kyc.decide(application_id)
    assert not kyc.documents.pinned
    kyc.customers.kyc_version = 3
    decided = kyc.decide(application_id)
    assert decided.verification.kyc_version == 3
    assert list(decided.verification.verified_documents) and kyc.documents.pinned[application_id]
    *_, event = kyc.traffic.published(events.KycVerificationStarted, events.ProjectValidated, events.KycApproved)
    assert event.kyc_version == 3


def test_the_queue_is_oldest_first_in_pages_and_by_filter(kyc: Kyc) -> None:
    first, second, third = kyc.submit(), kyc.submit(), kyc.submit()
    verified = kyc.verified()
    kyc.assign(second, kyc.officers.accounts[1])
    page = kyc.queue(page_size=2)
    assert [each.application_id for each in page.reviews] == [first, second]
    rest = kyc.queue(page_size=2, page_token=page.next_page_token)
    assert ([each.application_id for each in rest.reviews], rest.next_page_token) == ([third], "")
    mine = kyc.queue(by=kyc.officer(1), mine=True)
    assert [each.application_id for each in mine.reviews] == [second]
    waiting = kyc.queue(status=Status.REVIEW_STATUS_VERIFIED)
    assert [each.application_id for each in waiting.reviews] == [verified]
    with refusal(InvalidArgument, "INVALID_PAGE_TOKEN"):
        kyc.queue(mine=True, page_token=page.next_page_token)
    with refusal(InvalidArgument, "INVALID_FIELD"):
        kyc.queue(status=Status.REVIEW_STATUS_APPROVED)


def test_who_has_the_least_to_do_gets_the_next_review(kyc: Kyc) -> None:
    chosen = [kyc.assign(kyc.submit()).officer_id for _ in range(4)]
    assert sorted(chosen) == sorted(kyc.officers.accounts * 2)
    assert chosen[0] != chosen[1]
    mine = next(each.application_id for each in kyc.queue(by=kyc.officer(1), mine=True).reviews)
    kyc.verify(mine, by=kyc.officer(1))
    assert kyc.assign(kyc.submit()).officer_id == kyc.officers.accounts[0], "what is verified has not ended"
    kyc.decide(mine)
    assert [kyc.assign(kyc.submit()).officer_id for _ in range(2)] == kyc.officers.accounts[1:] * 2


def test_another_officer_takes_over_until_it_is_verified(kyc: Kyc) -> None:
    application_id = kyc.submit()
    first = kyc.assign(application_id).officer_id
    second = kyc.assign(application_id).officer_id
    assert {first, second} == set(kyc.officers.accounts)
    assert len(kyc.traffic.published(events.KycVerificationStarted)) == 1
    index = kyc.officers.accounts.index(second)
    with refusal(PermissionDenied, "NOT_ASSIGNED"):
        kyc.verify(application_id, by=kyc.officer(1 - index))
    kyc.verify(application_id, by=kyc.officer(index))
    with refusal(FailedPrecondition, "WRONG_STATUS"):
        kyc.assign(application_id)


def test_no_officer(kyc: Kyc) -> None:
    application_id = kyc.submit()
    with refusal(FailedPrecondition, "NO_OFFICER"):
        kyc.assign(application_id, new_id())
    kyc.officers.accounts.clear()
    with refusal(FailedPrecondition, "NO_OFFICER"):
        kyc.assign(application_id)
    assert len(kyc.traffic.audit(application_id)) == 1


def test_a_peer_that_is_away_changes_nothing(kyc: Kyc) -> None:
    application_id = kyc.submit()
    kyc.officers.away = True
    with refusal(Unavailable, "DEPENDENCY_UNAVAILABLE"):
        kyc.assign(application_id)
    kyc.officers.away, kyc.customers.away = False, True
    kyc.assign(application_id, kyc.officers.accounts[0])
    with refusal(Unavailable, "DEPENDENCY_UNAVAILABLE"):
        kyc.verify(application_id)
    kyc.customers.away = False
    assert kyc.verify(application_id).status == Status.REVIEW_STATUS_VERIFIED


def test_steps_out_of_turn_are_refused(kyc: Kyc) -> None:
    application_id = kyc.submit()
    for step in (kyc.verify, kyc.decide):
        with refusal(FailedPrecondition, "WRONG_STATUS"):
            step(application_id)
    kyc.assign(application_id)
    with refusal(FailedPrecondition, "WRONG_STATUS"):
        kyc.decide(application_id)


def test_who_verified_does_not_decide(kyc: Kyc) -> None:
    application_id = kyc.verified()
    with refusal(PermissionDenied, "MAKER_CHECKER"):
        kyc.decide(application_id, by=staff("MANAGER", account_id=kyc.officers.accounts[0]))


def test_a_failed_check_blocks_the_approval(kyc: Kyc) -> None:
    application_id = kyc.verified()
    kyc.verify(application_id, documents=FAILED)
    with refusal(FailedPrecondition, "CHECKLIST_FAILED"):
        kyc.decide(application_id)
    kyc.verify(application_id, documents=PASSED)
    assert kyc.decide(application_id).status == Status.REVIEW_STATUS_APPROVED


def test_a_match_of_a_director_blocks_the_approval(kyc: Kyc) -> None:
    listed = current_list().entries[0].names[0]
    kyc.customers.related = (Related(ScreenedRole.DIRECTOR, listed),)
    application_id = kyc.verified()
    review = kyc.client(MANAGER).GetReview(pb.GetReviewRequest(application_id=application_id)).review
    assert {(hit.screened_role, hit.screened_name) for hit in review.screening.hits} == {
        (review_pb2.SCREENED_ROLE_DIRECTOR, listed)
    }
    with refusal(FailedPrecondition, "CHECKLIST_FAILED"):
        kyc.decide(application_id)


@pytest.mark.parametrize(
    "values",
    [
        {"reason": ""},
        {"reason": "x" * 1001},
        {"project_approved": False},
        {"rejection_reason": review_pb2.KYC_REJECTION_REASON_OTHER},
        {"project_approved": False, "rejection_reason": 77},
    ],
)
def test_a_decision_must_make_sense(kyc: Kyc, values: dict[str, Any]) -> None:
    with refusal(InvalidArgument, "INVALID_FIELD"):
        kyc.decide(new_id(), **values)


def test_an_unsubmitted_application_has_no_review(kyc: Kyc) -> None:
    unknown = new_id()
    for step in (kyc.assign, kyc.verify, kyc.decide):
        with refusal(NotFound, "NOT_FOUND"):
            step(unknown)
    with refusal(NotFound, "NOT_FOUND"):
        kyc.client(MANAGER).GetReview(pb.GetReviewRequest(application_id=unknown))
    with refusal(InvalidArgument, "INVALID_FIELD"):
        kyc.client(MANAGER).GetReview(pb.GetReviewRequest(application_id="1"))


def test_only_the_roles_of_the_contract_get_in(kyc: Kyc) -> None:
    application_id = kyc.submit()
    for caller in (staff("ADMIN"), staff("RISK_MGR"), customer(), service("application")):
        calls: list[Callable[..., Any]] = [
            lambda by: kyc.queue(by=by),
            lambda by: kyc.verify(application_id, by=by),
            lambda by: kyc.decide(application_id, by=by),
            lambda by: kyc.client(by).Assign(pb.AssignRequest(application_id=application_id)),
            lambda by: kyc.client(by).GetReview(pb.GetReviewRequest(application_id=application_id)),
        ]
        for call in calls:
            with refusal(PermissionDenied, "ACCESS_DENIED"):
                call(caller)


def test_the_same_idempotency_key_gets_the_first_answer(kyc: Kyc) -> None:
    application_id = kyc.submit()
    request, key = pb.AssignRequest(application_id=application_id), (("idempotency-key", "k1"),)
    first = kyc.client(MANAGER).Assign(request, metadata=key)
    assert kyc.client(MANAGER).Assign(request, metadata=key) == first
    other = pb.AssignRequest(application_id=kyc.submit())
    with refusal(FailedPrecondition, "IDEMPOTENCY_KEY_REUSED"):
        kyc.client(MANAGER).Assign(other, metadata=key)
    assert len(kyc.traffic.audit(application_id)) == 2


def test_a_submission_that_comes_twice_opens_one_review(kyc: Kyc) -> None:
    application_id = kyc.submit()
    kyc.assign(application_id)
    kyc.submit(application_id=application_id)
    [only] = kyc.queue().reviews
    assert only.status == Status.REVIEW_STATUS_ASSIGNED


def test_an_application_that_ends_elsewhere_closes_its_review(kyc: Kyc) -> None:
    application_id, approved = kyc.submit(), kyc.verified()
    kyc.decide(approved)
    for each in (application_id, approved, new_id()):
        for kind in (application.ApplicationWithdrawn, application.ApplicationRejected, application.ApplicationClosed):
            kyc.hear(kind(application_id=each, customer_id=new_id()))
    for each, status in ((application_id, "CLOSED"), (approved, "APPROVED")):
        review = kyc.client(MANAGER).GetReview(pb.GetReviewRequest(application_id=each)).review
        assert Status.Name(review.status) == f"REVIEW_STATUS_{status}"
    assert not kyc.queue().reviews
    with refusal(FailedPrecondition, "WRONG_STATUS"):
        kyc.assign(application_id)
    assert len(kyc.traffic.audit(application_id)) == 2
