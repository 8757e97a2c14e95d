"""The services that this one calls, over the mesh."""

from collections.abc import Sequence
from datetime import UTC

import grpc

from loanflow.activation.v1 import account_pb2
from loanflow.activation.v1 import activation_service_pb2 as activation_pb
from loanflow.activation.v1.activation_service_pb2_grpc import ActivationServiceStub
from loanflow.agreement.v1 import agreement_pb2
from loanflow.agreement.v1 import agreement_service_pb2 as agreement_pb
from loanflow.agreement.v1.agreement_service_pb2_grpc import AgreementServiceStub
from loanflow.application.v1 import application_service_pb2 as application_pb
from loanflow.application.v1.application_service_pb2_grpc import ApplicationServiceStub
from loanflow.customer.v1 import customer_service_pb2 as customer_pb
from loanflow.customer.v1.customer_service_pb2_grpc import CustomerServiceStub
from loanflow.notification.v1 import notification_service_pb2 as pb
from loanflow.notification.v1.notification_service_pb2_grpc import NotificationServiceStub
from services.repayment import convert
from services.repayment.dunning import Reminder
from services.repayment.ports import LoanAccount, Party, Signed
from services.runtime.errors import FailedPrecondition, NotFound
from services.runtime.messages import Out

_REMINDER = Out(Reminder, pb.Reminder)


class ActivationPeer:
    """ports.Accounts at the activation service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = ActivationServiceStub(channel)

    def account(self, loan_id: str) -> LoanAccount | None:
        """The account of a loan."""
        try:
            found = self._stub.GetAccount(activation_pb.GetAccountRequest(loan_id=loan_id)).account
        except NotFound:
            return None
        status = account_pb2.AccountStatus.Name(found.status).removeprefix("ACCOUNT_STATUS_")
        return LoanAccount(status, found.customer_id, found.terms_hash, found.start_date, found.facility_type)


class AgreementPeer:
    """ports.Agreements at the agreement service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = AgreementServiceStub(channel)

    def signed(self, application_id: str) -> Signed:
        """When the last of all had signed, and who owes the loan beside the customer."""
        request = agreement_pb.GetAgreementRequest(application_id=application_id)
        return signed(self._stub.GetAgreement(request).agreement)


class ApplicationPeer:
    """ports.Applications at the application service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = ApplicationServiceStub(channel)

    def check_decider(self, application_id: str, decider_id: str) -> None:
        """Refuses who is bound by the loan."""
        request = application_pb.CheckDeciderRequest(application_id=application_id, decider_id=decider_id)
        self._stub.CheckDecider(request)


class CustomerPeer:
    """ports.Customers at the customer service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = CustomerServiceStub(channel)

    def party(self, customer_id: str) -> Party:
        """Returns the customer's name and address; none once they are erased, whose loan stays."""
        try:
            return convert.to_party(self._stub.GetParty(customer_pb.GetPartyRequest(customer_id=customer_id)).party)
        except NotFound:
            return Party("", ())


class NotificationPeer:
    """ports.Notices at the notification service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = NotificationServiceStub(channel)

    def remind(self, reminders: Sequence[Reminder]) -> None:
        """Has customers notified of what falls due."""
        messages = [_REMINDER(each) for each in reminders]
        self._stub.SendReminders(pb.SendRemindersRequest(reminders=messages))


def signed(agreement: agreement_pb2.Agreement) -> Signed:
    """The facts of a signed agreement; FailedPrecondition WRONG_STATUS of another.

    A guarantor answers for the loan and does not owe it: who may withdraw is a borrower. An agreement from before a
    party could be on it has the customer's signature alone.
    """
    if agreement.status != agreement_pb2.AGREEMENT_STATUS_SIGNED or not agreement.HasField("signature"):
        status = agreement_pb2.AgreementStatus.Name(agreement.status).removeprefix("AGREEMENT_STATUS_")
        raise FailedPrecondition.wrong_status("agreement", status, ["SIGNED"])
    times = [agreement.signature.sign_time, *(each.signature.sign_time for each in agreement.signers)]
    owing = agreement_pb2.SIGNER_ROLE_CO_BORROWER
    co_borrowers = tuple(each.customer_id for each in agreement.signers if each.role == owing)
    return Signed(max(each.ToDatetime(UTC) for each in times), co_borrowers)
