"""Runs the risk service: `python -m services.risk`."""

from functools import partial

from services.dynamic_settings.table import TABLE
from services.law import pack_by_facility, pack_of
from services.lending.facility import facilities
from services.papers import forms, lender_of
from services.risk import convert
from services.risk.bureau_handlers import BureauInquiries
from services.risk.bureau_store import BureauFiles
from services.risk.collateral_handlers import Collaterals
from services.risk.collateral_table import latest_table
from services.risk.connection_handlers import Connections
from services.risk.consumer import read_ahead, subscriptions
from services.risk.deadlines import Deadlines
from services.risk.equifax import Equifax
from services.risk.handlers import App
from services.risk.income_handlers import IncomeReadings
from services.risk.override_handlers import Overrides
from services.risk.peers import ApplicationPeer, CustomerPeer, DocumentPeer, KycPeer, NotificationPeer, PersonPeer
from services.risk.reassessing import CollateralAssessments
from services.risk.refusal_handlers import Refusals
from services.risk.score_store import Scores
from services.risk.scorecards import CHALLENGER, CHAMPION, Tables, shipped
from services.risk.searching import report_index
from services.risk.servicer import RiskServicer
from services.risk.settings import Settings
from services.risk.store import Reports, UnitOfWork
from services.risk.watching import Watch
from services.runtime.clock import SystemClock
from services.runtime.files.objects import Objects
from services.runtime.files.sealed import SealedFiles
from services.runtime.periodic import Periodic
from services.runtime.secrets.loading import load
from services.runtime.serving.service import Service
from services.runtime.stores.postgres import Postgres

# So late at most the index has what changed, and what it makes known of itself a second later.
_FOLLOW_SECONDS = 1.0
# A customer who is refused waits for the notice.
_NOTICE_SECONDS = 1.0
# An application is in the exposure of those connected with it so soon.
_LEARN_SECONDS = 2.0
# What is told of is owed in days.
_DEADLINE_SECONDS = 5.0
# An application waits for what a bureau says.
_BUREAU_SECONDS = 1.0
# Who decides sees what a statement shows, or a valuation changes, soon after.
_EVIDENCE_SECONDS = 1.0

# What is measured of months changes in days.
_WATCH_SECONDS = 300.0


def main() -> None:
    """Puts the service together and serves until SIGTERM."""
    settings = load(Settings)
    pack_by_facility(settings.law_file)
    latest_table()
    with Service(settings, TABLE) as service:
        service.requires(forms.check)
        database = service.store(Postgres(settings.postgres, service.wrapping, service.refresh_secrets))
        outbox = service.publishes(convert.event_message)
        index = report_index(settings.search, lambda: UnitOfWork(database, outbox))
        connections = Connections(
            lambda: UnitOfWork(database, outbox),
            SystemClock(),
            PersonPeer(service.peer("customer")),
            service.own_cipher(database).index,
        )
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
            law=partial(pack_of, file=settings.law_file),
            asks_bureau=settings.equifax is not None,
            connections=connections,
        )
        if index is not None:
            service.closes(index.close)
            service.background(Periodic("risk", "risk.index", index.follow, _FOLLOW_SECONDS))
        customers, bucket = CustomerPeer(service.peer("customer")), service.uses(Objects(settings.objects))
        refusals = Refusals(
            app,
            customers,
            NotificationPeer(service.peer("notification")),
            SealedFiles(bucket, database, Reports.record_class),
            lender_of(settings.lender_file),
        )
        if settings.equifax is not None:
            bureau = Equifax(settings.equifax)
            service.closes(bureau.close)
            answers = SealedFiles(bucket, database, BureauFiles.record_class)
            inquiries = BureauInquiries(app, customers, bureau, answers, settings.equifax.cost)
            service.background(Periodic("risk", "risk.bureau", inquiries.carry_on, _BUREAU_SECONDS))
        service.background(Periodic("risk", "risk.notices", refusals.carry_on, _NOTICE_SECONDS))
        service.background(Periodic("risk", "risk.connections", connections.carry_on, _LEARN_SECONDS))
        watch = Watch(app.begin, app.clock, app.tables.by_version, Scores(database))
        service.background(Periodic("risk", "risk.watch", watch.carry_on, _WATCH_SECONDS))
        service.background(Periodic("risk", "risk.deadlines", Deadlines(app).carry_on, _DEADLINE_SECONDS))
        documents = DocumentPeer(service.peer("document"))
        readings = IncomeReadings(app, customers, documents)
        service.background(Periodic("risk", "risk.income", readings.carry_on, _EVIDENCE_SECONDS))
        service.background(Periodic("risk", "risk.collateral", CollateralAssessments(app).carry_on, _EVIDENCE_SECONDS))
        service.serves(
            RiskServicer(app, Overrides(app), refusals, Collaterals(app, documents)),
            owners={"application_id": app.owner_of},
        )
        service.listens(subscriptions(app), partial(read_ahead, app))
        service.run()


if __name__ == "__main__":
    main()
