"""Runs the document service: `python -m services.document`."""

from functools import partial

from services.document import convert
from services.document.consumer import read_ahead, subscriptions
from services.document.handlers import App
from services.document.quarantine import Quarantine
from services.document.servicer import DocumentServicer
from services.document.settings import Settings
from services.document.store import DOCUMENTS, FOLDERS, Documents, UnitOfWork
from services.dynamic_settings.table import TABLE
from services.runtime.clock import SystemClock
from services.runtime.files.objects import Objects
from services.runtime.files.quarantine import RESCAN_SECONDS
from services.runtime.files.scanning import ClamdScanner
from services.runtime.files.sealed import SealedFiles
from services.runtime.periodic import Periodic
from services.runtime.secrets.loading import load
from services.runtime.serving.service import Service
from services.runtime.stores.mongo import Mongo


def main() -> None:
    """Puts the service together and serves until SIGTERM."""
    settings = load(Settings)
    with Service(settings, TABLE) as service:
        database = service.store(Mongo(settings.mongo, service.wrapping))
        service.requires(partial(database.prepare, FOLDERS, DOCUMENTS))
        files = SealedFiles(service.uses(Objects(settings.objects)), database, Documents.record_class)
        scanner = ClamdScanner(settings.clamd)
        service.requires(scanner.check)
        outbox = service.publishes(convert.event_message)
        app = App(
            begin=lambda: UnitOfWork(database, outbox),
            clock=SystemClock(),
            files=files,
            scanner=scanner,
        )
        quarantine = Quarantine(app.begin, app.clock, files, scanner)
        owners = {"application_id": app.owner_of_application, "document_id": app.owner_of_document}
        largest = service.dynamic.current("upload_max_bytes", settings.max_upload_bytes)
        service.serves(DocumentServicer(app, largest), owners)
        service.listens(subscriptions(app), partial(read_ahead, app))
        service.background(Periodic("document", "document.rescan", quarantine.rescan, RESCAN_SECONDS))
        service.run()


if __name__ == "__main__":
    main()
