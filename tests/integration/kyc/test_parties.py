"""A review with a guarantor over gRPC: their checks, their hits, and what is told of them."""

from typing import Any

import pytest

from loanflow.application.v1 import application_events_pb2 as application
from loanflow.application.v1 import party_pb2
from loanflow.kyc.v1 import kyc_events_pb2 as events
from loanflow.kyc.v1 import kyc_service_pb2 as pb
from loanflow.kyc.v1 import review_pb2
from services.kyc.sanctions import SanctionsList
from services.kyc.screening import Entry
from services.runtime.context import Caller
from services.runtime.errors import FailedPrecondition
from services.runtime.ids import new_id
from tests.integration.kyc.conftest import FAILED, LAST_DAY, PASSED, Kyc

APPROVED = review_pb2.REVIEW_STATUS_APPROVED


class Guaranteed:
    """A review in the first officer's hands, of a loan with a guarantor whose passport is accepted."""

    def __init__(self, kyc: Kyc) -> None:
        self.kyc, self.guarantor, self.passport = kyc, new_id(), new_id()
        kyc.documents.others.add(self.passport)
        party = application.SubmittedParty(customer_id=self.guarantor, role=party_pb2.PARTY_ROLE_GUARANTOR)
        self.application_id = kyc.submit(parties=[party])
        kyc.assign(self.application_id, kyc.officers.accounts[0])

    def checks(self, **changes: Any) -> pb.PartyChecks:
        values = {
            "customer_id": self.guarantor, "identity": PASSED, "compliance": PASSED,
            "identity_document_id": self.passport, "identity_expiry_date": LAST_DAY,
        }  # fmt: skip
        return pb.PartyChecks(**{**values, **changes})

    def verify(self, **changes: Any) -> Any:
        return self.kyc.verify(self.application_id, parties=[self.checks(**changes)])

    def verify_anew(self, by: Caller | None = None, **changes: Any) -> Any:
        request = pb.VerifyPartyRequest(application_id=self.application_id, checks=self.checks(**changes))
        return self.kyc.client(by or self.kyc.officer()).VerifyParty(request).review

    def read(self) -> Any:
        request = pb.GetReviewRequest(application_id=self.application_id)
        return self.kyc.client(self.kyc.officer()).GetReview(request).review


def test_everybody_is_verified_and_approved_together(kyc: Kyc) -> None:
    guaranteed = Guaranteed(kyc)
    review = guaranteed.verify(identity_expiry_date="2040-01-31")
    (party,) = review.parties
    assert (party.customer_id, party.role) == (guaranteed.guarantor, review_pb2.REVIEWED_ROLE_GUARANTOR)
    assert party.screening.result == review_pb2.SCREENING_RESULT_CLEAR
    (checked,) = review.verification.parties
    assert (checked.identity_document.document_id, checked.kyc_version) == (guaranteed.passport, 1)
    assert checked.identity_expiry_date == "2040-01-31"
    assert kyc.decide(guaranteed.application_id).status == APPROVED
    (approved,) = [each for each in kyc.traffic.published(events.KycVerificationStarted, events.ProjectValidated,
                   events.KycApproved) if isinstance(each, events.KycApproved)]  # fmt: skip
    assert [(each.customer_id, each.kyc_version) for each in approved.parties] == [(guaranteed.guarantor, 1)]


def test_a_hit_of_the_guarantor_is_a_case_and_stands_in_the_way_until_it_is_cleared(kyc: Kyc) -> None:
    guaranteed = Guaranteed(kyc)
    kyc.customers.names[guaranteed.guarantor] = "Ordan Vexley"
    guaranteed.verify()
    (case,) = kyc.cases()
    assert (case.customer_id, case.application_id) == (guaranteed.guarantor, guaranteed.application_id)
    with pytest.raises(FailedPrecondition) as caught:
        kyc.decide(guaranteed.application_id)
    assert caught.value.metadata == {"failed": "party.sanctions"}
    kyc.resolve(case.case_id)
    kyc.agree(case.case_id)
    assert guaranteed.read().parties[0].screening.ruled_out
    assert kyc.decide(guaranteed.application_id).status == APPROVED


def test_the_guarantor_is_screened_as_long_as_anything_runs(kyc: Kyc) -> None:
    guaranteed = Guaranteed(kyc)
    kyc.customers.names[guaranteed.guarantor] = "Grace Hopper"
    guaranteed.verify()
    kyc.decide(guaranteed.application_id)
    kyc.lists(SanctionsList("new", (Entry("LF-9", ("Grace Hopper",)),)))
    kyc.rescreen()
    (party,) = guaranteed.read().parties
    assert party.screening.result == review_pb2.SCREENING_RESULT_MATCHED and not party.screening.ruled_out
    assert guaranteed.read().screening.result == review_pb2.SCREENING_RESULT_CLEAR
    kyc.hear(application.ApplicationWithdrawn(application_id=guaranteed.application_id, customer_id=new_id()))
    with kyc.app.begin() as uow:
        assert not uow.monitored.read(guaranteed.guarantor).is_open


def test_details_of_the_guarantor_that_changed_are_verified_anew(kyc: Kyc) -> None:
    guaranteed = Guaranteed(kyc)
    with pytest.raises(FailedPrecondition) as caught:
        guaranteed.verify(kyc_version=7)
    assert caught.value.reason == "DETAILS_CHANGED"


def test_a_guarantor_who_changed_after_the_approval_is_verified_anew_and_screened(kyc: Kyc) -> None:
    guaranteed = Guaranteed(kyc)
    guaranteed.verify()
    before = kyc.decide(guaranteed.application_id)
    kyc.customers.kyc_version, kyc.customers.names[guaranteed.guarantor] = 2, "Ordan Vexley"
    passport = new_id()
    kyc.documents.others.add(passport)
    after = guaranteed.verify_anew(kyc_version=2, identity_document_id=passport)
    [checked], [party] = after.verification.parties, after.parties
    assert (checked.kyc_version, checked.identity_document.document_id) == (2, passport)
    assert (after.status, after.verification.kyc_version, after.decided_by) == (APPROVED, 1, before.decided_by)
    # Their new name is on the list: that stops the payout until it is cleared, and the clearance is seen.
    assert party.screening.result == review_pb2.SCREENING_RESULT_MATCHED and not party.screening.ruled_out
    [case] = kyc.cases()
    kyc.resolve(case.case_id)
    kyc.agree(case.case_id)
    assert guaranteed.read().parties[0].screening.ruled_out
    *_, said = kyc.traffic.published(events.KycVerificationStarted, events.ProjectValidated, events.KycApproved,
                                     events.KycPartyVerified)  # fmt: skip
    assert (said.party_customer_id, said.kyc_version, said.passed) == (guaranteed.guarantor, 2, True)
    failed = guaranteed.verify_anew(compliance=FAILED)
    assert failed.verification.parties[0].compliance == FAILED


def test_one_document_shows_no_two_people_anew_either(kyc: Kyc) -> None:
    guaranteed = Guaranteed(kyc)
    guaranteed.verify()
    kyc.decide(guaranteed.application_id)
    own = guaranteed.read().verification.verified_documents[0].document_id
    kyc.documents.others.add(own)
    with pytest.raises(FailedPrecondition) as caught:
        guaranteed.verify_anew(identity_document_id=own)
    assert caught.value.reason == "EVIDENCE_MISSING"
