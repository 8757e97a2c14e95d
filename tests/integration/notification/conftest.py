"""The notification service on a real server, MongoDB, Redis and SMTP, with the customer service played in memory."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.message import Message

from loanflow.notification.v1 import notification_service_pb2 as pb
from services.notification import ports
from services.notification.addresses import AddressApp
from services.notification.callbacks import Callbacks
from services.notification.consumer import subscriptions
from services.notification.convert import TEMPLATES
from services.notification.delivery import Delivery
from services.notification.delivery_queue import Queue
from services.notification.devices import DeviceApp
from services.notification.fcm import FcmPush
from services.notification.handlers import App
from services.notification.live import Hub
from services.notification.mailer import RedisDeliveryClaims, SmtpMailer
from services.notification.metrics import Flow
from services.notification.model import Channel
from services.notification.notices import RULES
from services.notification.pages import Pages
from services.notification.providers import Provider
from services.notification.redis import Redis
from services.notification.sendgrid import SendGridMailer
from services.notification.servicer import NotificationServicer
from services.notification.settings import LiveSettings
from services.notification.store import COLLECTIONS, UnitOfWork
from services.notification.template_handlers import InForce, TemplatesApp
from services.notification.text_answers import AnswerApp
from services.notification.twilio import TwilioSms
from services.notification.unsubscribing import UnsubscribeLinks
from services.notification.webhook_store import Turns
from services.notification.webhooks import WebhookApp
from services.papers import lender_of
from services.runtime import context
from services.runtime.context import Caller, EventMeta, RequestContext
from services.runtime.events.avro import event_option
from services.runtime.ids import new_id
from services.runtime.stores.encryption import FieldCipher
from services.runtime.stores.mongo import Mongo
from stack.layout import Layout
from stack.servers import redis as redis_server
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.consents import FakeConsents
from tests.fakes.mail_server import FakeMailServer
from tests.fakes.parties import FakeParties
from tests.fakes.providers import EDGE, FakeProviders
from tests.harness import Mesh, Servers, customer, service
from tests.integration.conftest import FreshMongo

PAGES = Pages("https://edge.example")


@dataclass
class Service:
    """The service under test, and what tests look at."""

    app: App
    database: Mongo
    redis: Redis
    clock: FakeClock
    parties: FakeParties
    mail_server: FakeMailServer
    hub: Hub
    servers: Servers
    webhooks: WebhookApp
    devices: DeviceApp
    delivery: Delivery
    callbacks: Callbacks
    templates: TemplatesApp
    addresses: AddressApp
    answers: AnswerApp
    customer_id: str = field(default_factory=new_id)
    application_id: str = field(default_factory=new_id)

    def __post_init__(self) -> None:
        self.servicer = NotificationServicer(
            self.app, self.hub, self.webhooks, self.devices, self.delivery, self.callbacks, self.templates,
            self.addresses, self.answers,
        )  # fmt: skip

    def client(self, caller: Caller | None = None) -> Any:
        """A stub for the caller; for the customer, unless given."""
        owners = {"notification_id": self.app.owner_of, "device_id": self.devices.owner_of}
        who = caller or customer(self.customer_id)
        return self.servers(self.servicer, who, owners=owners, store=self.database, log_level="INFO")

    def agreement(self) -> Any:
        """A stub for the agreement service."""
        return self.client(service("agreement"))

    def happens(self, kind: type[Message], event_id: str = "", version: int = 1, **values: Any) -> str:
        """Hands an event to its handler, as the inbox does; the id by which the service knows it."""
        option: Any = event_option(kind.DESCRIPTOR)
        source = kind.DESCRIPTOR.file.package.split(".")[1]
        known = {"customer_id": self.customer_id, "application_id": self.application_id}
        message = kind(**{name: known[name] for name in known if name in kind.DESCRIPTOR.fields_by_name}, **values)
        meta = EventMeta(event_id or new_id(), option.type, source, NOON, "", "", version, f"service:{source}")
        occasion = RequestContext(Caller.of_service(source), "corr-1", option.type, event=meta)
        with self.database.transaction(), context.bind(occasion):
            subscriptions(self.app)[kind](message)
        return meta.unique_id

    def deliver(self, channel: Channel = Channel.EMAIL) -> bool:
        """Delivers what is due, one; as the dispatcher does."""
        with context.background("notification", "notification.dispatch"):
            return bool(self.delivery.deliver_due(channel, 1))

    def mails(self) -> list[Any]:
        """What the history says of e-mail, newest first."""
        request = pb.ListHistoryRequest(channel="CHANNEL_EMAIL")
        return list(self.client().ListHistory(request).notifications)

    def inbox(self) -> list[Any]:
        """The inbox, newest first."""
        return list(self.client().ListInbox(pb.ListInboxRequest()).notifications)

    def rows(self, collection: str) -> list[dict[str, Any]]:
        """The documents of a collection."""
        where = self.database.trail if collection == "audit" else self.database.database
        return list(where[collection].find())


@pytest.fixture
def redis(layout: Layout) -> Iterator[Redis]:
    found = Redis(redis_server.settings(layout))
    yield found
    found.close()


@pytest.fixture
def mail_server() -> Iterator[FakeMailServer]:
    server = FakeMailServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def hub(redis: Redis) -> Iterator[Hub]:
    hub = Hub(redis, LiveSettings(port=0, followers=4, followers_each=2, seconds=20))
    hub.start()
    yield hub
    hub.stop()


@pytest.fixture
def running(
    fresh_mongo: FreshMongo, redis: Redis, mail_server: FakeMailServer, hub: Hub, client_for: Servers, tmp_path: Path
) -> Service:
    """The service with a customer and an application."""
    database, clock, parties = fresh_mongo(), FakeClock(), FakeParties()
    database.prepare(*COLLECTIONS)
    begin, queue = lambda: UnitOfWork(database), Queue(database)
    in_force = InForce()
    providers: dict[Channel, ports.Channel] = {Channel.EMAIL: SmtpMailer(mail_server.settings())}
    app = App(
        begin=begin, clock=clock, queue=queue, customers=parties, mail=providers[Channel.EMAIL], live=hub,
        wake=lambda _: None, wake_webhooks=threading.Event().set, rules=RULES, wording=in_force.of,
    )  # fmt: skip
    webhooks = WebhookApp(
        begin=begin, clock=clock, turns=Turns(database), consents=FakeConsents(), wake=threading.Event().set,
        development=True,
    )  # fmt: skip
    (tmp_path / "unsubscribe").write_text("a-key-of-a-test-that-has-32-characters")
    claims, links = RedisDeliveryClaims(redis), UnsubscribeLinks(tmp_path / "unsubscribe", "https://edge.example")
    delivery = Delivery(
        begin, clock, queue, parties, lender_of(), providers, claims, threading.Event().set, RULES, links, PAGES,
        Flow(queue.is_waiting),
    )  # fmt: skip
    devices, callbacks = DeviceApp(begin, clock), Callbacks("https://edge.example")
    templates = TemplatesApp(
        begin=begin, clock=clock, messages=TEMPLATES, rules=RULES, channels=app.channels, pages=PAGES,
        sender="LoanFlow", wake=threading.Event().set, in_force=in_force,
    )  # fmt: skip
    return Service(
        app, database, redis, clock, parties, mail_server, hub, client_for, webhooks, devices, delivery,
        callbacks, templates, AddressApp(begin, clock), AnswerApp(begin, clock, FieldCipher.of_secret("a" * 32).index),
    )  # fmt: skip


@pytest.fixture
def companies(mesh: Mesh, tmp_path: Path) -> Iterator[FakeProviders]:
    found = FakeProviders(mesh.identity("notification"), tmp_path)
    yield found
    found.stop()


@pytest.fixture
def reached(running: Service, companies: FakeProviders) -> Iterator[Service]:
    """The service with all four channels, whose mail goes by SendGrid."""
    sendgrid, twilio, fcm = companies.sendgrid(), companies.twilio(), companies.fcm()
    providers: dict[Channel, Provider] = {
        Channel.EMAIL: SendGridMailer(sendgrid),
        Channel.SMS: TwilioSms(twilio, "LoanFlow", EDGE),
        Channel.PUSH: FcmPush(fcm),
    }
    running.delivery = replace(running.delivery, providers=providers)
    running.app = replace(running.app, channels=frozenset(Channel))
    running.callbacks = Callbacks(EDGE, sendgrid, twilio)
    running.__post_init__()
    yield running
    for each in providers.values():
        each.close()
