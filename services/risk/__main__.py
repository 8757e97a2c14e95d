"""Runs the risk service: `python -m services.risk`."""

from services.lending.facility import facilities
from services.risk import convert
from services.risk.consumer import subscriptions
from services.risk.handlers import App
from services.risk.peers import ApplicationPeer, KycPeer
from services.risk.scorecard import current_scorecard
from services.risk.servicer import RiskServicer
from services.risk.settings import Settings
from services.risk.store import UnitOfWork
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
            facilities=facilities(),
            scorecard=current_scorecard(),
            applications=ApplicationPeer(server.channel("application", settings.peers.application)),
            kyc=KycPeer(server.channel("kyc", settings.peers.kyc)),
        )
        server.add(RiskServicer(app), store=database)
        events.listen(subscriptions(app))
        server.run()


if __name__ == "__main__":
    main()
