"""Between the contract of webhooks and their model; pure."""

from datetime import UTC, datetime

from loanflow.notification.v1 import notification_service_pb2 as pb
from loanflow.notification.v1 import webhook_pb2
from services.notification.webhook_model import Webhook, WebhookDelivery
from services.notification.webhooks import ChangeWebhook, Replayed
from services.runtime.messages import Out

_WEBHOOK = Out(Webhook, webhook_pb2.Webhook)
_DELIVERY = Out(WebhookDelivery, webhook_pb2.WebhookDelivery)


def to_change(request: pb.UpdateWebhookRequest) -> ChangeWebhook:
    """The command of a request."""
    enabled = request.enabled if request.HasField("enabled") else None
    return ChangeWebhook(request.webhook_id, request.url, tuple(request.event_types), enabled)


def to_since(request: pb.ReplayWebhookRequest) -> datetime | None:
    """From when on events are replayed; None for one event."""
    return request.since_time.ToDatetime(UTC) if request.HasField("since_time") else None


def from_webhook(webhook: Webhook) -> webhook_pb2.Webhook:
    """The resource of a webhook, which has no secret."""
    return _WEBHOOK(webhook)


def from_delivery(delivery: WebhookDelivery) -> webhook_pb2.WebhookDelivery:
    """The resource of a delivery."""
    return _DELIVERY(delivery)


def from_replayed(replayed: Replayed) -> pb.ReplayWebhookResponse:
    """The answer to a replay."""
    answer = pb.ReplayWebhookResponse(replayed_count=replayed.count)
    if replayed.continue_time is not None:
        answer.continue_time.FromDatetime(replayed.continue_time)
    return answer
