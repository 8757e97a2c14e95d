"""Runs the repayment service: `python -m services.repayment`."""

from functools import partial
from zoneinfo import ZoneInfo

from services.dynamic_settings.table import TABLE
from services.law import pack_by_facility
from services.papers import forms, lender_of
from services.repayment import convert
from services.repayment.consumer import read_ahead, subscriptions
from services.repayment.daily_run import DailyRunner
from services.repayment.handlers import RECEIPT_BYTES, App
from services.repayment.peers import ActivationPeer, AgreementPeer, ApplicationPeer, CustomerPeer, NotificationPeer
from services.repayment.product import right_of
from services.repayment.quarantine import Quarantine
from services.repayment.servicer import RepaymentServicer
from services.repayment.settings import Settings
from services.repayment.sheets import Sheets
from services.repayment.store import Loans, UnitOfWork
from services.repayment.withdrawals import Withdrawals
from services.runtime.clock import SystemClock
from services.runtime.files.objects import Objects
from services.runtime.files.quarantine import RESCAN_SECONDS
from services.runtime.files.scanning import ClamdScanner
from services.runtime.files.sealed import SealedFiles
from services.runtime.periodic import Periodic
from services.runtime.secrets.loading import load
from services.runtime.serving.interceptors.ownership import OwnerOf, Shared
from services.runtime.serving.service import Service
from services.runtime.stores.postgres import Postgres


def main() -> None:
    """Puts the service together and serves until SIGTERM."""
    settings = load(Settings)
    with Service(settings, TABLE) as service:
        database = service.store(Postgres(settings.postgres, service.wrapping, service.refresh_secrets))
        files = SealedFiles(service.uses(Objects(settings.objects)), database, Loans.record_class)
        outbox = service.publishes(convert.event_message)
        accounts = ActivationPeer(service.peer("activation"))
        agreements = AgreementPeer(service.peer("agreement"))
        applications = ApplicationPeer(service.peer("application"))
        customers = CustomerPeer(service.peer("customer"))
        notices = NotificationPeer(service.peer("notification"))
        service.requires(forms.check)
        # Refuses a pack that there is not before anything is served.
        pack_by_facility(settings.law_file)
        law = partial(right_of, law_file=settings.law_file)
        scanner = ClamdScanner(settings.clamd)
        service.requires(scanner.check)
        app = App(lambda: UnitOfWork(database, outbox), SystemClock(), files, scanner, accounts, applications, law)
        where = ZoneInfo(settings.time_zone), settings.holiday_calendar
        withdrawals = Withdrawals(app.begin, app.clock, accounts, agreements, applications, law, *where)
        quarantine = Quarantine(app.begin, app.clock, files, scanner)
        runner = DailyRunner(app.begin, app.clock, notices, settings.daily_days_ahead)
        sheets = Sheets(app, customers, lender_of(settings.lender_file))
        shared = Shared(app.owner_of, withdrawals.co_borrowers_of)
        owners: dict[str, OwnerOf] = {"loan_id": shared, "payment_id": app.payer_of}
        receipts = service.dynamic.current("receipt_max_bytes", RECEIPT_BYTES)
        service.serves(RepaymentServicer(app, runner, sheets, withdrawals, receipts), owners)
        service.listens(subscriptions(app), partial(read_ahead, app))
        service.background(Periodic("repayment", "repayment.rescan", quarantine.rescan, RESCAN_SECONDS))
        service.run()


if __name__ == "__main__":
    main()
