"""Runs the application service: `python -m services.application`."""

from services.application import convert
from services.application.consumer import subscriptions
from services.application.handlers import App
from services.application.peers import CustomerPeer, DocumentPeer
from services.application.servicer import ApplicationServicer
from services.application.settings import Settings
from services.application.store import UnitOfWork
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
            documents=DocumentPeer(server.channel("document", settings.peers.document)),
            customers=CustomerPeer(server.channel("customer", settings.peers.customer)),
        )
        server.add(ApplicationServicer(app), owners={"application_id": app.owner_of}, store=database)
        events.listen(subscriptions(app))
        server.run()


if __name__ == "__main__":
    main()
