"""The kyc service on a real server and a real database; its peers are fakes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from loanflow.application.v1 import application_events_pb2 as application
from loanflow.kyc.v1 import kyc_service_pb2 as pb
from loanflow.kyc.v1 import review_pb2, screening_case_pb2
from services.kyc import convert
from services.kyc.casework import Casework
from services.kyc.consumer import subscriptions
from services.kyc.handlers import App
from services.kyc.renewals import Renewals
from services.kyc.rescreening import Rescreening
from services.kyc.sanctions import SanctionsList, current_list
from services.kyc.servicer import KycServicer
from services.kyc.staffing import Staffing
from services.kyc.store import UnitOfWork
from services.runtime import context
from services.runtime.context import Caller
from services.runtime.ids import new_id
from tests.fakes.applications import FakeApplications
from tests.fakes.clock import DAYS_AHEAD, NOON, FakeClock
from tests.fakes.evidence import FakeEvidence
from tests.fakes.names import FakeNames
from tests.fakes.officers import FakeOfficers
from tests.fakes.traffic import FakeTraffic
from tests.harness import Servers, staff
from tests.integration.conftest import FreshPostgres

MANAGER = staff("MANAGER")
PASSED, FAILED = review_pb2.CHECK_RESULT_PASSED, review_pb2.CHECK_RESULT_FAILED
LAST_DAY = "2040-01-31"
CHECKS = {
    "identity": PASSED, "compliance": PASSED, "project_feasibility": PASSED, "documents": PASSED,
    "identity_expiry_date": LAST_DAY,
}  # fmt: skip


@dataclass
class Kyc:
    """The service under test, and what tests look at."""

    app: App
    traffic: FakeTraffic
    applications: FakeApplications
    officers: FakeOfficers
    customers: FakeNames
    documents: FakeEvidence
    clock: FakeClock
    servicer: KycServicer
    servers: Servers
    rescreening: Rescreening
    submitted: int = field(default=0)

    def client(self, caller: Caller) -> Any:
        """A stub for the caller."""
        owners = {"application_id": self.app.owner_of}
        return self.servers(self.servicer, caller, owners=owners, store=self.traffic.database, name="kyc")

    def officer(self, index: int = 0) -> Caller:
        """One of the two officers."""
        return staff("OFFICER", account_id=self.officers.accounts[index])

    def lists(self, present: SanctionsList) -> None:
        """Another list is in force."""
        object.__setattr__(self.app, "sanctions", present)
        self.rescreening._screener = self.app.screener

    def rescreen(self) -> None:
        """Whoever is due is screened again."""
        while self.round():
            pass

    def round(self) -> bool:
        """A round of the screening that goes on by itself; whether more may wait."""
        with context.background("kyc", "kyc.screening"):
            return self.rescreening.run_due()

    def cases(self, by: Caller | None = None, **values: Any) -> Any:
        """Cases that wait, or those of a status."""
        return self.client(by or self.officer()).ListScreeningCases(pb.ListScreeningCasesRequest(**values)).cases

    def resolve(self, case_id: str, by: Caller | None = None, **changes: Any) -> Any:
        """The first officer clears a hit: the identity document shows another day of birth."""
        document_id = self.documents.evidence("").documents[0].document_id
        values = {
            "case_id": case_id,
            "resolution": screening_case_pb2.HIT_RESOLUTION_OTHER_BIRTH_DATE,
            "document_id": document_id,
            "note": "born in 1999",
        }
        request = pb.ResolveScreeningCaseRequest(**{**values, **changes})
        return self.client(by or self.officer()).ResolveScreeningCase(request).case

    def agree(self, case_id: str, by: Caller | None = None, agreed: bool = True) -> Any:
        """The second officer agrees."""
        request = pb.ReviewScreeningCaseRequest(case_id=case_id, agreed=agreed)
        return self.client(by or self.officer(1)).ReviewScreeningCase(request).case

    def hear(self, message: Any) -> None:
        """Hands an event to its handler."""
        self.traffic.deliver(subscriptions(self.app), message)

    def submit(
        self, customer_id: str = "", application_id: str = "", income: str = "3000", parties: Sequence[Any] = ()
    ) -> str:
        """An application is submitted, with an income in EUR, a minute after the one before; gives its id."""
        application_id = application_id or new_id()
        self.submitted += 1
        event = application.ApplicationSubmitted(
            application_id=application_id,
            customer_id=customer_id or new_id(),
            amount={"currency": "EUR", "amount": "20000"},
            monthly_income={"currency": "EUR", "amount": income},
            submit_time=stamp(NOON + timedelta(minutes=self.submitted)),
            parties=parties,
        )
        self.hear(event)
        return application_id

    def assign(self, application_id: str, officer_id: str = "") -> Any:
        """A manager assigns it."""
        request = pb.AssignRequest(application_id=application_id, officer_id=officer_id)
        return self.client(MANAGER).Assign(request).review

    def verify(self, application_id: str, by: Caller | None = None, **changes: Any) -> Any:
        """The first officer verifies it."""
        request = pb.VerifyRequest(application_id=application_id, **{**CHECKS, **changes})
        return self.client(by or self.officer()).Verify(request).review

    def ask(self, application_id: str, by: Caller | None = None) -> Any:
        """The first officer needs a document."""
        request = pb.RequestInformationRequest(
            application_id=application_id,
            need=review_pb2.INFORMATION_NEED_DOCUMENT,
            message="The second page of the statement, please.",
        )
        return self.client(by or self.officer()).RequestInformation(request).review

    def decide(self, application_id: str, by: Caller = MANAGER, **values: Any) -> Any:
        """A manager decides; approves unless given otherwise."""
        approval = {"customer_approved": True, "project_approved": True, "reason": "all in order"}
        return self.client(by).Decide(pb.DecideRequest(application_id=application_id, **{**approval, **values})).review

    def verified(self, customer_id: str = "") -> str:
        """A verified review; gives the application's id."""
        application_id = self.submit(customer_id)
        self.assign(application_id, self.officers.accounts[0])
        self.verify(application_id)
        return application_id

    def queue(self, by: Caller | None = None, **values: Any) -> Any:
        """A page of the queue."""
        return self.client(by or self.officer()).GetQueue(pb.GetQueueRequest(**values))


def stamp(at: datetime) -> Timestamp:
    """The moment as a message."""
    made = Timestamp()
    made.FromDatetime(at)
    return made


@pytest.fixture
def kyc(fresh_postgres: FreshPostgres, client_for: Servers) -> Kyc:
    """The service with an empty database."""
    database = fresh_postgres("kyc")
    traffic = FakeTraffic("kyc", database, convert.event_message)
    applications, officers, clock = FakeApplications(), FakeOfficers(), FakeClock()
    customers, documents = FakeNames(), FakeEvidence()
    peers = applications, officers, customers, documents
    app = App(lambda: UnitOfWork(database, traffic.outbox), clock, *peers, current_list())
    casework, staffing = Casework(app.begin, clock, officers, documents), Staffing(app.begin, clock, officers)
    rescreening = Rescreening(app.begin, clock, app.screener, DAYS_AHEAD)
    renewals = Renewals(app.begin, clock, applications, documents)
    servicer = KycServicer(app, casework, staffing, rescreening, renewals)
    return Kyc(app, traffic, applications, officers, customers, documents, clock, servicer, client_for, rescreening)
