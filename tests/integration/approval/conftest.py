"""The approval service on a real server and a real database, and the events that bring an application to it."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from google.protobuf.message import Message
from sqlalchemy import text

from loanflow.approval.v1 import approval_service_pb2 as pb
from loanflow.discussion.v1 import discussion_events_pb2 as discussion
from loanflow.kyc.v1 import kyc_events_pb2 as kyc
from loanflow.risk.v1 import risk_events_pb2 as risk
from services.approval import convert
from services.approval.consumer import subscriptions
from services.approval.handlers import App
from services.approval.servicer import ApprovalServicer
from services.approval.store import UnitOfWork
from services.lending import LoanTerms, loan_cost
from services.runtime import context
from services.runtime.context import Caller
from services.runtime.events.avro import Codec
from services.runtime.events.outbox import Outbox
from services.runtime.ids import new_id
from services.runtime.stores.postgres import Postgres
from services.terms import from_cost, from_terms
from tests.fakes.applications import FakeApplications
from tests.fakes.clock import FakeClock
from tests.fakes.discussions import FakeDiscussions
from tests.fakes.registry import FakeRegistry
from tests.harness import Servers, staff
from tests.integration.conftest import FreshPostgres

TERMS = LoanTerms(Decimal("10000"), "EUR", Decimal("7.5"), 24)
COST = loan_cost(TERMS, date(2030, 6, 15))
LEVELS = {"Internal": "INTERNAL", "Management": "MANAGER", "Final": "CREDIT_HEAD"}


@dataclass
class People:
    """Who has a part in one application, by account id."""

    customer: str = field(default_factory=new_id)
    verifier: str = field(default_factory=new_id)
    kyc_manager: str = field(default_factory=new_id)
    risk_manager: str = field(default_factory=new_id)
    seller: str = field(default_factory=new_id)
    officer: str = field(default_factory=new_id)
    levels: dict[str, str] = field(default_factory=lambda: {level: new_id() for level in LEVELS})


@dataclass
class Approvals:
    """The service under test, and what tests look at."""

    app: App
    database: Postgres
    applications: FakeApplications
    discussions: FakeDiscussions
    servicer: ApprovalServicer
    servers: Servers

    def client(self, role: str, account_id: str = "") -> Any:
        """A stub for a member of staff."""
        return self.servers(self.servicer, staff(role, account_id=account_id), store=self.database)

    def take(self, event: Message) -> None:
        """Hands an event to its handler, as the consumer does: in a transaction of the inbox's."""
        occasion = context.RequestContext(Caller.of_service("elsewhere"), "corr-1", "event")
        with context.bind(occasion), self.database.transaction():
            subscriptions(self.app)[type(event)](event)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """All rows of a table, oldest first."""
        with self.database.engine.connect() as connection:
            order = {"audit": "position", "outbox": "position"}.get(table, "application_id")
            found = connection.execute(text(f"SELECT * FROM {table} ORDER BY {order}")).mappings()
            return [dict(row) for row in found]

    def published(self) -> list[str]:
        """The types of the events that wait to be published, oldest first."""
        return [row["headers"]["ce_type"] for row in self.rows("outbox")]

    def accepted(self, application_id: str, people: People) -> None:
        """An application's way here: KYC, risk, accepted offer."""
        self.take(kyc_approved(application_id, people))
        self.take(risk_approved(application_id, people))
        self.take(offer_accepted(application_id, people))

    def submitted(self, application_id: str, people: People) -> None:
        """Put up by the officer."""
        self.accepted(application_id, people)
        self.client("OFFICER", people.officer).Submit(pb.SubmitRequest(application_id=application_id))

    def decide(self, level: str, application_id: str, by: str, approve: bool = True, said: int = 0) -> Any:
        """One level's decision; `said` is the reason for the customer."""
        request = getattr(pb, f"Decide{level}Request")(
            application_id=application_id, approve=approve, comment="looked at it", rejection_reason=said
        )
        return getattr(self.client(LEVELS[level], by), f"Decide{level}")(request).approval

    def read(self, application_id: str) -> Any:
        """The approval as an auditor sees it."""
        return self.client("ADMIN").GetApproval(pb.GetApprovalRequest(application_id=application_id)).approval


def kyc_approved(application_id: str, people: People) -> Message:
    return kyc.KycApproved(
        application_id=application_id,
        customer_id=people.customer,
        verified_by=people.verifier,
        decided_by=people.kyc_manager,
    )


def risk_approved(application_id: str, people: People) -> Message:
    return risk.RiskApprovedForDiscussion(
        application_id=application_id, customer_id=people.customer, decided_by=people.risk_manager
    )


def offer_accepted(application_id: str, people: People, terms_hash: str = "") -> Message:
    return discussion.DiscussionOfferAccepted(
        application_id=application_id,
        customer_id=people.customer,
        offer_version=2,
        decided_by=people.customer,
        offered_by=people.seller,
        terms=from_terms(TERMS),
        terms_hash=terms_hash or TERMS.hash(),
        cost=from_cost(COST, "EUR"),
    )


@pytest.fixture
def people() -> People:
    """Everybody of one application, each another person."""
    return People()


@pytest.fixture
def codec() -> Codec:
    """Encodes and decodes events."""
    return Codec(FakeRegistry())


@pytest.fixture
def service(fresh_postgres: FreshPostgres, client_for: Servers, codec: Codec) -> Approvals:
    """The service with an empty database."""
    database, clock = fresh_postgres("approval"), FakeClock()
    outbox = Outbox("approval", convert.event_message, codec, clock)
    applications, discussions = FakeApplications(), FakeDiscussions(TERMS.hash())
    app = App(lambda: UnitOfWork(database, outbox), clock, applications, discussions)
    return Approvals(app, database, applications, discussions, ApprovalServicer(app), client_for)
