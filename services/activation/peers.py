"""The services that this one calls, over the mesh."""

from collections.abc import Collection
from dataclasses import dataclass

import grpc

from loanflow.agreement.v1 import agreement_pb2
from loanflow.agreement.v1 import agreement_service_pb2 as agreement_pb
from loanflow.agreement.v1.agreement_service_pb2_grpc import AgreementServiceStub
from loanflow.application.v1 import application_pb2
from loanflow.application.v1 import application_service_pb2 as application_pb
from loanflow.application.v1.application_service_pb2_grpc import ApplicationServiceStub
from loanflow.approval.v1 import approval_pb2
from loanflow.approval.v1 import approval_service_pb2 as approval_pb
from loanflow.approval.v1.approval_service_pb2_grpc import ApprovalServiceStub
from loanflow.customer.v1 import customer_service_pb2 as customer_pb
from loanflow.customer.v1.customer_service_pb2_grpc import CustomerServiceStub
from loanflow.discussion.v1 import discussion_service_pb2 as discussion_pb
from loanflow.discussion.v1 import offer_pb2
from loanflow.discussion.v1.discussion_service_pb2_grpc import DiscussionServiceStub
from loanflow.kyc.v1 import kyc_service_pb2 as kyc_pb
from loanflow.kyc.v1 import review_pb2
from loanflow.kyc.v1.kyc_service_pb2_grpc import KycServiceStub
from loanflow.risk.v1 import report_pb2
from loanflow.risk.v1 import risk_service_pb2 as risk_pb
from loanflow.risk.v1.risk_service_pb2_grpc import RiskServiceStub
from services.activation.ports import Passed, Payee, Standing
from services.runtime.errors import FailedPrecondition, NotFound

_STATUS, _LEVELS = "APPLICATION_STATUS_", 3


@dataclass(frozen=True)
class Channels:
    """Where the services are that decide on an application."""

    application: grpc.Channel
    kyc: grpc.Channel
    risk: grpc.Channel
    discussion: grpc.Channel
    approval: grpc.Channel
    agreement: grpc.Channel


class OwnerPeers:
    """ports.Owners at the services whose facts they are."""

    def __init__(self, channels: Channels) -> None:
        self._applications = ApplicationServiceStub(channels.application)
        self._reviews = KycServiceStub(channels.kyc)
        self._reports = RiskServiceStub(channels.risk)
        self._discussions = DiscussionServiceStub(channels.discussion)
        self._approvals = ApprovalServiceStub(channels.approval)
        self._agreements = AgreementServiceStub(channels.agreement)

    def authorize_activation(self, application_id: str) -> None:
        """Asks for leave to open the loan."""
        self._applications.AuthorizeActivation(application_pb.AuthorizeActivationRequest(application_id=application_id))

    def check_decider(self, application_id: str, decider_id: str) -> None:
        """Refuses who is bound by the loan."""
        request = application_pb.CheckDeciderRequest(application_id=application_id, decider_id=decider_id)
        self._applications.CheckDecider(request)

    def withdrawal_requested(self, application_id: str) -> bool:
        """Whether the customer does not want the loan any more."""
        request = application_pb.GetApplicationRequest(application_id=application_id)
        return self._applications.GetApplication(request).application.withdrawal_requested

    def standing(self, application_id: str) -> Standing:
        """Asks every owner of a stage."""
        try:
            return self._standing(application_id)
        except NotFound as unknown:
            # A service that does not know it has not let it through.
            text = "a stage knows nothing of this application"
            raise FailedPrecondition(text, reason="STAGE_NOT_PASSED", metadata={"owner": ""}) from unknown

    def _standing(self, application_id: str) -> Standing:
        request = application_pb.GetApplicationRequest(application_id=application_id)
        application = self._applications.GetApplication(request).application
        bound = frozenset(each.customer_id for each in application.parties)
        agreement, approval = self._agreement(application_id, bound), self._approval(application_id)
        status = application_pb2.ApplicationStatus.Name(application.status).removeprefix(_STATUS)
        review = self._reviews.GetReview(kyc_pb.GetReviewRequest(application_id=application_id)).review
        kyc = Passed("kyc", kyc_passes(review, bound), review.customer_id)
        risk, against = self._risk(application_id, agreement.terms_hash)
        stages = kyc, risk, self._offer(application_id), approval, agreement
        return Standing(
            status, application.customer_id, application.facility_type, application.loan_id,
            review.verification.kyc_version, stages, application.withdrawal_requested, verified_versions(review, bound),
            against,
        )  # fmt: skip

    def _risk(self, application_id: str, terms_hash: str) -> tuple[Passed, tuple[str, ...]]:
        request = risk_pb.GetReportRequest(application_id=application_id, terms_hash=terms_hash)
        found = self._reports.GetReport(request)
        report = found.report
        passed = Passed("risk", report.status == report_pb2.RISK_STATUS_APPROVED, report.customer_id)
        return passed, tuple(found.rules_against)

    def _offer(self, application_id: str) -> Passed:
        request = discussion_pb.GetAcceptedOfferRequest(application_id=application_id)
        try:
            offer = self._discussions.GetAcceptedOffer(request).offer
        except FailedPrecondition:
            return Passed("discussion", False, "")
        return Passed("discussion", offer.status == offer_pb2.OFFER_STATUS_ACCEPTED, "", offer.terms_hash)

    def _approval(self, application_id: str) -> Passed:
        request = approval_pb.GetApprovalRequest(application_id=application_id)
        approval = self._approvals.GetApproval(request).approval
        people = {decision.decided_by for decision in approval.decisions if decision.approved}
        passed = approval.status == approval_pb2.APPROVAL_STATUS_APPROVED and len(people) == _LEVELS
        return Passed("approval", passed, approval.customer_id, approval.terms_hash)

    def _agreement(self, application_id: str, bound: frozenset[str]) -> Passed:
        request = agreement_pb.GetAgreementRequest(application_id=application_id)
        agreement = self._agreements.GetAgreement(request).agreement
        return Passed("agreement", is_signed(agreement, bound), agreement.customer_id, agreement.terms_hash)


class CustomerPeer:
    """ports.Customers at the customer service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = CustomerServiceStub(channel)

    def payee(self, customer_id: str) -> Payee:
        """Returns who gets the money; a customer who is not there has no IBAN."""
        try:
            party = self._stub.GetParty(customer_pb.GetPartyRequest(customer_id=customer_id)).party
        except NotFound:
            return Payee("", 0)
        return Payee(party.payout_iban, party.kyc_version)


def is_signed(agreement: agreement_pb2.Agreement, bound: Collection[str]) -> bool:
    """Whether the customer has signed, and everyone who is bound beside them.

    The agreement knows who they are by itself. But one that was made before a party could be on it, or that a process
    of an earlier version had in hand, counts as signed with the customer alone.
    """
    signed = {each.customer_id for each in agreement.signers if each.HasField("signature")}
    status = agreement.status == agreement_pb2.AGREEMENT_STATUS_SIGNED
    return status and agreement.HasField("signature") and signed.issuperset(bound)


def verified_versions(review: review_pb2.Review, bound: Collection[str]) -> dict[str, int]:
    """On which version of their details KYC verified each of those who are bound beside the customer."""
    return {each.customer_id: each.kyc_version for each in review.verification.parties if each.customer_id in bound}


def kyc_passes(review: review_pb2.Review, bound: Collection[str] = ()) -> bool:
    """Whether KYC approved, and the lists say nothing since, of nobody who is bound, that no one has cleared.

    And whether each of those who are bound beside the customer was looked at: see `is_signed`.
    """
    good = review_pb2.CHECK_RESULT_PASSED
    parties = review.verification.parties
    verified = {each.customer_id for each in parties if each.identity == each.compliance == good}
    if not verified.issuperset(bound):
        return False
    found = [review.screening, *(each.screening for each in review.parties)]
    matched = any(each.result == review_pb2.SCREENING_RESULT_MATCHED and not each.ruled_out for each in found)
    return review.status == review_pb2.REVIEW_STATUS_APPROVED and not matched
