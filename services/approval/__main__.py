"""Runs the approval service: `python -m services.approval`."""

from services.approval import convert
from services.approval.consumer import subscriptions
from services.approval.handlers import App
from services.approval.peers import ApplicationPeer, DiscussionPeer
from services.approval.servicer import ApprovalServicer
from services.approval.settings import Settings
from services.approval.store import UnitOfWork
from services.runtime.clock import SystemClock
from services.runtime.serving.events import Events
from services.runtime.serving.server import Server
from services.runtime.settings import load
from services.runtime.stores.postgres import Postgres


def main() -> None:
    """Puts the service together and serves until it is told to end."""
    settings = load(Settings)
    with Server(settings.server) as server:
        database = Postgres(settings.postgres)
        server.closes(database.close)
        events = Events(server, database, settings.kafka, settings.registry)
        outbox = events.publish(convert.event_message)
        app = App(
            begin=lambda: UnitOfWork(database, outbox),
            clock=SystemClock(),
            applications=ApplicationPeer(server.channel("application", settings.peers.application)),
            discussions=DiscussionPeer(server.channel("discussion", settings.peers.discussion)),
        )
        server.add(ApprovalServicer(app), store=database)
        events.listen(subscriptions(app))
        server.run()


if __name__ == "__main__":
    main()
