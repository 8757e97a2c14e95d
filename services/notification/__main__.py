"""Runs the notification service: `python -m services.notification`."""

import random
from dataclasses import replace
from datetime import timedelta
from functools import partial

from services.dynamic_settings.table import TABLE
from services.notification.account_mails import AccountPost
from services.notification.addresses import AddressApp
from services.notification.callbacks import Callbacks
from services.notification.consumer import read_ahead, subscriptions
from services.notification.convert import TEMPLATES, check_templates
from services.notification.delivery import Delivery, learn_nothing
from services.notification.delivery_queue import Queue
from services.notification.devices import DeviceApp
from services.notification.digests import DIGEST
from services.notification.dispatch import Dispatchers
from services.notification.handlers import App
from services.notification.live import Hub
from services.notification.mailer import RedisDeliveryClaims
from services.notification.mails import Letterhead
from services.notification.metrics import Flow
from services.notification.model import Channel
from services.notification.notices import RULES
from services.notification.pages import Pages
from services.notification.peers import AuthPeer, CustomerPeer
from services.notification.providers import providers_of, receipts_of, sender_name
from services.notification.redis import Redis
from services.notification.servicer import NotificationServicer
from services.notification.settings import Settings
from services.notification.store import COLLECTIONS, UnitOfWork
from services.notification.template_handlers import InForce, TemplatesApp
from services.notification.text_answers import AnswerApp
from services.notification.unsubscribing import UnsubscribeLinks
from services.notification.webhook_dispatch import WebhookDispatch, WebhookThreads
from services.notification.webhook_sender import HttpSender
from services.notification.webhook_store import Turns
from services.notification.webhooks import WebhookApp
from services.notification.websocket import WebSocketPort
from services.papers import lender_of
from services.runtime.clock import SystemClock
from services.runtime.periodic import Periodic
from services.runtime.secrets.loading import load
from services.runtime.serving.interceptors.admission import StreamSettings
from services.runtime.serving.service import Service
from services.runtime.stores.mongo import Mongo

# Topics of a running platform are not further apart; it is a customer who waits.
_PATIENCE = timedelta(seconds=30)
# How often the auth service is asked for mails: somebody waits for the one that they asked for.
_ACCOUNT_MAILS_SECONDS = 0.5
# So late at most this replica words notices as another has been told to.
_WORDINGS_SECONDS = 2.0


def main() -> None:
    """Puts the service together and serves until SIGTERM."""
    check_templates()
    settings = load(Settings)
    # Each follower holds a thread for as long as they follow.
    streams = StreamSettings(settings.live.followers, settings.live.followers_each)
    settings = replace(settings, server=replace(settings.server, streams=streams))
    with Service(settings, TABLE) as service:
        database = service.store(Mongo(settings.mongo, service.wrapping))
        service.requires(partial(database.prepare, *COLLECTIONS))
        redis = service.uses(Redis(settings.redis))
        hub, dispatchers, threads = Hub(redis, settings.live), Dispatchers(), WebhookThreads()
        begin, clock = partial(UnitOfWork, database), SystemClock()
        providers = {channel: service.uses(made) for channel, made in providers_of(settings).items()}
        queue, customers = Queue(database), CustomerPeer(service.peer("customer"))
        pages, in_force = Pages(settings.public_url, settings.customer_app_url), InForce()
        lender = lender_of(settings.lender_file)
        app = App(
            begin=begin,
            clock=clock,
            queue=queue,
            customers=customers,
            mail=providers[Channel.EMAIL],
            live=hub,
            wake=dispatchers.wake,
            wake_webhooks=threads.wake,
            rules=RULES,
            channels=frozenset({Channel.IN_APP, *providers}),
            patience=_PATIENCE,
            wording=in_force.of,
            language=lender.language,
        )
        claims = RedisDeliveryClaims(redis)
        links = UnsubscribeLinks(settings.unsubscribe_key_file, settings.public_url)
        answers = AnswerApp(begin, clock, service.own_cipher(database).index)
        delivery = Delivery(
            begin, clock, queue, customers, lender, providers, claims, dispatchers.wake, RULES, links, pages,
            Flow(queue.is_waiting), settings.quiet, settings.digest, in_force.of,
            answers.learn if settings.jasmin else learn_nothing,
        )  # fmt: skip
        turns, accounts = Turns(database), AuthPeer(service.peer("auth"))
        webhooks = WebhookApp(begin, clock, turns, accounts, threads.wake, settings.webhooks.development)
        sender = service.uses(HttpSender(settings.webhooks))
        for thread in threads.of(WebhookDispatch(begin, clock, turns, accounts, sender, random.random)):
            service.background(thread)
        devices = DeviceApp(begin, clock)
        callbacks = Callbacks(settings.public_url, settings.sendgrid, settings.twilio, receipts_of(settings))
        wordings = TemplatesApp(
            begin, clock, TEMPLATES, {**RULES, DIGEST.event_type: DIGEST}, app.channels, pages, sender_name(settings),
            wake=lambda: following.wake(),
            in_force=in_force,
            letterhead=Letterhead(lender),
        )  # fmt: skip
        following = Periodic("notification", "notification.wordings", wordings.refresh, _WORDINGS_SECONDS)
        service.requires(wordings.refresh)
        service.background(following)
        addresses = AddressApp(begin, clock)
        servicer = NotificationServicer(app, hub, webhooks, devices, delivery, callbacks, wordings, addresses, answers)
        service.serves(servicer, owners={"notification_id": app.owner_of, "device_id": devices.owner_of})
        service.background(hub)
        service.drains(hub.close_all)
        port = WebSocketPort(
            settings.server.host, settings.live.port, service.identity, hub, service.tokens, service.watch
        )
        service.background(port)
        for dispatcher in dispatchers.of(delivery):
            service.background(dispatcher)
        post = AccountPost(accounts, app.mail, pages, begin, lender.language)
        service.background(
            Periodic("notification", "notification.account_mails", post.deliver_next, _ACCOUNT_MAILS_SECONDS)
        )
        service.listens(subscriptions(app), partial(read_ahead, app))
        service.run()


if __name__ == "__main__":
    main()
