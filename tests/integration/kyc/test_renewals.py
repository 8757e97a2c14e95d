"""Identity papers that expire while a loan runs, over gRPC: asked for by the daily run, told, handed in, escalated."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from loanflow.application.v1 import application_events_pb2 as application
from loanflow.kyc.v1 import kyc_events_pb2 as events
from loanflow.kyc.v1 import review_pb2
from services.runtime import context
from services.runtime.errors import FailedPrecondition, InvalidArgument
from tests.integration.kyc.conftest import LAST_DAY, MANAGER, Kyc
from tests.integration.kyc.exposed import Approved
from tests.integration.kyc.test_screening_cases import daily, refusal, review

SOON = "2030-07-01"
KINDS = (
    events.KycVerificationStarted, events.ProjectValidated, events.KycApproved, events.KycIdentityExpiring,
    events.KycReviewOverdue,
)  # fmt: skip


def running(kyc: Kyc, customer: str = LAST_DAY, guarantor: str = LAST_DAY) -> Approved:
    """An approved loan with a guarantor, their passports good until then; a new document of one of them is there."""
    return Approved(kyc, customer, guarantor)


def asked(kyc: Kyc) -> list[Any]:
    """The reviews for which a new paper is asked for."""
    return list(kyc.queue(by=MANAGER, identity_renewal=True).reviews)


def told(kyc: Kyc, kind: Any) -> list[Any]:
    """The events of a kind."""
    return [each for each in kyc.traffic.published(*KINDS) if isinstance(each, kind)]


def test_the_daily_run_asks_for_a_paper_that_expires_and_tells_the_customer_once(kyc: Kyc) -> None:
    loan, other = running(kyc, customer=SOON), running(kyc)
    first = daily(kyc)
    assert (first.papers_asked, first.customers_screened) == (1, 4)
    assert daily(kyc, "2030-06-16").papers_asked == 0
    [found] = asked(kyc)
    assert (found.application_id, found.status) == (loan.application_id, review_pb2.REVIEW_STATUS_APPROVED)
    [renewal] = found.identity_renewals
    assert (renewal.customer_id, renewal.expiry_date) == (loan.customer_id, SOON)
    [event] = told(kyc, events.KycIdentityExpiring)
    assert (event.application_id, event.customer_id, event.party_customer_id) == (
        loan.application_id, loan.customer_id, "",
    )  # fmt: skip
    assert not review(kyc, other.application_id).identity_renewals


def test_a_new_paper_ends_it(kyc: Kyc) -> None:
    loan = running(kyc, customer=SOON)
    daily(kyc)
    renewed = loan.renew(identity_expiry_date="2040-06-30")
    assert not renewed.identity_renewals and not asked(kyc)
    assert renewed.verification.identity_expiry_date == "2040-06-30"
    assert renewed.verification.identity_paper == review_pb2.IDENTITY_PAPER_PASSPORT
    assert daily(kyc, "2030-06-16").papers_asked == 0


def test_the_guarantors_paper_is_asked_of_the_customer_and_ends_with_theirs(kyc: Kyc) -> None:
    loan = running(kyc, guarantor="2030-06-20")
    assert daily(kyc).papers_asked == 1
    [event] = told(kyc, events.KycIdentityExpiring)
    assert (event.customer_id, event.party_customer_id) == (loan.customer_id, loan.guarantor)
    renewed = loan.renew(
        customer_id=loan.guarantor, identity_paper=review_pb2.IDENTITY_PAPER_UNLIMITED, identity_expiry_date=""
    )
    [party] = renewed.verification.parties
    assert (party.identity_document.document_id, party.identity_expiry_date) == (loan.document_id, "")
    assert not asked(kyc)


def test_what_is_not_there_in_time_is_escalated_once_and_told(kyc: Kyc) -> None:
    loan = running(kyc, customer=SOON)
    daily(kyc)
    kyc.clock.advance(timedelta(days=17))
    assert daily(kyc, "2030-07-02").escalated == 1 and daily(kyc, "2030-07-03").escalated == 0
    [event] = told(kyc, events.KycReviewOverdue)
    assert event.application_id == loan.application_id
    [found] = asked(kyc)
    assert found.identity_renewals[0].escalate_time.ToDatetime() == kyc.clock.now().replace(tzinfo=None)


def test_nobody_is_asked_for_a_loan_that_is_over(kyc: Kyc) -> None:
    loan = running(kyc, customer=SOON)
    daily(kyc)
    kyc.hear(application.ApplicationClosed(application_id=loan.application_id))
    assert not asked(kyc)
    assert daily(kyc, "2030-06-16").papers_asked == 0
    kyc.hear(application.ApplicationReopened(application_id=loan.application_id))
    assert daily(kyc, "2030-06-17").papers_asked == 1


def test_the_last_day_is_to_be_said_where_identity_passes(kyc: Kyc) -> None:
    application_id = kyc.submit()
    kyc.assign(application_id, kyc.officers.accounts[0])
    for paper in (0, review_pb2.IDENTITY_PAPER_PASSPORT):
        with refusal(InvalidArgument, "IDENTITY_EXPIRY_MISSING"):
            kyc.verify(application_id, identity_expiry_date="", identity_paper=paper)
    unlimited = review_pb2.IDENTITY_PAPER_UNLIMITED
    found = kyc.verify(application_id, identity_expiry_date="", identity_paper=unlimited).verification
    assert (found.identity_paper, found.identity_expiry_date) == (unlimited, "")


def test_a_paper_that_is_no_better_is_refused_while_one_is_asked_for(kyc: Kyc) -> None:
    loan = running(kyc, customer=SOON)
    daily(kyc)
    with refusal(FailedPrecondition, "IDENTITY_NOT_RENEWED") as refused:
        loan.renew(identity_expiry_date=SOON)
    assert refused.value.metadata == {"expiry_date": SOON}
    assert [each.application_id for each in asked(kyc)] == [loan.application_id]


def test_a_paper_of_before_its_last_day_had_to_be_said_is_in_the_queue_and_no_customer_is_told(kyc: Kyc) -> None:
    loan = running(kyc)
    with context.background("kyc", "kyc.test"), kyc.app.begin() as uow:
        found = uow.reviews.get(loan.application_id)
        found.verification = replace(found.approved(), identity_expiry_date=None, identity_paper=None)
        uow.commit()
    assert daily(kyc).papers_asked == 1 and not told(kyc, events.KycIdentityExpiring)
    [review_] = asked(kyc)
    [renewal] = review_.identity_renewals
    assert (renewal.customer_id, renewal.expiry_date) == (loan.customer_id, "")
    [shown] = [each for each in review_.verification.check_evidence if each.check == review_pb2.CHECK_IDENTITY]
    kyc.documents.others.add(shown.document_id)
    renewed = loan.renew(document_id=shown.document_id, identity_expiry_date=LAST_DAY)
    assert not renewed.identity_renewals and daily(kyc, "2030-06-16").papers_asked == 0
