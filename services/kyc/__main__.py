"""Runs the kyc service: `python -m services.kyc`."""

from services.kyc import convert, sanctions
from services.kyc.consumer import subscriptions
from services.kyc.handlers import App
from services.kyc.peers import ApplicationPeer, AuthPeer, CustomerPeer, DocumentPeer
from services.kyc.servicer import KycServicer
from services.kyc.settings import Settings
from services.kyc.store import UnitOfWork
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
            officers=AuthPeer(server.channel("auth", settings.peers.auth)),
            customers=CustomerPeer(server.channel("customer", settings.peers.customer)),
            documents=DocumentPeer(server.channel("document", settings.peers.document)),
            sanctions=sanctions.current_list(),
        )
        server.add(KycServicer(app), owners={"application_id": app.owner_of}, store=database)
        events.listen(subscriptions(app))
        server.run()


if __name__ == "__main__":
    main()
