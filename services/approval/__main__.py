"""Runs the approval service: `python -m services.approval`."""

from functools import partial

from services.approval import convert
from services.approval.consumer import read_ahead, subscriptions
from services.approval.handlers import App
from services.approval.peers import ApplicationPeer, DiscussionPeer
from services.approval.servicer import ApprovalServicer
from services.approval.settings import Settings
from services.approval.store import UnitOfWork
from services.dynamic_settings.table import TABLE
from services.runtime.clock import SystemClock
from services.runtime.secrets.loading import load
from services.runtime.serving.service import Service
from services.runtime.stores.postgres import Postgres


def main() -> None:
    """Puts the service together and serves until SIGTERM."""
    settings = load(Settings)
    with Service(settings, TABLE) as service:
        database = service.store(Postgres(settings.postgres, service.wrapping, service.refresh_secrets))
        outbox = service.publishes(convert.event_message)
        app = App(
            begin=lambda: UnitOfWork(database, outbox),
            clock=SystemClock(),
            applications=ApplicationPeer(service.peer("application")),
            discussions=DiscussionPeer(service.peer("discussion")),
        )
        service.serves(ApprovalServicer(app))
        service.listens(subscriptions(app), partial(read_ahead, app))
        service.run()


if __name__ == "__main__":
    main()
