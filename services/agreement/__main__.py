"""Runs the agreement service: `python -m services.agreement`."""

from services.agreement import convert, store
from services.agreement.codes import OneTimeCodes
from services.agreement.consumer import subscriptions
from services.agreement.handlers import App
from services.agreement.papers import Papers
from services.agreement.peers import ApplicationPeer, ApprovalPeer, CustomerPeer, NotificationPeer
from services.agreement.servicer import AgreementServicer
from services.agreement.settings import Settings
from services.agreement.store import UnitOfWork
from services.papers import lender_of
from services.runtime.clock import SystemClock
from services.runtime.files.objects import Objects
from services.runtime.files.scanning import scanner_of
from services.runtime.serving.events import Events
from services.runtime.serving.server import Server
from services.runtime.settings import load
from services.runtime.stores.encryption import FieldCipher
from services.runtime.stores.mongo import Mongo


def main() -> None:
    """Puts the service together and serves until it is told to end."""
    settings = load(Settings)
    with Server(settings.server) as server:
        database, files = Mongo(settings.mongo), Objects(settings.objects)
        for close in (database.close, files.close):
            server.closes(close)
        for check in (lambda: store.prepare(database), files.check):
            server.requires(check)
        events = Events(server, database, settings.kafka, settings.registry)
        outbox = events.publish(convert.event_message)
        app = App(
            begin=lambda: UnitOfWork(database, outbox),
            clock=SystemClock(),
            papers=Papers(files, scanner_of(settings.clamd, server.requires), lender_of(settings.lender_file)),
            codes=OneTimeCodes(FieldCipher(settings.sealing_key_file)),
            customers=CustomerPeer(server.channel("customer", settings.peers.customer)),
            mail=NotificationPeer(server.channel("notification", settings.peers.notification)),
            applications=ApplicationPeer(server.channel("application", settings.peers.application)),
            approvals=ApprovalPeer(server.channel("approval", settings.peers.approval)),
        )
        servicer = AgreementServicer(app, settings.max_upload_bytes)
        server.add(servicer, owners={"application_id": app.owner_of}, store=database)
        events.listen(subscriptions(app))
        server.run()


if __name__ == "__main__":
    main()
