"""Runs the discussion service: `python -m services.discussion`."""

from services.discussion import convert
from services.discussion.consumer import subscriptions
from services.discussion.handlers import App
from services.discussion.peers import ApplicationPeer, RiskPeer
from services.discussion.servicer import DiscussionServicer
from services.discussion.settings import Settings
from services.discussion.store import UnitOfWork
from services.runtime.clock import SystemClock
from services.runtime.periodic import Periodic
from services.runtime.serving.events import Events
from services.runtime.serving.server import Server
from services.runtime.settings import load
from services.runtime.stores.postgres import Postgres

# How late an offer may expire.
_SWEEP_SECONDS = 1.0


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
            offer_days=settings.offer_days,
            applications=ApplicationPeer(server.channel("application", settings.peers.application)),
            risk=RiskPeer(server.channel("risk", settings.peers.risk)),
        )
        server.add(DiscussionServicer(app), owners={"application_id": app.owner_of}, store=database)
        events.listen(subscriptions(app))
        server.background(Periodic("discussion", "discussion.sweep", app.expire_overdue, _SWEEP_SECONDS))
        server.run()


if __name__ == "__main__":
    main()
