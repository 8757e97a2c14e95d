"""The review of a refusal by a person: asked for by the customer, queued, and decided by who had no part in it."""

from datetime import timedelta
from typing import Any

import pytest

from loanflow.risk.v1 import refusal_pb2
from loanflow.risk.v1 import risk_events_pb2 as ev
from loanflow.risk.v1 import risk_service_pb2 as pb
from services.runtime.context import Caller
from services.runtime.errors import FailedPrecondition, PermissionDenied
from tests.gates import Scenarios
from tests.harness import customer, staff
from tests.integration.risk.conftest import CREDIT_HEAD, MANAGER, RISK_MANAGER, SECOND, Risk
from tests.integration.risk.test_refusals import issued
from tests.integration.risk.test_risk import refusal

REVIEWS = Scenarios()
ASK, DECIDE = "ask for the review of a refusal", "decide on the review of a refusal"
UPHELD, OVERTURNED = refusal_pb2.REVIEW_OUTCOME_UPHELD, refusal_pb2.REVIEW_OUTCOME_OVERTURNED
GROUNDS, EXPLANATION = "My income is higher since May.", "The income of May was not proven when we decided."


class Refused:
    """A refusal whose notice is on its way to its customer."""

    def __init__(self, risk: Risk) -> None:
        self.risk, self.owner = risk, customer()
        self.application_id = issued(risk, customer_id=self.owner.subject)

    def ask(self, by: Caller | None = None) -> Any:
        request = pb.RequestRefusalReviewRequest(application_id=self.application_id, grounds=GROUNDS)
        return self.risk.client(by or self.owner).RequestRefusalReview(request).refusal

    def decide(self, by: Caller = CREDIT_HEAD, outcome: refusal_pb2.ReviewOutcome = UPHELD) -> Any:
        request = pb.DecideRefusalReviewRequest(
            application_id=self.application_id, outcome=outcome, explanation=EXPLANATION
        )
        return self.risk.client(by).DecideRefusalReview(request).refusal

    def queue(self, **page: Any) -> pb.ListRefusalReviewsResponse:
        found = self.risk.client(CREDIT_HEAD).ListRefusalReviews(pb.ListRefusalReviewsRequest(**page))
        assert isinstance(found, pb.ListRefusalReviewsResponse)
        return found


@pytest.fixture
def refused(risk: Risk) -> Refused:
    return Refused(risk)


@pytest.mark.parametrize("outcome", [UPHELD, OVERTURNED])
def test_a_review_is_asked_for_queued_and_decided(refused: Refused, outcome: refusal_pb2.ReviewOutcome) -> None:
    asked = refused.ask()
    assert (asked.review.grounds, asked.review.outcome) == (GROUNDS, refusal_pb2.REVIEW_OUTCOME_UNSPECIFIED)
    [waiting] = refused.queue().refusals
    assert (waiting.application_id, waiting.review.grounds) == (refused.application_id, GROUNDS)
    done = refused.decide(outcome=outcome)
    assert (done.review.outcome, done.review.explanation) == (outcome, EXPLANATION)
    assert list(refused.queue().refusals) == []
    # The customer reads what became of it; the application has ended all the same.
    asked_for = pb.ListRefusalsRequest(application_id=refused.application_id)
    assert done.review.decided_by == CREDIT_HEAD.subject
    done.review.decided_by = ""  # who it was, the file says, and the customer is not told
    assert refused.risk.client(refused.owner).ListRefusals(asked_for).refusals[0].review == done.review
    kinds = ev.RiskAssessmentCompleted, ev.RiskRejected, ev.RiskRefusalNoticeIssued
    *_, requested, decided = refused.risk.traffic.published(*kinds, ev.RiskReviewRequested, ev.RiskReviewDecided)
    assert (type(requested), requested.refusal_number) == (ev.RiskReviewRequested, 1)
    assert (decided.outcome, decided.decided_by) == (outcome, CREDIT_HEAD.subject)
    with refusal(FailedPrecondition, "WRONG_STATUS"):
        refused.decide()


def test_the_queue_has_the_longest_at_its_head_and_pages(refused: Refused) -> None:
    all_of_them = [refused, Refused(refused.risk), Refused(refused.risk)]
    for each in all_of_them:
        refused.risk.clock.advance(timedelta(minutes=1))
        each.ask()
    found, token = list[str](), ""
    for _ in all_of_them:
        page = refused.queue(page_size=1, page_token=token)
        found += [each.application_id for each in page.refusals]
        token = page.next_page_token
    assert (found, token) == ([each.application_id for each in all_of_them], "")


def test_only_the_customer_asks_and_only_who_may_decide_does(refused: Refused) -> None:
    for by in (customer(), staff("OFFICER"), RISK_MANAGER):
        with pytest.raises(PermissionDenied):
            refused.ask(by)
    refused.ask()
    for by in (refused.owner, staff("OFFICER"), staff("ADMIN")):
        with pytest.raises(PermissionDenied):
            refused.decide(by)
    assert refused.decide(SECOND).review.outcome == UPHELD


@REVIEWS.without("the application is refused, and no review of that was asked for", ASK)
def ask_twice(risk: Risk) -> None:
    owner = customer()
    with refusal(FailedPrecondition, "WRONG_STATUS"):
        request = pb.RequestRefusalReviewRequest(application_id=risk.submit(customer_id=owner.subject))
        risk.client(owner).RequestRefusalReview(request)
    refused = Refused(risk)
    refused.ask()
    refused.ask()


@REVIEWS.without("the time for it is not over", ASK)
def ask_too_late(risk: Risk) -> None:
    refused = Refused(risk)
    risk.clock.advance(timedelta(days=61))
    refused.ask()


@REVIEWS.without("the caller is not bound by the loan", DECIDE)
def review_the_own_refusal(risk: Risk) -> None:
    refused = Refused(risk)
    refused.ask()
    refused.decide(staff("CREDIT_HEAD", account_id=refused.owner.subject))


@REVIEWS.without("a review waits", DECIDE)
def decide_what_nobody_asked_for(risk: Risk) -> None:
    Refused(risk).decide()


@REVIEWS.without("the reviewer had no part in the refusal", DECIDE)
def review_what_one_decided(risk: Risk) -> None:
    refused = Refused(risk)
    refused.ask()
    with refusal(PermissionDenied, "MAKER_CHECKER"):
        refused.decide(staff("CREDIT_HEAD", account_id=MANAGER.subject))
    refused.decide(RISK_MANAGER)
