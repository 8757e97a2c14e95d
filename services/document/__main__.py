"""Runs the document service: `python -m services.document`."""

from services.document import convert, store
from services.document.consumer import subscriptions
from services.document.handlers import App
from services.document.servicer import DocumentServicer
from services.document.settings import Settings
from services.document.store import UnitOfWork
from services.runtime.clock import SystemClock
from services.runtime.files.objects import Objects
from services.runtime.files.scanning import scanner_of
from services.runtime.serving.events import Events
from services.runtime.serving.server import Server
from services.runtime.settings import load
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
            files=files,
            scanner=scanner_of(settings.clamd, server.requires),
        )
        owners = {"application_id": app.owner_of_application, "document_id": app.owner_of_document}
        server.add(DocumentServicer(app, settings.max_upload_bytes), owners=owners, store=database)
        events.listen(subscriptions(app))
        server.run()


if __name__ == "__main__":
    main()
