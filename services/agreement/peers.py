"""The services that this one calls, over the mesh."""

from datetime import datetime

import grpc
from google.protobuf.timestamp_pb2 import Timestamp

from loanflow.application.v1 import application_service_pb2 as application_pb
from loanflow.application.v1.application_service_pb2_grpc import ApplicationServiceStub
from loanflow.approval.v1 import approval_service_pb2 as approval_pb
from loanflow.approval.v1.approval_pb2 import APPROVAL_STATUS_APPROVED
from loanflow.approval.v1.approval_service_pb2_grpc import ApprovalServiceStub
from loanflow.customer.v1 import customer_service_pb2 as customer_pb
from loanflow.customer.v1.customer_service_pb2_grpc import CustomerServiceStub
from loanflow.notification.v1 import notification_service_pb2 as notification_pb
from loanflow.notification.v1.notification_service_pb2_grpc import NotificationServiceStub
from services.agreement import convert
from services.agreement.ports import Applied, Party
from services.runtime.errors import NotFound


class CustomerPeer:
    """ports.Customers at the customer service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = CustomerServiceStub(channel)

    def party(self, customer_id: str) -> Party:
        """Returns the customer's name and address."""
        return convert.to_party(self._stub.GetParty(customer_pb.GetPartyRequest(customer_id=customer_id)).party)


class ApplicationPeer:
    """ports.Applications at the application service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = ApplicationServiceStub(channel)

    def applied(self, application_id: str) -> Applied:
        """What was applied for, and who is bound beside the customer."""
        request = application_pb.GetApplicationRequest(application_id=application_id)
        return convert.to_applied(self._stub.GetApplication(request).application)

    def check_ongoing(self, application_id: str, decider_id: str = "") -> None:
        """Refuses what has ended, and who is bound by the loan."""
        request = application_pb.CheckOngoingRequest(application_id=application_id, decider_id=decider_id)
        self._stub.CheckOngoing(request)


class ApprovalPeer:
    """ports.Approvals at the approval service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = ApprovalServiceStub(channel)

    def approved_terms(self, application_id: str) -> str:
        """The hash of the terms that all levels approved; empty while they have not."""
        try:
            found = self._stub.GetApproval(approval_pb.GetApprovalRequest(application_id=application_id)).approval
        except NotFound:
            return ""
        return found.terms_hash if found.status == APPROVAL_STATUS_APPROVED else ""


class NotificationPeer:
    """ports.Codes at the notification service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = NotificationServiceStub(channel)

    def send(self, customer_id: str, application_id: str, code: str, expire_time: datetime) -> str:
        """Sends a one-time code; where it went, masked."""
        until = Timestamp()
        until.FromDatetime(expire_time)
        request = notification_pb.SendOneTimeCodeRequest(
            customer_id=customer_id, application_id=application_id, code=code, expire_time=until
        )
        return self._stub.SendOneTimeCode(request).sent_to
