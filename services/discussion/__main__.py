"""Runs the discussion service: `python -m services.discussion`."""

from functools import partial

from services.discussion import convert
from services.discussion.consumer import read_ahead, subscriptions
from services.discussion.documents import Documents
from services.discussion.handlers import App
from services.discussion.peers import ApplicationPeer, CustomerPeer, RiskPeer
from services.discussion.servicer import DiscussionServicer
from services.discussion.settings import Settings
from services.discussion.store import UnitOfWork
from services.dynamic_settings.table import TABLE
from services.law import pack_by_facility, pack_of
from services.papers import lender_of
from services.runtime.clock import SystemClock
from services.runtime.periodic import Periodic
from services.runtime.secrets.loading import load
from services.runtime.serving.service import Service
from services.runtime.stores.postgres import Postgres

# How late an offer may expire.
_SWEEP_SECONDS = 1.0


def main() -> None:
    """Puts the service together and serves until SIGTERM."""
    settings = load(Settings)
    with Service(settings, TABLE) as service:
        database = service.store(Postgres(settings.postgres, service.wrapping, service.refresh_secrets))
        outbox = service.publishes(convert.event_message)
        app = App(
            begin=lambda: UnitOfWork(database, outbox),
            clock=SystemClock(),
            offer_days=settings.offer_days,
            applications=ApplicationPeer(service.peer("application")),
            risk=RiskPeer(service.peer("risk")),
        )
        # Refuses a pack that there is not before anything is served.
        pack_by_facility(settings.law_file)
        law = partial(pack_of, file=settings.law_file)
        documents = Documents(app, CustomerPeer(service.peer("customer")), lender_of(settings.lender_file), law)
        service.serves(DiscussionServicer(app, documents), owners={"application_id": app.owner_of})
        service.listens(subscriptions(app), partial(read_ahead, app))
        service.background(Periodic("discussion", "discussion.sweep", app.expire_overdue, _SWEEP_SECONDS))
        service.run()


if __name__ == "__main__":
    main()
