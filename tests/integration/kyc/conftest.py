"""The kyc service on a real server and a real database; its peers are fakes."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from loanflow.application.v1 import application_events_pb2 as application
from loanflow.kyc.v1 import kyc_service_pb2 as pb
from loanflow.kyc.v1 import review_pb2
from services.kyc import convert
from services.kyc.consumer import subscriptions
from services.kyc.handlers import App
from services.kyc.sanctions import current_list
from services.kyc.servicer import KycServicer
from services.kyc.store import UnitOfWork
from services.runtime.context import Caller
from services.runtime.ids import new_id
from tests.fakes.applications import FakeApplications
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.evidence import FakeEvidence
from tests.fakes.names import FakeNames
from tests.fakes.officers import FakeOfficers
from tests.fakes.traffic import FakeTraffic
from tests.harness import Servers, staff
from tests.integration.conftest import FreshPostgres

MANAGER = staff("MANAGER")
PASSED, FAILED = review_pb2.CHECK_RESULT_PASSED, review_pb2.CHECK_RESULT_FAILED
CHECKS = {"identity": PASSED, "compliance": PASSED, "project_feasibility": PASSED, "documents": PASSED}


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
    submitted: int = field(default=0)

    def client(self, caller: Caller) -> Any:
        """A stub for the caller."""
        owners = {"application_id": self.app.owner_of}
        return self.servers(self.servicer, caller, owners=owners, store=self.traffic.database, name="kyc")

    def officer(self, index: int = 0) -> Caller:
        """One of the two officers."""
        return staff("OFFICER", account_id=self.officers.accounts[index])

    def hear(self, message: Any) -> None:
        """Hands an event to its handler."""
        self.traffic.deliver(subscriptions(self.app), message)

    def submit(self, customer_id: str = "", application_id: str = "", income: str = "3000") -> str:
        """An application is submitted, with an income in EUR, a minute after the one before; gives its id."""
        application_id = application_id or new_id()
        self.submitted += 1
        event = application.ApplicationSubmitted(
            application_id=application_id,
            customer_id=customer_id or new_id(),
            monthly_income={"currency": "EUR", "amount": income},
            submit_time=stamp(NOON + timedelta(minutes=self.submitted)),
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
    return Kyc(app, traffic, applications, officers, customers, documents, clock, KycServicer(app), client_for)
