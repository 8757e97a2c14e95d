"""The services that this one calls, over the mesh."""

from collections.abc import Sequence

import grpc

from loanflow.notification.v1 import notification_service_pb2 as pb
from loanflow.notification.v1.notification_service_pb2_grpc import NotificationServiceStub
from services.repayment.duties import Reminder
from services.runtime.messages import to_message


class NotificationPeer:
    """ports.Notices at the notification service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = NotificationServiceStub(channel)

    def remind(self, reminders: Sequence[Reminder]) -> None:
        """Has customers told of what falls due."""
        messages = [to_message(each, pb.Reminder) for each in reminders]
        self._stub.SendReminders(pb.SendRemindersRequest(reminders=messages))
