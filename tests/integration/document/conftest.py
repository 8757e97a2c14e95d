"""The document service on a real server, a real database and a real file store."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from loanflow.application.v1 import application_events_pb2 as application
from loanflow.document.v1 import document_service_pb2 as pb
from services.document import convert
from services.document.consumer import subscriptions
from services.document.handlers import App
from services.document.servicer import DocumentServicer
from services.document.store import DOCUMENTS, FOLDERS, UnitOfWork
from services.runtime.context import Caller
from services.runtime.files.objects import Objects
from services.runtime.files.sealed import SealedFiles
from services.runtime.ids import new_id
from stack.layout import Layout
from stack.servers import objects
from tests.fakes.clock import FakeClock
from tests.fakes.mongo_traffic import MongoTraffic
from tests.fakes.multipart import CONTENT_TYPE, PDF, body, messages
from tests.fakes.scanner import FakeScanner
from tests.harness import Servers, customer
from tests.integration.conftest import FreshMongo

LIMIT = 6_000_000


@dataclass
class Documents:
    """The service under test, and what tests look at."""

    app: App
    traffic: MongoTraffic
    files: Objects
    clock: FakeClock
    servicer: DocumentServicer
    scanner: FakeScanner
    servers: Servers
    owner: Caller = field(default_factory=customer)

    def client(self, caller: Caller | None = None) -> Any:
        """A stub for the caller, the owner of the applications unless another is given."""
        owners = {"application_id": self.app.owner_of_application, "document_id": self.app.owner_of_document}
        return self.servers(
            self.servicer, caller or self.owner, owners=owners, store=self.traffic.store, name="document"
        )

    def hear(self, message: Any) -> None:
        """Hands an event to its handler."""
        self.traffic.deliver(subscriptions(self.app), message)

    def draft(self, facility_type: str = "PERSONAL") -> str:
        """The owner makes a draft; gives the application's id."""
        application_id = new_id()
        self.hear(
            application.ApplicationCreated(
                application_id=application_id, customer_id=self.owner.subject, facility_type=facility_type
            )
        )
        return application_id

    def submit(self, application_id: str, *party_ids: str) -> None:
        """The draft is handed in, with these who are bound beside the owner."""
        parties = [application.SubmittedParty(customer_id=each) for each in party_ids]
        self.hear(
            application.ApplicationSubmitted(
                application_id=application_id, customer_id=self.owner.subject, facility_type="PERSONAL", parties=parties
            )
        )

    def upload(
        self,
        application_id: str,
        kind: str = "IDENTITY",
        content: bytes = PDF,
        *,
        by: Caller | None = None,
        body_type: str = CONTENT_TYPE,
        **file: str,
    ) -> Any:
        """Uploads a file; the document."""
        data = body({"application_id": application_id, "type": kind}, content, **file)
        stream = messages(pb.UploadDocumentRequest, data, 60_000, body_type)
        return self.client(by).UploadDocument(stream).document

    def stored(self) -> list[str]:
        """The keys in the file store that belong to this test's applications."""
        ids = [row["_id"] for row in self.traffic.store.database.folders.find()]
        client, found = self.files._client, []
        for application_id in ids:
            listed = client.list_objects_v2(Bucket=self.files._bucket, Prefix=application_id)
            found += [each["Key"] for each in listed.get("Contents", ())]
        return sorted(set(found))


@pytest.fixture
def files(layout: Layout) -> Iterator[Objects]:
    """The service's bucket."""
    found = Objects(objects.settings(layout, "document"))
    yield found
    found.close()


@pytest.fixture
def scanner() -> FakeScanner:
    """What looks at uploads."""
    return FakeScanner()


@pytest.fixture
def documents(fresh_mongo: FreshMongo, files: Objects, scanner: FakeScanner, client_for: Servers) -> Documents:
    """The service with an empty database."""
    database = fresh_mongo()
    database.prepare(FOLDERS, DOCUMENTS)
    traffic = MongoTraffic("document", database, convert.event_message)
    clock = FakeClock()
    app = App(lambda: UnitOfWork(database, traffic.outbox), clock, SealedFiles(files, database, "document"), scanner)
    return Documents(app, traffic, files, clock, DocumentServicer(app, lambda: LIMIT), scanner, client_for)
