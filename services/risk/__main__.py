"""Runs the risk service: `python -m services.risk`."""

from services.dynamic_settings.table import TABLE
from services.lending.facility import facilities
from services.papers import lender_of
from services.risk import convert
from services.risk.consumer import subscriptions
from services.risk.handlers import App
from services.risk.override_handlers import Overrides
from services.risk.peers import ApplicationPeer, CustomerPeer, KycPeer
from services.risk.refusal_notice import RefusalNotices
from services.risk.scorecards import CHALLENGER, CHAMPION, Tables, shipped
from services.risk.searching import report_index
from services.risk.servicer import RiskServicer
from services.risk.settings import Settings
from services.risk.store import UnitOfWork
from services.runtime.clock import SystemClock
from services.runtime.periodic import Periodic
from services.runtime.secrets.loading import load
from services.runtime.serving.service import Service
from services.runtime.stores.postgres import Postgres

# So late at most the index has what changed, and what it makes known of itself a second later.
_FOLLOW_SECONDS = 1.0


def main() -> None:
    """Puts the service together and serves until SIGTERM."""
    settings = load(Settings)
    with Service(settings, TABLE) as service:
        database = service.store(Postgres(settings.postgres, service.wrapping, service.refresh_secrets))
        outbox = service.publishes(convert.event_message)
        index = report_index(settings.search, lambda: UnitOfWork(database, outbox))
        app = App(
            begin=lambda: UnitOfWork(database, outbox),
            clock=SystemClock(),
            facilities=facilities(),
            tables=Tables(
                shipped(),
                service.dynamic.current("risk_scorecard", CHAMPION),
                service.dynamic.current("risk_challenger", CHALLENGER),
            ),
            applications=ApplicationPeer(service.peer("application")),
            kyc=KycPeer(service.peer("kyc")),
            index=index,
        )
        if index is not None:
            service.closes(index.close)
            service.background(Periodic("risk", "risk.index", index.follow, _FOLLOW_SECONDS))
        customers = CustomerPeer(service.peer("customer"))
        notices = RefusalNotices(app, customers, lender_of(settings.lender_file))
        service.serves(RiskServicer(app, Overrides(app), notices), owners={"application_id": app.owner_of})
        service.listens(subscriptions(app))
        service.run()


if __name__ == "__main__":
    main()
