"""Runs the repayment service: `python -m services.repayment`."""

from services.papers import lender_of
from services.repayment import convert
from services.repayment.consumer import subscriptions
from services.repayment.daily_run import DailyRunner
from services.repayment.handlers import App
from services.repayment.peers import ActivationPeer, CustomerPeer, NotificationPeer
from services.repayment.servicer import RepaymentServicer
from services.repayment.settings import Settings
from services.repayment.sheets import Sheets
from services.repayment.store import UnitOfWork
from services.runtime.clock import SystemClock
from services.runtime.files.objects import Objects
from services.runtime.files.scanning import scanner_of
from services.runtime.serving.events import Events
from services.runtime.serving.server import Server
from services.runtime.settings import load
from services.runtime.stores.postgres import Postgres


def main() -> None:
    """Puts the service together and serves until it is told to end."""
    settings = load(Settings)
    with Server(settings.server) as server:
        database, files = Postgres(settings.postgres), Objects(settings.objects)
        server.closes(database.close)
        server.closes(files.close)
        server.requires(files.check)
        events = Events(server, database, settings.kafka, settings.registry)
        outbox = events.publish(convert.event_message)
        accounts = ActivationPeer(server.channel("activation", settings.peers.activation))
        scanner = scanner_of(settings.clamd, server.requires)
        app = App(lambda: UnitOfWork(database, outbox), SystemClock(), files, scanner, accounts)
        notices = NotificationPeer(server.channel("notification", settings.peers.notification))
        runner = DailyRunner(app.begin, app.clock, notices)
        owners = {"loan_id": app.owner_of, "payment_id": app.payer_of}
        customers = CustomerPeer(server.channel("customer", settings.peers.customer))
        sheets = Sheets(app, customers, lender_of(settings.lender_file))
        server.add(RepaymentServicer(app, runner, sheets), owners=owners, store=database)
        events.listen(subscriptions(app))
        server.run()


if __name__ == "__main__":
    main()
