"""Runs the customer service: `python -m services.customer`."""

from services.customer import convert
from services.customer.consumer import subscriptions
from services.customer.handlers import App
from services.customer.peers import AuthPeer
from services.customer.servicer import CustomerServicer
from services.customer.settings import Settings
from services.customer.store import UnitOfWork
from services.runtime.clock import SystemClock
from services.runtime.serving.events import Events
from services.runtime.serving.server import Server
from services.runtime.settings import load
from services.runtime.stores.encryption import FieldCipher
from services.runtime.stores.postgres import Postgres


def main() -> None:
    """Puts the service together and serves until it is told to end."""
    settings = load(Settings)
    with Server(settings.server) as server:
        cipher = FieldCipher(settings.sealing_key_file)
        database = Postgres(settings.postgres, cipher)
        server.closes(database.close)
        events = Events(server, database, settings.kafka, settings.registry)
        outbox = events.publish(convert.event_message)
        app = App(
            begin=lambda: UnitOfWork(database, outbox, cipher),
            clock=SystemClock(),
            accounts=AuthPeer(server.channel("auth", settings.peers.auth)),
        )
        server.add(CustomerServicer(app), store=database)
        events.listen(subscriptions(app))
        server.run()


if __name__ == "__main__":
    main()
