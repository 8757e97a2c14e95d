"""Runs the kyc service: `python -m services.kyc`."""

from functools import partial

from services.dynamic_settings.table import TABLE
from services.kyc import convert
from services.kyc.casework import Casework
from services.kyc.consumer import read_ahead, subscriptions
from services.kyc.handlers import App
from services.kyc.in_force import REFRESH_SECONDS, ListInForce
from services.kyc.list_store import SanctionsLists
from services.kyc.peers import ApplicationPeer, AuthPeer, CustomerPeer, DocumentPeer
from services.kyc.renewals import Renewals
from services.kyc.rescreening import RESCREENING_SECONDS, Rescreening
from services.kyc.servicer import KycServicer
from services.kyc.settings import Settings
from services.kyc.staffing import Staffing
from services.kyc.store import UnitOfWork
from services.runtime.clock import SystemClock
from services.runtime.periodic import Periodic
from services.runtime.secrets.loading import load
from services.runtime.serving.service import Service
from services.runtime.stores.postgres import Postgres


def main() -> None:
    """Puts the service together and serves until SIGTERM."""
    settings = load(Settings)
    with Service(settings, TABLE) as service:
        database = service.store(Postgres(settings.postgres, service.wrapping, service.refresh_secrets))
        outbox = service.publishes(convert.event_message)
        in_force = ListInForce(SanctionsLists(database))
        app = App(
            begin=lambda: UnitOfWork(database, outbox),
            clock=SystemClock(),
            applications=ApplicationPeer(service.peer("application")),
            officers=AuthPeer(service.peer("auth")),
            customers=CustomerPeer(service.peer("customer")),
            documents=DocumentPeer(service.peer("document")),
            sanctions=in_force,
        )
        casework = Casework(app.begin, app.clock, app.officers, app.documents)
        staffing = Staffing(app.begin, app.clock, app.officers)
        rescreening = Rescreening(app.begin, app.clock, app.screener, settings.daily_days_ahead)
        renewals = Renewals(app.begin, app.clock, app.applications, app.documents)
        servicer = KycServicer(app, casework, staffing, rescreening, renewals)
        service.serves(servicer, owners={"application_id": app.owner_of})
        service.background(Periodic("kyc", "kyc.lists", in_force.refresh, REFRESH_SECONDS))
        service.background(Periodic("kyc", "kyc.screening", rescreening.run_due, RESCREENING_SECONDS, jitter=0.2))
        service.listens(subscriptions(app), partial(read_ahead, app))
        service.run()


if __name__ == "__main__":
    main()
