"""The services that this one calls, over the mesh."""

from datetime import datetime

import grpc

from loanflow.application.v1 import application_service_pb2 as application_pb
from loanflow.application.v1.application_service_pb2_grpc import ApplicationServiceStub
from loanflow.customer.v1 import customer_service_pb2 as customer_pb
from loanflow.customer.v1.customer_service_pb2_grpc import CustomerServiceStub
from loanflow.kyc.v1 import kyc_service_pb2 as kyc_pb
from loanflow.kyc.v1.kyc_service_pb2_grpc import KycServiceStub
from loanflow.notification.v1 import notification_service_pb2 as notification_pb
from loanflow.notification.v1.notification_service_pb2_grpc import NotificationServiceStub
from services.risk import convert, refusal_convert
from services.risk.ports import Delivered, Party
from services.runtime.errors import NotFound


class ApplicationPeer:
    """ports.Applications at the application service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = ApplicationServiceStub(channel)

    def check_ongoing(self, application_id: str) -> None:
        """Refuses what has ended."""
        self._stub.CheckOngoing(application_pb.CheckOngoingRequest(application_id=application_id))


class KycPeer:
    """ports.Kyc at the kyc service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = KycServiceStub(channel)

    def check_approved(self, application_id: str) -> None:
        """Refuses what is not approved."""
        self._stub.CheckApproved(kyc_pb.CheckApprovedRequest(application_id=application_id))


class CustomerPeer:
    """ports.Customers at the customer service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = CustomerServiceStub(channel)

    def party(self, customer_id: str) -> Party:
        """The customer's name and address; none once they are erased, whose report stays."""
        try:
            return convert.to_party(self._stub.GetParty(customer_pb.GetPartyRequest(customer_id=customer_id)).party)
        except NotFound:
            return Party("", ())


class NotificationPeer:
    """ports.Notices at the notification service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = NotificationServiceStub(channel)

    def delivery(self, customer_id: str, application_id: str, since: datetime) -> Delivered:
        """How far the notice is."""
        request = notification_pb.GetDeliveryRequest(
            customer_id=customer_id, application_id=application_id, event_type=refusal_convert.ISSUED, since_time=since
        )
        return refusal_convert.to_delivered(self._stub.GetDelivery(request))
