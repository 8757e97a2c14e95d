"""Runs the application service: `python -m services.application`."""

from functools import partial

from services.application import convert
from services.application.consumer import read_ahead, subscriptions
from services.application.handlers import App
from services.application.peers import CustomerPeer, DocumentPeer
from services.application.servicer import ApplicationServicer
from services.application.settings import Settings
from services.application.store import UnitOfWork
from services.dynamic_settings.table import TABLE
from services.runtime.clock import SystemClock
from services.runtime.periodic import Periodic
from services.runtime.secrets.loading import load
from services.runtime.serving.interceptors.ownership import Shared, yourself
from services.runtime.serving.service import Service
from services.runtime.stores.postgres import Postgres

# What is not added up yet is summed at every look at the dashboard.
_ADD_UP_SECONDS = 5.0


def main() -> None:
    """Puts the service together and serves until SIGTERM."""
    settings = load(Settings)
    with Service(settings, TABLE) as service:
        database = service.store(Postgres(settings.postgres, service.wrapping, service.refresh_secrets))
        outbox = service.publishes(convert.event_message)
        app = App(
            begin=lambda: UnitOfWork(database, outbox),
            clock=SystemClock(),
            documents=DocumentPeer(service.peer("document")),
            customers=CustomerPeer(service.peer("customer")),
            catalogue=service.dynamic.current("facility_catalogue", 1),
        )
        shared = Shared(app.owner_of, app.parties_of)
        service.serves(ApplicationServicer(app), owners={"application_id": shared, "customer_id": yourself})
        service.listens(subscriptions(app), partial(read_ahead, app))
        service.background(Periodic("application", "application.pipeline", app.add_up, _ADD_UP_SECONDS))
        service.run()


if __name__ == "__main__":
    main()
