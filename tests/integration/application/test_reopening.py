"""A loan that is repaid, reopened and repaid again, reported in any order; a number says which closure it is."""

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from loanflow.activation.v1 import activation_events_pb2 as activation
from loanflow.agreement.v1 import agreement_events_pb2 as agreement
from loanflow.application.v1 import application_service_pb2 as pb
from loanflow.approval.v1 import approval_events_pb2 as approval
from loanflow.discussion.v1 import discussion_events_pb2 as discussion
from loanflow.kyc.v1 import kyc_events_pb2 as kyc
from loanflow.repayment.v1 import repayment_events_pb2 as repayment
from loanflow.risk.v1 import risk_events_pb2 as risk
from services.runtime.events.inbox import NotYet
from services.runtime.ids import new_id
from services.runtime.stores.postgres import Postgres
from services.terms import from_terms
from tests.factories.loans import TERMS
from tests.harness import Servers, customer
from tests.integration.application.test_application import Service, Status


@pytest.fixture
def running(fresh_postgres: Callable[[str], Postgres], client_for: Servers) -> Service:
    return Service(fresh_postgres("application"), client_for)


def lifecycle(ids: dict[str, Any], loan_id: str) -> Iterator[Any]:
    """The reports of a loan that is closed, opened again and closed once more; the first closure is not numbered."""
    yield kyc.KycVerificationStarted(**ids)
    yield kyc.KycApproved(**ids)
    yield risk.RiskAssessmentCompleted(**ids)
    yield risk.RiskApprovedForDiscussion(**ids)
    yield discussion.DiscussionOfferSent(**ids)
    yield discussion.DiscussionOfferAccepted(**ids, terms=from_terms(TERMS))
    yield approval.ApprovalInternalPassed(**ids)
    yield approval.ApprovalManagementPassed(**ids)
    yield approval.ApprovalFinalApproved(**ids)
    yield agreement.AgreementGenerated(**ids)
    yield agreement.AgreementSigned(**ids)
    of_loan = {**ids, "loan_id": loan_id}
    yield activation.LoanActivated(**of_loan, terms=from_terms(TERMS))
    yield activation.DisbursementCompleted(**of_loan)
    yield repayment.LoanFullyRepaid(**of_loan)
    yield repayment.LoanReopened(**of_loan, closure_number=1)
    yield repayment.LoanFullyRepaid(**of_loan, closure_number=2)
    yield repayment.LoanReopened(**of_loan, closure_number=2)


@pytest.mark.parametrize("seed", range(6))
def test_events_in_any_order_and_repeated_lead_to_the_reopened_loan(running: Service, seed: int) -> None:
    owner, loan_id = customer(), new_id()
    made = running.draft(owner)
    running.client(owner).SubmitApplication(pb.SubmitApplicationRequest(application_id=made.application_id))
    ids = {"application_id": made.application_id, "customer_id": owner.subject}
    waiting = [*lifecycle(ids, loan_id), *lifecycle(ids, loan_id)]
    random.Random(seed).shuffle(waiting)
    while waiting:
        left = [event for event in waiting if not taken(running, event)]
        assert len(left) < len(waiting), f"{left} wait for ever"
        waiting = left
    found = running.client(owner).GetApplication(pb.GetApplicationRequest(application_id=made.application_id))
    assert Status.Name(found.application.status) == "APPLICATION_STATUS_DISBURSED"
    assert found.application.loan_id == loan_id
    said = [row[0] for row in running.rows("SELECT headers->>'ce_type' FROM outbox")]
    assert (said.count("application.closed"), said.count("application.reopened")) == (2, 2)


def taken(running: Service, event: Any) -> bool:
    """Whether the event is done with; False when it has to wait for an earlier one."""
    try:
        running.event(event, "repayment")
    except NotYet:
        return False
    return True
