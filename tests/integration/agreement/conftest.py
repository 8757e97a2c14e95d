"""The agreement service on a real server, a real database and a real file store; its peers are fakes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from loanflow.agreement.v1 import agreement_service_pb2 as pb
from loanflow.approval.v1 import approval_events_pb2 as approval
from services.agreement import convert
from services.agreement.codes import OneTimeCodes
from services.agreement.consumer import subscriptions
from services.agreement.documents import Documents
from services.agreement.events import SigningMethod
from services.agreement.handlers import App
from services.agreement.ports import SigningProvider
from services.agreement.provider_handlers import ProviderSignings
from services.agreement.provider_work import Addresses, ProviderWork
from services.agreement.servicer import AgreementServicer
from services.agreement.store import AGREEMENTS, SessionQueue, UnitOfWork
from services.lending import LoanTerms
from services.papers import lender_of
from services.papers.seals import Sealer
from services.runtime.context import Caller
from services.runtime.files.objects import Objects
from services.runtime.files.sealed import SealedFiles
from services.runtime.ids import new_id
from services.runtime.serving.interceptors.ownership import Shared
from services.runtime.stores.encryption import FieldCipher
from services.terms import from_terms
from stack.layout import Layout
from stack.servers import objects
from tests.fakes.clock import FakeClock
from tests.fakes.mongo_traffic import MongoTraffic
from tests.fakes.multipart import PDF, body, messages
from tests.fakes.scanner import FakeScanner
from tests.fakes.signatories import FakeApplications, FakeApprovals, FakeMail, FakeParties
from tests.fakes.signatures import FakeSignatures
from tests.harness import Mesh, Servers, customer, service, staff
from tests.integration.conftest import FreshMongo

TERMS = LoanTerms(Decimal("15000.00"), "EUR", Decimal("7.25"), 48, fee=Decimal("150.00"))
LIMIT = 2_000_000
# What nobody was shown.
UNSHOWN = {"consent_version": "consent-v1", "document_sha256": "0" * 64}


@dataclass
class Agreements:
    """The service under test, and what tests look at."""

    app: App
    traffic: MongoTraffic
    files: Objects
    parties: FakeParties
    mail: FakeMail
    applications: FakeApplications
    approvals: FakeApprovals
    clock: FakeClock
    servicer: AgreementServicer
    servers: Servers
    work: ProviderWork
    providers: dict[SigningMethod, SigningProvider]
    offered: dict[str, SigningMethod]
    woken: list[bool]
    law_file: Path
    owner: Caller = field(default_factory=customer)
    officer: Caller = field(default_factory=lambda: staff("OFFICER"))
    head: str = field(default_factory=new_id)
    shown: dict[str, dict[str, str]] = field(default_factory=dict)

    def client(self, caller: Caller | None = None) -> Any:
        """A stub for the caller, the customer unless another is given."""
        owners, store = {"application_id": Shared(self.app.owner_of, self.app.signers_of)}, self.traffic.store
        return self.servers(self.servicer, caller or self.owner, owners=owners, store=store, name="agreement")

    def hear(self, message: Any) -> None:
        """Hands an event to its handler."""
        self.traffic.deliver(subscriptions(self.app), message)

    def approved(self, application_id: str, **changes: Any) -> Any:
        """The event that the last level approved."""
        values: dict[str, Any] = {"terms": from_terms(TERMS), "terms_hash": TERMS.hash(), **changes}
        return approval.ApprovalFinalApproved(
            application_id=application_id, customer_id=self.owner.subject, decided_by=self.head, **values
        )

    def made(self) -> str:
        """An agreement that waits for its signature; gives the application's id."""
        application_id = new_id()
        self.hear(self.approved(application_id))
        return application_id

    def follow(self, law: str) -> None:
        """Has personal loans follow a pack of law, before the first agreement is made."""
        self.law_file.write_text(f'{{"PERSONAL": "{law}"}}')

    def generate(self, application_id: str) -> Any:
        """Has the scheduler make a PDF that is gone; the agreement."""
        request = pb.GenerateRequest(application_id=application_id)
        return self.client(service("scheduler")).Generate(request).agreement

    def read(self, application_id: str) -> Any:
        """The agreement."""
        return self.client().GetAgreement(pb.GetAgreementRequest(application_id=application_id)).agreement

    def start(self, application_id: str, by: Caller | None = None) -> str:
        """Starts a signing, and keeps what is shown with it; gives the code."""
        signing = self.client(by).StartSigning(pb.StartSigningRequest(application_id=application_id)).signing
        shown = {"consent_version": signing.consent_version, "document_sha256": signing.document_sha256}
        self.shown[application_id] = shown
        return self.mail.codes[application_id][-1]

    def confirm(
        self, application_id: str, code: str, by: Caller | None = None, agreed: Mapping[str, str] | None = None
    ) -> Any:
        """Confirms a signing, by default of what was shown last; the agreement."""
        shown = {**self.shown.get(application_id, UNSHOWN), **(agreed or {})}
        request = pb.ConfirmSigningRequest(application_id=application_id, code=code, **shown)
        return self.client(by).ConfirmSigning(request).agreement

    def upload(self, application_id: str, content: bytes = PDF, by: Caller | None = None) -> Any:
        """Uploads a copy signed by hand; the agreement."""
        stream = messages(pb.UploadSignedRequest, body({}, content), 60_000, application_id=application_id)
        return self.client(by).UploadSigned(stream).agreement

    def decide(
        self, application_id: str, *, approve: bool, comment: str = "", sha256: str = "", by: Caller | None = None
    ) -> Any:
        """An officer decides on the copy; the agreement."""
        request = pb.ConfirmUploadRequest(
            application_id=application_id, approve=approve, comment=comment, sha256=sha256
        )
        return self.client(by or self.officer).ConfirmUpload(request).agreement

    def begin(self, application_id: str, by: Caller | None = None) -> Any:
        """Begins a signing at a provider, or goes on with it; the answer."""
        request = pb.BeginProviderSigningRequest(application_id=application_id)
        return self.client(by).BeginProviderSigning(request)

    def verify(self, application_id: str) -> Any:
        """The verification."""
        request = pb.VerifyAgreementRequest(application_id=application_id)
        return self.client().VerifyAgreement(request).verification

    def pdf(
        self, application_id: str, *, signed_copy: bool = False, document: str = "AGREEMENT", by: Caller | None = None
    ) -> bytes:
        """The PDF, or another document."""
        named = f"AGREEMENT_DOCUMENT_{document}"
        request = pb.GetPdfRequest(application_id=application_id, signed_copy=signed_copy, document=named)
        pieces = list(self.client(by).GetPdf(request))
        assert {piece.file.content_type for piece in pieces} == {"application/pdf"}
        return b"".join(piece.file.data for piece in pieces)

    def keys(self, application_id: str) -> list[str]:
        """The keys of the application's files, by kind."""
        listed = self.files._client.list_objects_v2(Bucket=self.files._bucket, Prefix=application_id)
        return sorted(each["Key"] for each in listed.get("Contents", ()))


@pytest.fixture
def files(layout: Layout) -> Iterator[Objects]:
    """The service's bucket."""
    found = Objects(objects.settings(layout, "agreement"))
    yield found
    found.close()


@pytest.fixture
def agreements(fresh_mongo: FreshMongo, files: Objects, client_for: Servers, tmp_path: Path) -> Agreements:
    """The service with an empty database."""
    database, key = fresh_mongo(), tmp_path / "key"
    database.prepare(AGREEMENTS)
    key.write_text("k" * 40)
    traffic = MongoTraffic("agreement", database, convert.event_message)
    parties, mail, clock = FakeParties(), FakeMail(), FakeClock()
    applications, approvals = FakeApplications(), FakeApprovals(TERMS.hash())
    codes = OneTimeCodes(FieldCipher(key))
    sealed = SealedFiles(files, database, "agreement")
    law_file = tmp_path / "law.json"
    law_file.write_text("{}")
    documents = Documents(sealed, FakeScanner(), lender_of(), Sealer(key, "LoanFlow Lending Ltd"), law_file)
    app = App(
        lambda: UnitOfWork(database, traffic.outbox), clock, documents, codes, parties, mail, applications, approvals
    )
    providers: dict[SigningMethod, SigningProvider] = {}
    offered: dict[str, SigningMethod] = {}
    woken: list[bool] = []
    addresses = Addresses("https://edge.example", "https://app.example/signed")
    work = ProviderWork(app, providers, SessionQueue(database), addresses)
    signings = ProviderSignings(app, work, offered, lambda: woken.append(True))
    return Agreements(
        app,
        traffic,
        files,
        parties,
        mail,
        applications,
        approvals,
        clock,
        AgreementServicer(app, lambda: LIMIT, signings),
        client_for,
        work,
        providers,
        offered,
        woken,
        law_file,
    )


@pytest.fixture
def signatures(agreements: Agreements, mesh: Mesh, tmp_path: Path) -> Iterator[FakeSignatures]:
    """DocuSign and Adobe Acrobat Sign, both connected."""
    folder = tmp_path / "signatures"
    folder.mkdir()
    found = FakeSignatures(mesh.identity("agreement"), folder)
    agreements.providers[SigningMethod.DOCUSIGN] = found.docusign
    agreements.providers[SigningMethod.ADOBE_SIGN] = found.adobe
    yield found
    found.stop()
