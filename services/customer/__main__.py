"""Runs the customer service: `python -m services.customer`."""

from functools import partial

from services.customer import convert
from services.customer.consumer import read_ahead, subscriptions
from services.customer.handlers import App
from services.customer.peers import AuthPeer
from services.customer.servicer import CustomerServicer
from services.customer.settings import Settings
from services.customer.store import UnitOfWork
from services.dynamic_settings.table import TABLE
from services.runtime.clock import SystemClock
from services.runtime.periodic import Periodic
from services.runtime.secrets.loading import load
from services.runtime.serving.interceptors.ownership import yourself
from services.runtime.serving.service import Service
from services.runtime.stores.postgres import Postgres

# How often it is looked for customers whose time is over.
_RETIRE_SECONDS = 86_400.0


def main() -> None:
    """Puts the service together and serves until SIGTERM."""
    settings = load(Settings)
    with Service(settings, TABLE) as service:
        database = service.store(Postgres(settings.postgres, service.wrapping, service.refresh_secrets))
        cipher = service.own_cipher(database)
        outbox = service.publishes(convert.event_message)
        app = App(
            begin=lambda: UnitOfWork(database, outbox, cipher),
            clock=SystemClock(),
            accounts=AuthPeer(service.peer("auth")),
        )
        service.serves(CustomerServicer(app), owners={"customer_id": yourself})
        service.listens(subscriptions(app), partial(read_ahead, app))
        service.background(Periodic("customer", "customer.retire", app.retire, _RETIRE_SECONDS))
        service.run()


if __name__ == "__main__":
    main()
