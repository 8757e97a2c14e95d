"""A partner's program with webhooks at the service under test, and what serves them, step by step."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from loanflow.notification.v1 import notification_service_pb2 as pb
from loanflow.repayment.v1 import repayment_events_pb2 as repayment
from services.notification.ports import Sender
from services.notification.store import UnitOfWork
from services.notification.webhook_dispatch import WebhookDispatch
from services.notification.webhook_sender import HttpSender, WebhookSettings
from services.runtime import context
from services.runtime.ids import new_id
from tests.fakes.consents import FakeConsents
from tests.fakes.webhook_receiver import FakeReceiver
from tests.harness import program
from tests.integration.notification.conftest import Service

MANAGE = "webhooks.manage"
VERIFIED = "payment.verified"


@contextmanager
def receiver() -> Iterator[FakeReceiver]:
    """A partner's address."""
    made = FakeReceiver()
    made.start()
    try:
        yield made
    finally:
        made.stop()


@dataclass
class Partner:
    """A program with webhooks, for which the service's customer agreed to `loans.read`."""

    service: Service
    client_id: str = field(default_factory=new_id)
    sender: Sender = field(default_factory=lambda: HttpSender(WebhookSettings(1.0, development=True)))

    def __post_init__(self) -> None:
        self.stub = self.service.client(program(MANAGE, client_id=self.client_id))
        self.consents.agree(self.service.customer_id, self.client_id, "loans.read")
        database, clock = self.service.database, self.service.clock
        self.dispatch = WebhookDispatch(
            lambda: UnitOfWork(database), clock, self.service.webhooks.turns, self.consents, self.sender, lambda: 0.5
        )

    @property
    def consents(self) -> FakeConsents:
        """What customers agreed to."""
        found = self.service.webhooks.consents
        assert isinstance(found, FakeConsents)
        return found

    def create(self, url: str, *event_types: str) -> Any:
        """A webhook with its secret."""
        return self.stub.CreateWebhook(pb.CreateWebhookRequest(url=url, event_types=event_types or [VERIFIED]))

    def get(self, webhook_id: str) -> Any:
        """A webhook as it is listed."""
        listed = self.stub.ListWebhooks(pb.ListWebhooksRequest()).webhooks
        return next(each for each in listed if each.webhook_id == webhook_id)

    def deliveries(self, webhook_id: str) -> list[Any]:
        """The delivery log, newest first."""
        return list(self.stub.ListWebhookDeliveries(pb.ListWebhookDeliveriesRequest(webhook_id=webhook_id)).deliveries)

    def pays(self, event_id: str = "", version: int = 1) -> str:
        """A payment of the customer is verified; the id by which partners know the event."""
        return self.service.happens(
            repayment.PaymentVerified, event_id, version, loan_id="11111111-1111-4111-8111-111111111111",
            payment_id="22222222-2222-4222-8222-222222222222", value_date="2026-01-01",
        )  # fmt: skip

    def serve(self, dispatch: WebhookDispatch | None = None) -> int:
        """Does all that is to do now; how many turns there were."""
        turns, doing = 0, dispatch or self.dispatch
        with context.background("notification", "notification.webhooks"):
            while doing.spread_next():
                pass
            while doing.send_next():
                turns += 1
        return turns

    def with_sender(self, sender: Sender) -> WebhookDispatch:
        """The same, sending otherwise."""
        return replace(self.dispatch, sender=sender)
