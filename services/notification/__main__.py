"""Runs the notification service: `python -m services.notification`."""

import threading
from dataclasses import replace
from datetime import timedelta
from functools import partial

from services.notification.consumer import subscriptions
from services.notification.dispatch import Dispatcher
from services.notification.handlers import App
from services.notification.live import Hub
from services.notification.mailer import RedisDeliveryClaims, SmtpMailer
from services.notification.notices import RULES
from services.notification.peers import CustomerPeer
from services.notification.servicer import NotificationServicer
from services.notification.settings import Settings
from services.notification.store import Queue, UnitOfWork, ensure_indexes
from services.notification.websocket import WebSocketPort
from services.runtime.clock import SystemClock
from services.runtime.serving.events import Events
from services.runtime.serving.interceptors.admission import StreamSettings
from services.runtime.serving.server import Server
from services.runtime.settings import load
from services.runtime.stores.mongo import Mongo
from services.runtime.stores.redis import Redis

# Topics of a running platform are not further apart; it is a customer who waits.
_PATIENCE = timedelta(seconds=30)


def main() -> None:
    """Puts the service together and serves until it is told to end."""
    settings = load(Settings)
    # Whoever follows holds a thread all the while.
    streams = StreamSettings(settings.live.followers, settings.live.followers_each)
    with Server(replace(settings.server, streams=streams)) as server:
        database, redis = Mongo(settings.mongo), Redis(settings.redis)
        server.closes(database.close)
        server.closes(redis.close)
        server.requires(partial(ensure_indexes, database))
        server.requires(redis.check)
        hub, woken = Hub(redis, settings.live), threading.Event()
        app = App(
            begin=lambda: UnitOfWork(database),
            clock=SystemClock(),
            queue=Queue(database),
            customers=CustomerPeer(server.channel("customer", settings.peers.customer)),
            mailer=SmtpMailer(settings.smtp),
            claims=RedisDeliveryClaims(redis),
            live=hub,
            wake=woken.set,
            rules=RULES,
            patience=_PATIENCE,
        )
        server.add(NotificationServicer(app, hub), owners={"notification_id": app.owner_of}, store=database)
        server.background(hub)
        server.drains(hub.close_all)
        server.background(WebSocketPort(settings.server, settings.live.port, server.identity, hub))
        server.background(Dispatcher(app, woken))
        Events(server, database, settings.kafka, settings.registry).listen(subscriptions(app))
        server.run()


if __name__ == "__main__":
    main()
