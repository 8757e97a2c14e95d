"""Runs the notification service: `python -m services.notification`."""

import random
import threading
from dataclasses import replace
from datetime import timedelta
from functools import partial

from services.dynamic_settings.table import TABLE
from services.notification.account_mails import AccountPost
from services.notification.consumer import subscriptions
from services.notification.dispatch import Dispatcher
from services.notification.handlers import App
from services.notification.live import Hub
from services.notification.mailer import RedisDeliveryClaims, SmtpMailer
from services.notification.notices import RULES
from services.notification.peers import AuthPeer, CustomerPeer
from services.notification.redis import Redis
from services.notification.servicer import NotificationServicer
from services.notification.settings import Settings
from services.notification.store import COLLECTIONS, Queue, UnitOfWork
from services.notification.webhook_dispatch import WebhookDispatch, WebhookThreads
from services.notification.webhook_sender import HttpSender
from services.notification.webhook_store import Turns
from services.notification.webhooks import WebhookApp
from services.notification.websocket import WebSocketPort
from services.runtime.clock import SystemClock
from services.runtime.periodic import Periodic
from services.runtime.secrets.loading import load
from services.runtime.serving.interceptors.admission import StreamSettings
from services.runtime.serving.service import Service
from services.runtime.stores.mongo import Mongo

# Topics of a running platform are not further apart; it is a customer who waits.
_PATIENCE = timedelta(seconds=30)
# How often the auth service is asked for mails: somebody waits for the one that they asked for.
_ACCOUNT_MAILS_SECONDS = 1.0


def main() -> None:
    """Puts the service together and serves until SIGTERM."""
    settings = load(Settings)
    # Each follower holds a thread for as long as they follow.
    streams = StreamSettings(settings.live.followers, settings.live.followers_each)
    settings = replace(settings, server=replace(settings.server, streams=streams))
    with Service(settings, TABLE) as service:
        database = service.store(Mongo(settings.mongo, service.wrapping))
        service.requires(partial(database.prepare, *COLLECTIONS))
        redis = service.uses(Redis(settings.redis))
        hub, woken, threads = Hub(redis, settings.live), threading.Event(), WebhookThreads()
        begin, clock = partial(UnitOfWork, database), SystemClock()
        app = App(
            begin=begin,
            clock=clock,
            queue=Queue(database),
            customers=CustomerPeer(service.peer("customer")),
            mailer=SmtpMailer(settings.smtp),
            claims=RedisDeliveryClaims(redis),
            live=hub,
            wake=woken.set,
            wake_webhooks=threads.wake,
            rules=RULES,
            patience=_PATIENCE,
        )
        turns, accounts = Turns(database), AuthPeer(service.peer("auth"))
        webhooks = WebhookApp(begin, clock, turns, accounts, threads.wake, settings.webhooks.development)
        sender = service.uses(HttpSender(settings.webhooks))
        for thread in threads.of(WebhookDispatch(begin, clock, turns, accounts, sender, random.random)):
            service.background(thread)
        service.serves(NotificationServicer(app, hub, webhooks), owners={"notification_id": app.owner_of})
        service.background(hub)
        service.drains(hub.close_all)
        port = WebSocketPort(
            settings.server.host, settings.live.port, service.identity, hub, service.tokens, service.watch
        )
        service.background(port)
        service.background(Dispatcher(app, woken))
        post = AccountPost(accounts, app.mailer)
        service.background(
            Periodic("notification", "notification.account_mails", post.deliver_next, _ACCOUNT_MAILS_SECONDS)
        )
        service.listens(subscriptions(app))
        service.run()


if __name__ == "__main__":
    main()
