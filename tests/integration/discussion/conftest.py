"""The discussion service on a real server and a real database, with a clock that tests move."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from sqlalchemy import text

from loanflow.discussion.v1 import discussion_service_pb2 as pb
from loanflow.risk.v1 import risk_events_pb2 as risk
from loanflow.types.v1 import terms_pb2
from loanflow.types.v1.money_pb2 import Money
from services.discussion import convert
from services.discussion.consumer import subscriptions
from services.discussion.documents import Documents
from services.discussion.handlers import App
from services.discussion.servicer import DiscussionServicer
from services.discussion.store import UnitOfWork
from services.law import NEUTRAL, Pack, packs
from services.papers import lender_of
from services.runtime import context
from services.runtime.context import Caller
from services.runtime.errors import Error
from services.runtime.events.avro import Codec
from services.runtime.events.outbox import Outbox
from services.runtime.ids import new_id
from services.runtime.stores.postgres import Postgres
from tests.fakes.applications import FakeApplications
from tests.fakes.clock import FakeClock
from tests.fakes.offerees import FakeOfferees
from tests.fakes.registry import FakeRegistry
from tests.fakes.risk import FakeRisk
from tests.harness import Servers, customer, staff
from tests.integration.conftest import FreshPostgres


def terms(amount: str = "10000", **changes: Any) -> terms_pb2.LoanTerms:
    """Terms that a PERSONAL facility allows, unless changed."""
    values: dict[str, Any] = {
        "principal": Money(currency="EUR", amount=amount),
        "annual_rate_percent": "7.5",
        "tenure_months": 24,
        "frequency": terms_pb2.REPAYMENT_FREQUENCY_MONTHLY,
        "method": terms_pb2.REPAYMENT_METHOD_ANNUITY,
    }
    return terms_pb2.LoanTerms(**{**values, **changes})


def stamp(moment: datetime) -> Timestamp:
    """The moment as the contract has it."""
    made = Timestamp()
    made.FromDatetime(moment)
    return made


def reason(call: Callable[[Any], object], request: Message) -> str:
    """Why a call is refused."""
    with pytest.raises(Error) as refused:
        call(request)
    return refused.value.reason


@dataclass
class Case:
    """One application that risk released, and both sides' clients."""

    application_id: str
    customer: Any
    officer: Any
    officer_id: str

    def start(self) -> None:
        self.officer.Start(pb.StartRequest(application_id=self.application_id))

    def offer(self, **changes: Any) -> Any:
        values = {"terms": terms(), **changes}
        return self.officer.SendOffer(pb.SendOfferRequest(application_id=self.application_id, **values)).offer

    def counter(self, client: Any, version: int = 0, **changes: Any) -> Any:
        values = {"terms": terms("9000"), "offer_version": version, **changes}
        return client.CounterOffer(pb.CounterOfferRequest(application_id=self.application_id, **values)).offer

    def accept(self, version: int) -> Any:
        return self.customer.Accept(pb.AcceptRequest(application_id=self.application_id, offer_version=version))

    def decline(self, reason: str = "") -> Any:
        return self.customer.Decline(pb.DeclineRequest(application_id=self.application_id, reason=reason))

    def listed(self, **changes: Any) -> Any:
        return self.customer.ListOffers(pb.ListOffersRequest(application_id=self.application_id, **changes))


@dataclass
class Discussions:
    """The service under test, and what tests look at."""

    app: App
    database: Postgres
    clock: FakeClock
    applications: FakeApplications
    risk: FakeRisk
    customers: FakeOfferees
    servicer: DiscussionServicer
    servers: Servers
    laws: list[Pack]

    def client(self, caller: Caller) -> Any:
        """A stub for the caller."""
        owners = {"application_id": self.app.owner_of}
        return self.servers(self.servicer, caller, owners=owners, store=self.database)

    def follow(self, law: Pack) -> None:
        """Has all facility types follow a law from now on."""
        self.laws.append(law)

    def take(self, event: Message) -> None:
        """Hands an event to its handler, as the consumer does."""
        with context.bind(context.RequestContext(Caller.of_service("elsewhere"), "corr-1", "event")):
            subscriptions(self.app)[type(event)](event)

    def released(self, facility_type: str = "PERSONAL", amount: str = "50000.00", tenure_months: int = 84) -> Case:
        """An application that risk has released, seen by its customer and an officer."""
        owner, officer = customer(), staff("OFFICER")
        case = Case(new_id(), self.client(owner), self.client(officer), officer.subject)
        self.take(
            risk.RiskApprovedForDiscussion(
                application_id=case.application_id,
                customer_id=owner.subject,
                facility_type=facility_type,
                amount=Money(currency="EUR", amount=amount),
                tenure_months=tenure_months,
            )
        )
        return case

    def opened(self, **changes: Any) -> Case:
        """One whose discussion an officer opened."""
        case = self.released(**changes)
        case.start()
        return case

    def sweep(self) -> int:
        """One round of the sweep."""
        with context.background("discussion", "discussion.sweep"):
            return self.app.expire_overdue()

    def rows(self, table: str) -> list[dict[str, Any]]:
        """All rows of a table, oldest first."""
        with self.database.engine.connect() as connection:
            order = {"audit": "position", "outbox": "position"}.get(table, "application_id")
            found = connection.execute(text(f"SELECT * FROM {table} ORDER BY {order}")).mappings()
            return [dict(row) for row in found]

    def published(self) -> list[str]:
        """The types of the events that wait to be published, oldest first."""
        return [row["headers"]["ce_type"] for row in self.rows("outbox")]

    def in_days(self, days: float) -> datetime:
        """The moment so many days from now."""
        return self.clock.now() + timedelta(days=days)


@pytest.fixture
def codec() -> Codec:
    """Encodes and decodes events."""
    return Codec(FakeRegistry())


@pytest.fixture
def service(fresh_postgres: FreshPostgres, client_for: Servers, codec: Codec) -> Discussions:
    """The service on a database of its own."""
    return discussions_on(fresh_postgres("discussion"), client_for, codec)


def discussions_on(database: Postgres, client_for: Servers, codec: Codec) -> Discussions:
    """The service, its clock at the real present: the contract's rules look at the real one too."""
    clock = FakeClock(datetime.now(UTC))
    outbox = Outbox("discussion", convert.event_message, codec, clock)
    applications, risk, customers = FakeApplications(), FakeRisk(), FakeOfferees()
    app = App(lambda: UnitOfWork(database, outbox), clock, 14, applications, risk)
    laws = [packs()[NEUTRAL]]
    servicer = DiscussionServicer(app, Documents(app, customers, lender_of(), lambda _: laws[-1]))
    return Discussions(app, database, clock, applications, risk, customers, servicer, client_for, laws)
