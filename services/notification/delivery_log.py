"""What staff see of deliveries: how far each is, and neither its address nor its text; pure."""

from dataclasses import dataclass
from datetime import datetime

from services.notification.model import Channel, DeliveryFailure, NotificationStatus


@dataclass(frozen=True)
class NoticeDelivery:
    """How far one notification is, without what it says and to which address."""

    notification_id: str
    customer_id: str
    application_id: str
    loan_id: str
    event_type: str
    channel: Channel
    status: NotificationStatus
    template_version: str
    attempts: int
    failure: DeliveryFailure | None
    create_time: datetime
    due_time: datetime | None
    attempt_time: datetime | None
    send_time: datetime | None
    deliver_time: datetime | None
    digest_id: str
