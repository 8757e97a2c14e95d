"""What an officer needs of the customer, over gRPC: asked for, read, answered; and who may."""

import pytest

from loanflow.kyc.v1 import kyc_events_pb2 as events
from loanflow.kyc.v1 import kyc_service_pb2 as pb
from loanflow.kyc.v1 import review_pb2
from services.runtime.errors import NotFound, PermissionDenied
from services.runtime.ids import new_id
from tests.harness import customer, staff
from tests.integration.kyc.conftest import MANAGER, Kyc

Status = review_pb2.ReviewStatus


def test_a_review_waits_for_the_customer_and_goes_on_with_the_answer(kyc: Kyc) -> None:
    owner = customer()
    application_id = kyc.verified(owner.subject)
    assert kyc.ask(application_id).status == Status.REVIEW_STATUS_INFORMATION_REQUESTED
    read = pb.GetInformationRequest(application_id=application_id)
    asked = kyc.client(owner).GetInformation(read).information_request
    assert (asked.need, asked.message) == (
        review_pb2.INFORMATION_NEED_DOCUMENT, "The second page of the statement, please.",
    )  # fmt: skip
    assert asked.officer_id == ""
    assert [review.application_id for review in kyc.queue(status=7).reviews] == [application_id]
    answer = pb.AnswerInformationRequest(application_id=application_id, answer="It is uploaded.")
    answered = kyc.client(owner).AnswerInformation(answer).information_request
    assert answered.answer == "It is uploaded." and answered.HasField("answer_time")
    review = kyc.client(MANAGER).GetReview(pb.GetReviewRequest(application_id=application_id)).review
    assert review.status == Status.REVIEW_STATUS_ASSIGNED
    assert [each.answer for each in review.information_requests] == ["It is uploaded."]
    _, _, requested, resumed = kyc.traffic.published(
        events.KycVerificationStarted, events.ProjectValidated, events.KycInformationRequested, events.KycReviewResumed
    )
    assert (requested.request_number, requested.need) == (1, review_pb2.INFORMATION_NEED_DOCUMENT)
    assert (resumed.request_number, resumed.answered) == (1, True)
    kyc.verify(application_id)
    assert kyc.decide(application_id).status == Status.REVIEW_STATUS_APPROVED


def test_only_the_customer_reads_and_answers(kyc: Kyc) -> None:
    application_id = kyc.submit(new_id())
    kyc.assign(application_id, kyc.officers.accounts[0])
    kyc.ask(application_id)
    for stranger in (customer(), kyc.officer(), staff("ADMIN")):
        client = kyc.client(stranger)
        with pytest.raises(PermissionDenied):
            client.GetInformation(pb.GetInformationRequest(application_id=application_id))
        with pytest.raises(PermissionDenied):
            client.AnswerInformation(pb.AnswerInformationRequest(application_id=application_id))


def test_where_nothing_was_asked_for_there_is_nothing_to_read(kyc: Kyc) -> None:
    owner = customer()
    application_id = kyc.submit(owner.subject)
    with pytest.raises(NotFound):
        kyc.client(owner).GetInformation(pb.GetInformationRequest(application_id=application_id))
