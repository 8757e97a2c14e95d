"""The RPCs of the notification service: translate, call one use case, translate back."""

from collections.abc import Iterator

import grpc
from google.api.httpbody_pb2 import HttpBody

from loanflow.notification.v1 import notification_service_pb2 as pb
from services.notification import convert, device_convert, webhook_convert
from services.notification.addresses import AddressApp
from services.notification.callbacks import Callbacks
from services.notification.delivery import Delivery
from services.notification.devices import DeviceApp
from services.notification.handlers import App
from services.notification.jasmin import ACKNOWLEDGEMENT
from services.notification.live import Hub
from services.notification.servicer_templates import TemplatesServicer
from services.notification.template_handlers import TemplatesApp
from services.notification.text_answers import AnswerApp
from services.notification.webhooks import WebhookApp
from services.runtime.context import caller
from services.runtime.serving.interceptors.context import metadata
from services.runtime.stores.paging import Page


class NotificationServicer(TemplatesServicer):
    """loanflow.notification.v1.NotificationService."""

    def __init__(
        self,
        app: App,
        hub: Hub,
        webhooks: WebhookApp,
        devices: DeviceApp,
        delivery: Delivery,
        callbacks: Callbacks,
        templates: TemplatesApp,
        addresses: AddressApp,
        answers: AnswerApp,
    ) -> None:
        TemplatesServicer.__init__(self, templates)
        self._addresses, self._answers = addresses, answers
        self._app, self._hub, self._webhooks = app, hub, webhooks
        self._devices, self._delivery, self._callbacks = devices, delivery, callbacks

    def ListInbox(self, request: pb.ListInboxRequest, context: grpc.ServicerContext) -> pb.ListInboxResponse:
        """The caller's inbox."""
        inbox = self._app.inbox(caller().owner_id, Page.of(request), request.unread_only)
        return pb.ListInboxResponse(
            notifications=map(convert.from_notification, inbox.page.items),
            next_page_token=inbox.page.next_token,
            unread_count=inbox.unread_count,
        )

    def ListHistory(self, request: pb.ListHistoryRequest, context: grpc.ServicerContext) -> pb.ListHistoryResponse:
        """What the caller was sent over all channels."""
        page = self._app.history(caller().owner_id, Page.of(request), convert.to_channel(request))
        return pb.ListHistoryResponse(
            notifications=map(convert.from_notification, page.items), next_page_token=page.next_token
        )

    def MarkRead(self, request: pb.MarkReadRequest, context: grpc.ServicerContext) -> pb.MarkReadResponse:
        """A notification, read now."""
        notification = self._app.mark_read(request.notification_id)
        return pb.MarkReadResponse(notification=convert.from_notification(notification))

    def GetPreferences(
        self, request: pb.GetPreferencesRequest, context: grpc.ServicerContext
    ) -> pb.GetPreferencesResponse:
        """The caller's channels for every type of event."""
        recipient = self._app.recipient(caller().owner_id)
        shown = convert.from_recipient(recipient, self._app.rules, self._app.channels)
        return pb.GetPreferencesResponse(preferences=shown)

    def UpdatePreferences(
        self, request: pb.UpdatePreferencesRequest, context: grpc.ServicerContext
    ) -> pb.UpdatePreferencesResponse:
        """The caller's channels after a change."""
        chosen = convert.to_choices(request)
        language, daily = convert.to_language(request), convert.to_daily(request)
        recipient = self._app.choose(caller().owner_id, chosen, request.time_zone, language, daily)
        shown = convert.from_recipient(recipient, self._app.rules, self._app.channels)
        return pb.UpdatePreferencesResponse(preferences=shown)

    def StreamNotifications(
        self, request: pb.StreamNotificationsRequest, context: grpc.ServicerContext
    ) -> Iterator[pb.StreamNotificationsResponse]:
        """The caller's in-app notifications as they are made."""
        with self._hub.follow(caller().owner_id) as follower:
            context.add_callback(follower.close)
            # Says at once that the stream is open; the first notification may be long in coming.
            context.send_initial_metadata(())
            for notification in follower:
                yield pb.StreamNotificationsResponse(notification=convert.from_notification(notification))

    def RegisterDevice(
        self, request: pb.RegisterDeviceRequest, context: grpc.ServicerContext
    ) -> pb.RegisterDeviceResponse:
        """A device of the caller."""
        device = self._devices.register(caller().owner_id, request.push_token, device_convert.to_platform(request))
        return pb.RegisterDeviceResponse(device=device_convert.from_device(device))

    def ListDevices(self, request: pb.ListDevicesRequest, context: grpc.ServicerContext) -> pb.ListDevicesResponse:
        """The caller's devices."""
        found = self._devices.of(caller().owner_id)
        return pb.ListDevicesResponse(devices=map(device_convert.from_device, found))

    def RemoveDevice(self, request: pb.RemoveDeviceRequest, context: grpc.ServicerContext) -> pb.RemoveDeviceResponse:
        """A device, removed."""
        device = self._devices.remove(request.device_id)
        return pb.RemoveDeviceResponse(device=device_convert.from_device(device))

    def ReportMailEvents(
        self, request: pb.ReportMailEventsRequest, context: grpc.ServicerContext
    ) -> pb.ReportMailEventsResponse:
        """What became of mails."""
        for report in self._callbacks.of_sendgrid(request.events.data, metadata(context)):
            self._delivery.report(report)
        return pb.ReportMailEventsResponse()

    def ReportSmsStatus(
        self, request: pb.ReportSmsStatusRequest, context: grpc.ServicerContext
    ) -> pb.ReportSmsStatusResponse:
        """What became of a text message."""
        for report in self._callbacks.of_twilio(request.notification_id, request.form.data, metadata(context)):
            self._delivery.report(report)
        return pb.ReportSmsStatusResponse()

    def ReportSmsReceipt(
        self, request: pb.ReportSmsReceiptRequest, context: grpc.ServicerContext
    ) -> pb.ReportSmsReceiptResponse:
        """What became of a text message that the gateway has."""
        for report in self._callbacks.of_jasmin(request.receipt_token, request.form.data):
            self._delivery.report(report)
        answer = HttpBody(content_type="text/plain", data=ACKNOWLEDGEMENT)
        return pb.ReportSmsReceiptResponse(acknowledgement=answer)

    def ReportSmsAnswer(
        self, request: pb.ReportSmsAnswerRequest, context: grpc.ServicerContext
    ) -> pb.ReportSmsAnswerResponse:
        """What a customer answered to a text message."""
        self._answers.take(self._callbacks.answer_of_jasmin(request.answer_token, request.form.data))
        answer = HttpBody(content_type="text/plain", data=ACKNOWLEDGEMENT)
        return pb.ReportSmsAnswerResponse(acknowledgement=answer)

    def Unsubscribe(self, request: pb.UnsubscribeRequest, context: grpc.ServicerContext) -> pb.UnsubscribeResponse:
        """No more of these mails."""
        self._app.unsubscribe(*self._delivery.links.whose_link(request.unsubscribe_token))
        return pb.UnsubscribeResponse()

    def SendOneTimeCode(
        self, request: pb.SendOneTimeCodeRequest, context: grpc.ServicerContext
    ) -> pb.SendOneTimeCodeResponse:
        """Where a code went."""
        party = self._app.send_code(convert.to_send_code(request))
        return pb.SendOneTimeCodeResponse(sent_to=convert.masked(party.email))

    def SendReminders(
        self, request: pb.SendRemindersRequest, context: grpc.ServicerContext
    ) -> pb.SendRemindersResponse:
        """Customers reminded."""
        for reminder in convert.to_reminders(request):
            self._app.notify(reminder)
        return pb.SendRemindersResponse()

    def GetDelivery(self, request: pb.GetDeliveryRequest, context: grpc.ServicerContext) -> pb.GetDeliveryResponse:
        """How far a notice is."""
        return convert.from_delivered(self._app.delivered(convert.to_find_delivery(request)))

    def ListDeliveries(
        self, request: pb.ListDeliveriesRequest, context: grpc.ServicerContext
    ) -> pb.ListDeliveriesResponse:
        """What was and is to be sent to a customer."""
        page = self._app.deliveries(request.customer_id, request.application_id, Page.of(request))
        found = map(convert.from_delivery, page.items)
        return pb.ListDeliveriesResponse(deliveries=found, next_page_token=page.next_token)

    def ReviveAddress(
        self, request: pb.ReviveAddressRequest, context: grpc.ServicerContext
    ) -> pb.ReviveAddressResponse:
        """The customer's addresses that messages come back from."""
        channel = convert.to_address(request)
        return convert.from_revived(self._addresses.revive(request.customer_id, channel, request.reason))

    def CreateWebhook(
        self, request: pb.CreateWebhookRequest, context: grpc.ServicerContext
    ) -> pb.CreateWebhookResponse:
        """A webhook of the calling program, and its secret."""
        webhook, secret = self._webhooks.create(request.url, tuple(request.event_types))
        return pb.CreateWebhookResponse(webhook=webhook_convert.from_webhook(webhook), secret=secret)

    def ListWebhooks(self, request: pb.ListWebhooksRequest, context: grpc.ServicerContext) -> pb.ListWebhooksResponse:
        """The calling program's webhooks, or any."""
        page = self._webhooks.page(request.client_id, Page.of(request))
        webhooks = map(webhook_convert.from_webhook, page.items)
        return pb.ListWebhooksResponse(webhooks=webhooks, next_page_token=page.next_token)

    def UpdateWebhook(
        self, request: pb.UpdateWebhookRequest, context: grpc.ServicerContext
    ) -> pb.UpdateWebhookResponse:
        """A webhook after a change."""
        webhook = self._webhooks.change(webhook_convert.to_change(request))
        return pb.UpdateWebhookResponse(webhook=webhook_convert.from_webhook(webhook))

    def DeleteWebhook(
        self, request: pb.DeleteWebhookRequest, context: grpc.ServicerContext
    ) -> pb.DeleteWebhookResponse:
        """A webhook, deleted."""
        webhook = self._webhooks.delete(request.webhook_id)
        return pb.DeleteWebhookResponse(webhook=webhook_convert.from_webhook(webhook))

    def RotateWebhookSecret(
        self, request: pb.RotateWebhookSecretRequest, context: grpc.ServicerContext
    ) -> pb.RotateWebhookSecretResponse:
        """A new secret."""
        webhook, secret = self._webhooks.rotate(request.webhook_id)
        return pb.RotateWebhookSecretResponse(webhook=webhook_convert.from_webhook(webhook), secret=secret)

    def PingWebhook(self, request: pb.PingWebhookRequest, context: grpc.ServicerContext) -> pb.PingWebhookResponse:
        """The delivery of a test."""
        delivery = self._webhooks.ping(request.webhook_id)
        return pb.PingWebhookResponse(delivery=webhook_convert.from_delivery(delivery))

    def ListWebhookDeliveries(
        self, request: pb.ListWebhookDeliveriesRequest, context: grpc.ServicerContext
    ) -> pb.ListWebhookDeliveriesResponse:
        """What was and is to be sent."""
        page = self._webhooks.deliveries(request.webhook_id, Page.of(request))
        deliveries = map(webhook_convert.from_delivery, page.items)
        return pb.ListWebhookDeliveriesResponse(deliveries=deliveries, next_page_token=page.next_token)

    def ReplayWebhook(
        self, request: pb.ReplayWebhookRequest, context: grpc.ServicerContext
    ) -> pb.ReplayWebhookResponse:
        """How much is sent again."""
        since = webhook_convert.to_since(request)
        return webhook_convert.from_replayed(self._webhooks.replay(request.webhook_id, request.event_id, since))
